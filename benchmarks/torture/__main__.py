"""`python -m benchmarks.torture [--quick] [--again] [KEY …]`: break things again and again, compare the counts, write torture.json.

Every row runs in a process of its own, a few side by side, and is written as soon as it ends. What torture.json says was met
on this very commit is not run again: after an interruption the same command goes on.
"""

import argparse
import os
import subprocess
import sys
import traceback
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module

from benchmarks import table
from benchmarks.figure import ROOT, commit
from benchmarks.torture.row import HEAD, RESULTS, Trial, alone, could_not_run, kept, write

PARTS = (
    "soak",
    "kills",
    "memory",
    "swarm",
    "slow",
    "migrations",
    "fuzz",
    "postgres",
    "locks",
    "power",
    "disk",
    "saga",
)
# The longest first. Each is a module here with `trials(quick)`.
MISSED = 3  # a row's exit code; 1 is Python's own for a program that failed
LANES = 4  # a soak hardly works, and a lock or a kill mostly waits


def trials(keys: list[str], quick: bool) -> list[Trial]:
    """The rows asked for, by part or by key; all of them when none is named. Exits with a sentence for an unknown key."""
    known = [one for part in PARTS for one in import_module(f"benchmarks.torture.{part}").trials(quick)]
    if strange := [key for key in keys if not any(_asked(key, one) for one in known)]:
        raise SystemExit(f"No row {' or '.join(strange)}. There are {', '.join(one.key for one in known)}.")
    return [one for one in known if not keys or any(_asked(key, one) for key in keys)]


def _asked(key: str, one: Trial) -> bool:
    return one.key == key or one.key.startswith(f"{key}-")


def run_here(one: Trial, at: str) -> int:
    """Run one row in this process, print it, write it unless `at` is empty; 0 when it was met, 3 when not."""
    try:
        row = one.run()
    except Exception as error:
        traceback.print_exc()
        row = could_not_run(one.name, error)
    print(row.line, flush=True)
    if at:
        write(row, at)
    return 0 if row.met else MISSED


def run_beside(one: Trial, at: str, quick: bool) -> int:
    """Run one row in a process of its own. One that ends without a word is a row that was not met."""
    words = [sys.executable, "-m", "benchmarks.torture", "--here", one.key, *(["--quick"] if quick else [])]
    code = subprocess.run(
        [*words, "--at", at], cwd=ROOT, preexec_fn=lambda: os.nice(one.nice), check=False
    ).returncode
    if code not in (0, MISSED):
        row = could_not_run(one.name, f"its process ended with {code}")
        print(row.line, flush=True)
        if at:
            write(row, at)
    return code


def main() -> None:
    """Ask for words, run, write."""
    words = argparse.ArgumentParser(prog="python -m benchmarks.torture", description=__doc__)
    words.add_argument(
        "keys", nargs="*", metavar="KEY", help=f"only these: a part ({', '.join(PARTS)}) or one row's key"
    )
    words.add_argument(
        "--quick",
        action="store_true",
        help="a few cycles of each, to see that it works (then nothing is written)",
    )
    words.add_argument("--again", action="store_true", help="also what was met on this commit already")
    words.add_argument("--lanes", type=int, default=LANES, help=f"rows side by side ({LANES})")
    words.add_argument("--here", metavar="KEY", help=argparse.SUPPRESS)
    words.add_argument("--at", default="", help=argparse.SUPPRESS)
    asked = words.parse_args()
    if asked.here:
        one = next(one for one in trials([asked.here], asked.quick) if one.key == asked.here)
        raise SystemExit(run_here(one, asked.at))
    at = "" if asked.quick else commit()
    done = {name for name, row in kept().items() if row["met"] and row["commit"] == at}
    wanted = trials(asked.keys, asked.quick)
    left = [one for one in wanted if asked.again or at.endswith("+") or one.name not in done]
    print(f"{len(wanted) - len(left)} rows were met on this commit already.\n{HEAD}", flush=True)
    with ThreadPoolExecutor(asked.lanes) as lanes:
        codes = list(lanes.map(lambda one: run_beside(one, at, asked.quick), left))
    if at:
        with alone():
            table.refresh()
        print(f"Written to {RESULTS}.")
    raise SystemExit(any(codes))


if __name__ == "__main__":
    main()
