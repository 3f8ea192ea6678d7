"""A set-up in the account broken at every call by every kind of trouble: taken up again, and rolled back, with nothing left over.

The tests of tests/setup do it; here they run in their full form, and each broken walk is counted.
"""

import os
import subprocess
import sys
import tempfile
from collections import Counter
from functools import partial
from pathlib import Path

from benchmarks.figure import ROOT
from benchmarks.torture.row import Row, Trial

TESTS = [f"tests/setup/test_{name}_at_every_call.py" for name in ("broken", "rolled_back", "way_back_broken")]
NAME = "set-up broken at every call by every fault"


def trials(quick: bool) -> list[Trial]:
    """One row for all three ways on; in a hurry the smallest set-up alone is taken up again."""
    return [Trial("saga", NAME, partial(_broken, quick))]


def _broken(quick: bool) -> Row:
    chosen = ["-k", "small and taken_up and set_up and not roll_back"] if quick else []
    with tempfile.TemporaryDirectory(prefix="torture") as folder:
        told = Path(folder) / "walks"
        told.touch()
        run = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-n", "auto", "-p", "no:cacheprovider", "--tb=line", *TESTS, *chosen],
            cwd=ROOT, env={**os.environ, "EVERY_FAULT": str(told)}, capture_output=True, text=True, check=False,
        )  # fmt: skip
        kinds = Counter(line.partition(" at ")[0] for line in told.read_text().splitlines())
    lines = run.stdout.splitlines()
    failed = [line for line in lines if line.startswith(("FAILED", "ERROR"))]
    why = [line.partition("Error: ")[2] for line in lines if line.startswith("/") and "Error: " in line]
    note = "; ".join([f"{len(kinds)} kinds of trouble", *why, *failed])[:600]
    return Row(NAME, kinds.total(), 0, len(failed), 0, run.returncode == 0 and kinds.total() > 100, note)
