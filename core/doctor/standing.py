"""What a round found stands on Home until a later one no longer finds it."""

from collections.abc import Iterable
from typing import Any

from core.doctor.line import BAD, Line
from core.store import findings
from core.store.tables import Connection

# Events are watched, and raised and resolved, by core.watch; the machine is nobody's connection.
ELSEWHERE = frozenset({"events", "machine"})


def stand(conn: Any, connection: Connection, found: Iterable[Line], before: Iterable[Line], now: int) -> None:
    """Raise what was found; resolve what the round before found and this one asked for and found no more."""
    found = [line for line in found if line.group not in ELSEWHERE]
    here = {_name(line): line for line in found if _stands(line)}
    for (reference, subject), line in here.items():
        findings.raise_(conn, connection.id or 0, reference, subject, _evidence(line), now)
    told = {line.name for line in found if line.state not in ("unknown", "skipped")}
    whole = {line.group for line in found} - {
        line.group for line in found if line.state in ("unknown", "skipped")
    }
    for line in before:
        gone = line.name in told or line.group in whole
        if _stands(line) and gone and line.group not in ELSEWHERE and _name(line) not in here:
            findings.resolve(conn, connection.id or 0, *_name(line), now)


def _stands(line: Line) -> bool:
    return line.state in BAD and line.finding is not None and line.finding.whose_side != "fine"


def _name(line: Line) -> tuple[str, str]:
    return (line.finding.reference if line.finding else "", str(line.facts.get("subject", "")))


def _evidence(line: Line) -> dict[str, str]:
    said = line.finding
    return {"meaning": said.meaning, **said.evidence} if said else {}
