"""One torture test's result, in the shape that torture.json promises, and the count it rests on."""

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from outpost import Load, Tally

from benchmarks.figure import ROOT, commit

RESULTS = ROOT / "benchmarks" / "torture.json"


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


def write(rows: Iterable[Row], whole: bool, path: Path = RESULTS) -> None:
    """All rows of one run, or (`whole` False) in the place of those of the same name."""
    at = commit()
    told = [{**asdict(one), "commit": at} for one in rows]
    if not whole and path.exists():
        new = {row["name"]: row for row in told}
        told = [new.pop(row["name"], row) for row in json.loads(path.read_text())] + list(new.values())
    beside = path.with_suffix(".new")
    beside.write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n")
    os.replace(beside, path)
