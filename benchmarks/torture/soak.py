"""Half an hour at 50 events a second: nothing may grow that should not (F31)."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

from outpost import Load, Outpost, Post

from benchmarks.torture import scene
from benchmarks.torture.row import Row, could_not_run, reckoned

MINUTES, QUICK = 30.0, 0.25
THREADS, PAUSE = 5, 0.1  # 50 a second where an answer takes no time
GROWTH, LOG = 1.05, 128 * 1024 * 1024


def rows(quick: bool) -> Iterator[Row]:
    """One soak on each database."""
    for database in scene.DATABASES:
        name = f"soak, {database}"
        try:
            yield _soak(name, database, QUICK if quick else MINUTES)
        except Exception as error:
            yield could_not_run(name, error)


def _soak(name: str, database: str, minutes: float) -> Row:
    with scene.on(database) as outpost:
        post = outpost.start()
        seen: list[tuple[int, int, int]] = []
        with Load(outpost, [post.port], threads=THREADS, pause=PAUSE) as load:
            begun = time.monotonic()
            while time.monotonic() < begun + minutes * 60:
                time.sleep(min(5.0, minutes * 6))
                seen.append(_sizes(outpost, post))
        settled = seen[len(seen) // 5 :]  # after the first fifth, caches are warm
        memory = max(one[0] for one in settled[-3:]) / settled[0][0]
        descriptors = settled[-1][1] - settled[0][1]
        log = max(one[2] for one in seen)
        rate = len(load.acknowledged) / (minutes * 60)
        note = (
            f"{minutes:g} min at {rate:.0f}/s; memory × {memory:.3f} ({settled[-1][0] / 1e6:.0f} MB), "
            f"descriptors {descriptors:+d}, write-ahead log {log / 1e6:.0f} MB at most, slowest answer {load.slowest:.2f} s"
        )
        fine = memory <= GROWTH and descriptors <= 2 and log < LOG
        return reckoned(name, round(minutes), load, outpost.tally(), fine, note)


def _sizes(outpost: Outpost, post: Post) -> tuple[int, int, int]:
    """Memory, descriptors, write-ahead log."""
    process = Path(f"/proc/{post.process.pid}")
    memory = int((process / "statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    log = outpost.folder / "data" / "ses-desk.db-wal"
    return memory, len(list((process / "fd").iterdir())), log.stat().st_size if log.exists() else 0
