"""A disk of its own, filled to the last byte and freed again, while posts never cease (F3)."""

import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

from outpost import Load, Outpost

from benchmarks.torture import scene
from benchmarks.torture.row import Row, Trial, reckoned

CYCLES, SIZE = 50, "64m"
SOON = 10.0  # seconds from room on the disk to the next event acknowledged
NAME = "disk full and freed, SQLite"


def trials(quick: bool) -> list[Trial]:
    """50 times full."""
    return [Trial("disk", NAME, partial(_filled, 2 if quick else CYCLES))]


def _filled(cycles: int) -> Row:
    with _small_disk() as place:
        return _cycles(place, cycles)


@contextmanager
def _small_disk() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="torture") as folder:
        subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "none", folder], check=True, capture_output=True
        )
        try:
            yield Path(folder)
        finally:
            subprocess.run(["umount", "-l", folder], check=True)


def _cycles(place: Path, cycles: int) -> Row:
    slowest, said = 0.0, set()
    with scene.ended(Outpost(place)) as outpost:
        post, ballast = outpost.start(), place / "ballast"
        with Load(outpost, [post.port], pause=0.02) as load:
            for _ in range(cycles):
                load.wait_for(4)
                with suppress(OSError), ballast.open("wb", buffering=0) as file:
                    while True:
                        file.write(b"x" * 65536)
                before, until = load.answers[503], time.monotonic() + 30
                while load.answers[503] == before and time.monotonic() < until:
                    time.sleep(0.02)
                time.sleep(1.1)  # a readiness answer stands for a second
                said.add('"full"' in post.get("/readyz")[1])
                ballast.unlink()
                back = time.monotonic()
                load.wait_for(1)
                slowest = max(slowest, time.monotonic() - back)
        note = f"first 200 at most {slowest:.1f} s after there was room (target {SOON:.0f} s)"
        return reckoned(NAME, cycles, load, outpost.tally(), slowest <= SOON and said == {True}, note)
