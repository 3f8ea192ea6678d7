"""`python -m benchmarks [--quick] [NAME …]`: run the benchmarks, print each figure, write results.json."""

import argparse
import importlib
import importlib.util
import traceback
from collections.abc import Iterator
from dataclasses import replace

from benchmarks import table
from benchmarks.figure import RESULTS, Figure, commit, could_not_run, write

PARTS = (
    "receiver",
    "charts",
    "present",
    "postgresql",
    "inside",
    "memory",
    "lists",
    "contention",
    "regions",
    "start",
    "page",
)  # each is a module here with `figures(quick) -> Iterator[Figure]`


def run(names: list[str], quick: bool) -> Iterator[Figure]:
    """Every part in its turn; one that fails is a figure that was not met."""
    for name in names:
        if importlib.util.find_spec(f"benchmarks.{name}") is None:
            yield could_not_run(name, "", "", "this part is not built")
            continue
        try:
            at = commit()
            for one in importlib.import_module(f"benchmarks.{name}").figures(quick):
                yield replace(one, commit=at)
        except Exception as error:
            traceback.print_exc()
            yield could_not_run(name, "", "", error)


def main() -> None:
    """Ask for words, run, write."""
    words = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    words.add_argument(
        "names",
        nargs="*",
        choices=[*PARTS, "table", []],
        help="only these parts: their figures take the place of the old ones; table: measure nothing, write the pages anew",
    )
    words.add_argument(
        "--quick",
        action="store_true",
        help="small sizes and few runs, to see that it works (then nothing is written)",
    )
    asked = words.parse_args()
    if asked.names == ["table"]:
        table.refresh()
        return
    done: list[Figure] = []
    for one in run(asked.names or list(PARTS), asked.quick):
        done.append(one)
        against = (
            f" against {one.versus_value} ({one.versus}), ratio {one.ratio}"
            if one.versus_value is not None
            else ""
        )
        print(
            f"{'met   ' if one.met else 'MISSED'} {one.name}: {one.value} {one.unit}{against}. Target: {one.target}. {one.note}",
            flush=True,
        )
    if not asked.quick:
        write(done, whole=not asked.names)
        table.refresh()
        print(f"Written to {RESULTS}.")


if __name__ == "__main__":
    main()
