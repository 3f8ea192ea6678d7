"""One measured figure, in the shape that results.json promises."""

import json
import os
import statistics
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGES = (":!*.md", ":!benchmarks/results.json", ":!benchmarks/torture.json")
RESULTS = ROOT / "benchmarks" / "results.json"


@dataclass(frozen=True, slots=True)
class Figure:
    """`ratio` is value ÷ versus_value; `target` says in words what it should be; `met` is False for what could not run."""

    name: str
    value: float | None
    unit: str
    versus: str
    versus_value: float | None
    ratio: float | None
    target: str
    met: bool
    runs: int
    note: str = ""
    commit: str = ""


def figure(
    name: str,
    values: Sequence[float],
    unit: str,
    versus: str,
    others: Sequence[float],
    target: str,
    most: float = 0,
    least: float = 0,
    note: str = "",
    within: float = 0,
) -> Figure:
    """The median of our runs against the median of theirs.

    Met when the ratio is at most `most`, or at least `least`, or our value at most `within`, each where it is given.
    """
    ours, theirs = statistics.median(values), statistics.median(others)
    ratio = ours / theirs if theirs else 0.0
    met = (not most or ratio <= most) and ratio >= least and (not within or ours <= within)
    return Figure(
        name, round(ours, 4), unit, versus, round(theirs, 4), round(ratio, 3), target, met, len(values), note
    )


def could_not_run(name: str, unit: str, target: str, why: BaseException | str) -> Figure:
    """What could not run is a row of its own, never left out."""
    reason = why if isinstance(why, str) else f"{type(why).__name__}: {why}"
    return Figure(name, None, unit, "", None, None, target, False, 0, f"Could not run: {reason[:300]}")


def commit() -> str:
    """The commit that was measured, with a plus when files differ from it (those that tell results aside)."""
    said = [
        subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()
        for words in (
            ("rev-parse", "HEAD"),
            ("status", "--porcelain", "--untracked-files=no", "--", ".", *PAGES),
        )
    ]
    return f"{said[0]}+" if said[1] else said[0]


def write(figures: Iterable[Figure], whole: bool, path: Path = RESULTS) -> None:
    """Write the figures of one run: all of them, or (`whole` False) in the place of those of the same name."""
    at = commit()
    rows = [{**asdict(one), "commit": one.commit or at} for one in figures]
    if not whole and path.exists():
        new = {row["name"]: row for row in rows}
        kept = json.loads(path.read_text())
        rows = [new.pop(row["name"], row) for row in kept] + list(new.values())
    beside = path.with_suffix(".new")
    beside.write_text(json.dumps(rows, indent=2, ensure_ascii=False) + "\n")
    os.replace(beside, path)
