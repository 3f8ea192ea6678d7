"""One torture test's result, in the shape that torture.json promises, and the count it rests on."""

import fcntl
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from outpost import Load, Tally

from benchmarks.figure import ROOT

RESULTS = ROOT / "benchmarks" / "torture.json"
NICE = 10


@dataclass(frozen=True, slots=True)
class Row:
    """`lost`: acknowledged and not stored, or stored and not counted. `duplicated`: stored or counted more than once."""

    name: str
    cycles: int
    acknowledged: int
    lost: int
    duplicated: int
    met: bool
    note: str = ""
    commit: str = ""

    @property
    def line(self) -> str:
        """For the terminal."""
        what = f"{self.cycles:>9,} {self.acknowledged:>12,} {self.lost:>6,} {self.duplicated:>10,}"
        return f"{'met   ' if self.met else 'MISSED'} {self.name:<46} {what}  {self.note}"


@dataclass(frozen=True, slots=True)
class Trial:
    """One row yet to be run: `key` asks for it on the command line, and begins with its module's name."""

    key: str
    name: str
    run: Callable[[], Row]
    nice: int = NICE  # 0 for what keeps to a clock


HEAD = f"{'':6} {'':46} {'cycles':>9} {'acknowledged':>12} {'lost':>6} {'duplicated':>10}"


def reckoned(name: str, cycles: int, load: Load, tally: Tally, also: bool = True, note: str = "") -> Row:
    """Acknowledged against stored, and stored against counted; `also`: whatever else had to hold."""
    stored = set(tally.ids)
    lost = len(load.acknowledged - stored) + max(len(stored) - min(tally.events, tally.delivered), 0)
    twice = len(tally.ids) - len(stored) + max(max(tally.events, tally.delivered) - len(stored), 0)
    strange = {status: many for status, many in load.answers.items() if status not in (200, 503)}
    notes = [note, f"503: {load.answers[503]:,}", f"other answers: {strange}" if strange else ""]
    fine = not (lost or twice or strange) and bool(load.acknowledged) and also
    return Row(
        name, cycles, len(load.acknowledged), lost, twice, fine, "; ".join(one for one in notes if one)
    )


def could_not_run(name: str, why: BaseException | str) -> Row:
    """What could not run is a row of its own, never left out."""
    reason = why if isinstance(why, str) else f"{type(why).__name__}: {why}"
    return Row(name, 0, 0, 0, 0, False, f"Could not run: {reason[:300]}")


def kept(path: Path = RESULTS) -> dict[str, dict[str, Any]]:
    """The rows written so far, by name."""
    return {row["name"]: row for row in json.loads(path.read_text())} if path.exists() else {}


def write(row: Row, at: str, path: Path = RESULTS) -> None:
    """Put one row where the one of its name was; `at`: the commit it was run on. Others may write at the same moment."""
    with alone(path):
        rows = kept(path) | {row.name: {**asdict(row), "commit": at}}
        beside = path.with_suffix(".new")
        beside.write_text(json.dumps(list(rows.values()), indent=2, ensure_ascii=False) + "\n")
        os.replace(beside, path)


@contextmanager
def alone(path: Path = RESULTS) -> Iterator[None]:
    """Nobody else writes rows, or the pages that show them, within the block."""
    turn = os.open(path.parent, os.O_RDONLY)
    try:
        fcntl.flock(turn, fcntl.LOCK_EX)
        yield
    finally:
        os.close(turn)
