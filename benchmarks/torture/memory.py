"""A receiver's memory taken away while posts never cease: nothing more than it has, for a moment, again and again (F30)."""

import os
import resource
import time
from contextlib import suppress
from functools import partial
from pathlib import Path

from outpost import Load, Outpost, Post

from benchmarks.torture import scene
from benchmarks.torture.row import Row, Trial, reckoned

CYCLES, QUICK = 100, 3
THREADS, SPELL = 8, 1.5  # seconds without a byte more
SOON = 60.0  # seconds until it serves again
SERVES = 8  # posts acknowledged: it serves


def trials(quick: bool) -> list[Trial]:
    """100 spells on each database."""
    return [
        Trial(
            f"memory-{database.lower()}", name, partial(_spells, name, database, QUICK if quick else CYCLES)
        )
        for database in scene.DATABASES
        for name in [f"memory taken away under load, {database}"]
    ]


def _spells(name: str, database: str, cycles: int) -> Row:
    ended, slowest, stuck = 0, 0.0, 0
    with scene.on(database) as outpost:
        post = outpost.start()
        with Load(outpost, [post.port], threads=THREADS) as load:
            load.wait_for(SERVES)
            for _ in range(cycles):
                _starve(post)
                begun, wanted = time.monotonic(), len(load.acknowledged) + SERVES
                while len(load.acknowledged) < wanted:
                    late = time.monotonic() - begun > SOON
                    stuck += late
                    if late or post.process.poll() is not None:
                        ended += not late
                        post = _another(outpost, post, load)
                        begun = time.monotonic() if late else begun
                    time.sleep(0.01)
                slowest = max(slowest, time.monotonic() - begun)
        note = (
            f"ended {ended} times and was started again; served again after at most {slowest:.1f} s "
            f"(target {SOON:.0f} s); {stuck} times not at all"
        )
        return reckoned(name, cycles, load, outpost.tally(), not stuck and slowest <= SOON, note)


def _starve(post: Post) -> None:
    """Allow it what it has and no more; then, if it lives, whatever it wants."""
    with suppress(ProcessLookupError):  # it may end at any moment
        _, hard = resource.prlimit(post.process.pid, resource.RLIMIT_AS)
        pages = int(Path(f"/proc/{post.process.pid}/statm").read_text().split()[0])
        resource.prlimit(post.process.pid, resource.RLIMIT_AS, (pages * os.sysconf("SC_PAGE_SIZE"), hard))
        time.sleep(SPELL)
        resource.prlimit(post.process.pid, resource.RLIMIT_AS, (hard, hard))


def _another(outpost: Outpost, post: Post, load: Load) -> Post:
    """It ended, as the kernel would have it, or hangs; then somebody starts another."""
    post.kill()
    begun = outpost.start()
    load.ports[:] = [begun.port]
    return begun
