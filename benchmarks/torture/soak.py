"""Half an hour at 50 events a second: nothing may grow that should not (F31)."""

import time
from functools import partial

from outpost import Load
from sizes import Sizes, sizes

from benchmarks.torture import scene
from benchmarks.torture.row import Row, Trial, reckoned

MINUTES, QUICK = 30.0, 0.25
THREADS, PAUSE = 5, 0.1  # 50 a second where an answer takes no time
GROWTH, LOG = 1.05, 128 * 1024 * 1024


def trials(quick: bool) -> list[Trial]:
    """One soak on each database."""
    minutes = QUICK if quick else MINUTES
    return [
        Trial(f"soak-{database.lower()}", name, partial(_soak, name, database, minutes))
        for database in scene.DATABASES
        for name in [f"soak, {database}"]
    ]


def _soak(name: str, database: str, minutes: float) -> Row:
    with scene.on(database) as outpost:
        post = outpost.start()
        seen: list[Sizes] = []
        with Load(outpost, [post.port], threads=THREADS, pause=PAUSE) as load:
            begun = time.monotonic()
            while time.monotonic() < begun + minutes * 60:
                time.sleep(min(5.0, minutes * 6))
                seen.append(sizes(outpost, post))
        settled = seen[len(seen) // 5 :]  # after the first fifth, caches are warm
        memory = max(one.memory for one in settled[-3:]) / settled[0].memory
        descriptors = settled[-1].descriptors - settled[0].descriptors
        log = max(one.log for one in seen)
        rate = len(load.acknowledged) / (minutes * 60)
        note = (
            f"{minutes:g} min at {rate:.0f}/s; memory × {memory:.3f} ({settled[-1].memory / 1e6:.0f} MB), "
            f"descriptors {descriptors:+d}, write-ahead log {log / 1e6:.0f} MB at most, slowest answer {load.slowest:.2f} s"
        )
        fine = memory <= GROWTH and descriptors <= 2 and log < LOG
        return reckoned(name, round(minutes), load, outpost.tally(), fine, note)
