"""PostgreSQL killed and started again, and everybody's sessions ended, while posts never cease (F5)."""

import tempfile
import time
from functools import partial
from pathlib import Path

from outpost import Load, Outpost

from benchmarks.torture import scene
from benchmarks.torture.row import Row, Trial, reckoned

RESTARTS, STORMS = 100, 200
SOON = 5.0  # seconds from a PostgreSQL that answers to the next event acknowledged


def trials(quick: bool) -> list[Trial]:
    """100 kills of the postmaster; 200 times every session ended."""
    return [
        Trial(key, name, partial(_cycles, name, cycles, kill))
        for key, name, cycles, kill in (
            ("postgres-killed", "PostgreSQL killed and back", 2 if quick else RESTARTS, True),
            ("postgres-hangs-up", "PostgreSQL hangs up on everybody", 5 if quick else STORMS, False),
        )
    ]


def _cycles(name: str, cycles: int, kill: bool) -> Row:
    slowest = 0.0
    with (
        scene.elephant() as own,
        tempfile.TemporaryDirectory(prefix="torture") as folder,
        scene.ended(Outpost(Path(folder), own.database())) as outpost,
    ):
        with Load(outpost, [outpost.start().port]) as load:
            for _ in range(cycles):
                load.wait_for(4)
                if kill:
                    own.kill()
                    time.sleep(0.2)
                    own.start()
                else:
                    own.hang_up_on_everybody()
                back = time.monotonic()
                load.wait_for(1)
                slowest = max(slowest, time.monotonic() - back)
        note = f"first 200 at most {slowest:.1f} s after it answered (target {SOON:.0f} s)"
        return reckoned(name, cycles, load, outpost.tally(), slowest <= SOON, note)
