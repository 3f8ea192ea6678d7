"""What a round found stands on Home until a later one no longer finds it."""

from collections.abc import Iterable
from typing import Any

from core.doctor.line import BAD, Line
from core.doctor.machine import GROUP as MACHINE
from core.store import findings
from core.store.tables import Connection
from core.watch.proved import NO_WORKER, NOT_PASSED, NOTHING_LISTENS, THE_MACHINE

# What comes in is watched, and raised and resolved, by core.watch; these two it only sees the end of.
WATCHED, PROVED = "events", frozenset({NOTHING_LISTENS, NOT_PASSED})
# Of the machine not here: what a banner says on every screen
# (the vault), what a desk at home may well do without (a public address), and what nobody is there to read (no member).
OF_THE_MACHINE = {
    "store": "store-not-whole",
    "disk": "disk-nearly-full",
    "link-keys": "link-keys-lost",
    "audit": "audit-changed",
    "certificates": "certificates-end",
    "worker": NO_WORKER,
}
CLOCK = "clock-differs"  # measured beside a connection's own Amazon, so it stands there


def stand(conn: Any, connection: Connection, found: Iterable[Line], before: Iterable[Line], now: int) -> None:
    """Raise what was found; resolve what the round before found and this one asked for and found no more."""
    found = list(found)
    here = {_name(line): line for line in found if _stands(line)}
    for (reference, subject), line in here.items():
        findings.raise_(conn, connection.id or 0, reference, subject, _evidence(line), now)
    told = {line.name for line in found if line.state not in ("unknown", "skipped")}
    whole = {line.group for line in found} - {
        line.group for line in found if line.state in ("unknown", "skipped")
    }
    for line in before:
        gone = line.name in told or line.group in whole
        if _stands(line) and gone and _name(line) not in here:
            findings.resolve(conn, connection.id or 0, *_name(line), now)
    for line in found:
        _of_the_machine(conn, line, now)


def _of_the_machine(conn: Any, line: Line, now: int) -> None:
    """Whichever connection's round it was that saw it, or saw it gone."""
    reference = OF_THE_MACHINE.get(line.key) if line.group == MACHINE else None
    if reference and line.state in BAD:
        findings.raise_(conn, THE_MACHINE, reference, "", _evidence(line), now)
    elif reference and line.state == "ok":
        findings.resolve(conn, THE_MACHINE, reference, "", now)


def _stands(line: Line) -> bool:
    """Whether it stands with the connection."""
    if line.state not in BAD or line.finding is None or line.finding.whose_side == "fine":
        return False
    if line.group == WATCHED:
        return line.finding.reference in PROVED
    return line.group != MACHINE or line.finding.reference == CLOCK


def _name(line: Line) -> tuple[str, str]:
    return (line.finding.reference if line.finding else "", str(line.facts.get("subject", "")))


def _evidence(line: Line) -> dict[str, str]:
    said = line.finding
    return {"meaning": said.meaning, **said.evidence} if said else {}
