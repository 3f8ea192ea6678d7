"""Receivers killed without warning (F1, F30) and asked to stop (F28), while posts never cease."""

import random
import time
from functools import partial

from outpost import Load, free_port

from benchmarks.torture import scene
from benchmarks.torture.row import Row, Trial, reckoned

KILLS, STOPS = 1_000, 50
PROMPT = 20.0  # seconds from SIGTERM to the end: 10 for what it has in hand, the rest for a busy machine
QUICK = 3


def trials(quick: bool) -> list[Trial]:
    """1,000 kills and 50 rolling restarts on each database."""
    return [
        Trial(f"kills-{database.lower()}{key}", name, partial(_cycles, name, database, cycles, gently))
        for database in scene.DATABASES
        for key, name, cycles, gently in (
            ("", f"kill -9 under load, {database}", QUICK if quick else KILLS, False),
            ("-gently", f"SIGTERM under load, {database}", QUICK if quick else STOPS, True),
        )
    ]


def _cycles(name: str, database: str, cycles: int, gently: bool) -> Row:
    chance, port, codes, longest = random.Random(20), free_port(), set[int](), 0.0
    with scene.on(database) as outpost:
        post = outpost.start(port)
        with Load(outpost, [port]) as load:
            for _ in range(cycles):
                load.wait_for(4)
                time.sleep(chance.uniform(0.05, 0.25))
                if gently:
                    asked = time.monotonic()
                    codes.add(post.ask_to_stop(within=3 * PROMPT))
                    longest = max(longest, time.monotonic() - asked)
                else:
                    post.kill()
                post = outpost.start(port)
            load.wait_for(4)
        post.kill()
        note = (
            f"exit codes {sorted(codes)}, ended after at most {longest:.1f} s (target {PROMPT:.0f} s), "
            f"slowest answer {load.slowest:.1f} s"
        )
        fine = codes <= {0} and longest <= PROMPT
        return reckoned(name, cycles, load, outpost.tally(), fine, note if gently else "")
