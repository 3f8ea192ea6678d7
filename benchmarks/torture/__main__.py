"""`python -m benchmarks.torture [--quick] [NAME …]`: break things again and again, compare the counts, write torture.json."""

import argparse
import importlib
import traceback
from collections.abc import Iterator

from benchmarks.torture.row import HEAD, RESULTS, Row, could_not_run, write

PARTS = (
    "kills",
    "power",
    "postgres",
    "locks",
    "disk",
    "swarm",
    "fuzz",
    "soak",
)  # each a module here with `rows(quick)`


def run(names: list[str], quick: bool) -> Iterator[Row]:
    """Every part in its turn; one that fails is a row that was not met."""
    for name in names:
        try:
            yield from importlib.import_module(f"benchmarks.torture.{name}").rows(quick)
        except Exception as error:
            traceback.print_exc()
            yield could_not_run(name, error)


def main() -> None:
    """Ask for words, run, write."""
    words = argparse.ArgumentParser(prog="python -m benchmarks.torture", description=__doc__)
    words.add_argument(
        "names",
        nargs="*",
        choices=[*PARTS, []],
        help="only these parts: their rows take the place of the old ones",
    )
    words.add_argument(
        "--quick",
        action="store_true",
        help="a few cycles of each, to see that it works (then nothing is written)",
    )
    asked = words.parse_args()
    done: list[Row] = []
    print(HEAD, flush=True)
    for one in run(asked.names or list(PARTS), asked.quick):
        done.append(one)
        print(one.line, flush=True)
    if not asked.quick:
        write(done, whole=not asked.names)
        print(f"Written to {RESULTS}.")


if __name__ == "__main__":
    main()
