"""Half an hour at 50 events a second while old ones are forgotten: nothing may grow that should not (F31).

An open loop: every message is due at a moment of its own and is timed from then, whether or not the one before was answered.
A worker of its own forgets what is older than some minutes; an onlooker sees every row before that, so that nothing lost or
twice can hide among what is gone.
"""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from outpost import ROOT, Outpost, Post
from sizes import Sizes, sizes

from benchmarks.torture import scene
from benchmarks.torture.onlooker import Onlooker
from benchmarks.torture.row import Row, Trial, reckoned
from benchmarks.torture.steady import Steady, p99
from core.store import retention
from core.store.engine import open_store

MINUTES, QUICK = 30.0, 0.5
RATE, OFF = 50.0, 0.05  # messages a second, and by how much it may be missed
KEPT, EVERY = 150.0, 60.0  # seconds; in a short soak as much less of both as fits
LOOKS = 5.0  # seconds between two looks
GROWTH, OPENED, LOG = 1.05, 2, 128 * 1024 * 1024
SLOWER, PROMPT = (
    2.0,
    0.5,
)  # p99 of the last third: at most so many times the first third's, or so many seconds


@dataclass
class _Seen:
    """How large the receiver was, and what the worker that forgets said: rows and seconds of each of its rounds."""

    sizes: list[Sizes] = field(default_factory=list)
    rounds: list[tuple[int, float]] = field(default_factory=list)


def trials(quick: bool) -> list[Trial]:
    """One soak on each database."""
    minutes = QUICK if quick else MINUTES
    return [
        Trial(f"soak-{database.lower()}", name, partial(soak, name, database, minutes), nice=0)
        for database in scene.DATABASES
        for name in [f"soak, {database}"]
    ]


def soak(name: str, database: str, minutes: float) -> Row:
    """So many minutes on one database."""
    seconds, seen = minutes * 60, _Seen()
    shorter = min(1.0, seconds / 10 / EVERY)
    with scene.on(database) as outpost:
        post, onlooker = outpost.start(), Onlooker(outpost)
        with (
            _forgetting(outpost, KEPT * shorter, EVERY * shorter, seen),
            Steady(outpost, [post.port], rate=RATE, seconds=seconds) as load,
        ):
            _watch(outpost, post, load, onlooker, seen)
            load.finish(within=60)
        tally, left = onlooker.tally(), outpost.tally()
        onlooker.close()
        gone = min(len(tally.ids) - len(left.ids), tally.events - left.events)
        fine, note = _judged(load, seen, gone)
        return reckoned(name, round(minutes), load, tally, fine, f"{minutes:g} min at {note}")


@contextmanager
def _forgetting(outpost: Outpost, kept: float, every: float, seen: _Seen) -> Iterator[None]:
    """A worker that forgets, for as long as the block lasts."""
    store = open_store(outpost.store_url)
    with store.write() as conn:
        retention.change(conn, outpost.connection_id, message_days=1, event_days=1)
    store.close()
    said = Path(outpost.folder) / "forgotten"
    words = [sys.executable, "-m", "benchmarks.torture.forgetful", str(kept), str(every)]
    with said.open("wb") as out:
        worker = subprocess.Popen(
            words, cwd=ROOT, env=outpost.environment, stdout=out, stderr=subprocess.DEVNULL
        )
    try:
        yield
    finally:
        worker.terminate()
        worker.wait(60)
    lines = [line.split() for line in said.read_text().splitlines()]
    seen.rounds = [(int(line[0]), float(line[1])) for line in lines if len(line) == 2]


def _watch(outpost: Outpost, post: Post, load: Steady, onlooker: Onlooker, seen: _Seen) -> None:
    """Look again and again until shortly before the last message is due: then the senders hang up."""
    pause = min(LOOKS, load.seconds / 50)
    while time.monotonic() < load.begun + load.seconds - pause - 1.0:
        time.sleep(pause)
        seen.sizes.append(sizes(outpost, post))
        onlooker.look()


def _judged(load: Steady, seen: _Seen, gone: int) -> tuple[bool, str]:
    """Whether everything stayed within its bounds, and what it was."""
    settled = seen.sizes[len(seen.sizes) // 5 :]  # after the first fifth, caches are warm
    memory = max(one.memory for one in settled[-3:]) / settled[0].memory
    descriptors = max(one.descriptors for one in settled[-3:]) - settled[0].descriptors
    log = max(one.log for one in seen.sizes)
    first = p99([one for one in load.took if one[0] < load.seconds / 3])
    last = p99([one for one in load.took if one[0] >= load.seconds * 2 / 3])
    slowest = max((seconds for _, seconds in load.took), default=0.0)
    rounds = sum(bool(changed) for changed, _ in seen.rounds)
    held = (
        len(load.took) == load.planned,
        abs(load.reached - RATE) <= RATE * OFF,
        memory <= GROWTH,
        descriptors <= OPENED,
        log < LOG,
        last <= max(first * SLOWER, PROMPT),
        rounds >= 2 and gone >= load.planned // 2,
    )
    note = (
        f"{load.reached:.1f}/s (target 50); memory × {memory:.3f} ({settled[-1].memory / 1e6:.0f} MB), "
        f"descriptors {descriptors:+d}, write-ahead log {log / 1e6:.0f} MB at most; from when each was due: "
        f"p99 {p99(load.took) * 1000:.0f} ms ({first * 1000:.0f} in the first third, {last * 1000:.0f} in the last), "
        f"slowest {slowest:.2f} s; meanwhile {gone:,} notifications and their events forgotten in {rounds} rounds "
        f"of {max((took for _, took in seen.rounds), default=0.0):.1f} s at most"
    )
    return all(held), note
