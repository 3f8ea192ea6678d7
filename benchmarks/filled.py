"""A store with very many events, filled once in a run and used by whoever needs that size; gone when the run ends."""

import atexit
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

from benchmarks.figure import ROOT
from benchmarks.serving import plain_environment

ROOM = 1_000  # bytes of disk per event, with something to spare


@cache
def filled(events: int) -> Path:
    """The folder of a store with so many events over 90 days up to now. Ten million take some ten minutes.

    Filled by a process of its own, so that its memory does not stay with the one that measures. RuntimeError: no room.
    """
    free = shutil.disk_usage(tempfile.gettempdir()).free
    if free < events * ROOM:
        raise RuntimeError(
            f"{events * ROOM // 10**9} GB of disk are needed in {tempfile.gettempdir()}, {free // 10**9} are free"
        )
    folder = Path(tempfile.mkdtemp(prefix="filled-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    words = [sys.executable, "-m", "benchmarks.bulk", str(folder), str(events)]
    done = subprocess.run(words, cwd=ROOT, env=plain_environment(), capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"the store could not be filled: {done.stderr.strip()[-300:]}")
    return folder
