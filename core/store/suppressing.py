"""Events that put an address on the suppression list, in the same transaction that records them.

Only what counts in a rate does so: not mail that was never tried, not the simulator's, not a drill's.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from core.events.address import SIMULATOR
from core.events.contribution import is_drill, left_out
from core.events.event import Event, EventFlag
from core.events.outcome import Outcome
from core.events.repeated import Rules, read, struck
from core.moment import DAY
from core.store import by_recipient, list_settings
from core.store.bulk import rows_where_in
from core.store.ledger import Key
from core.store.rows import table
from core.store.standing import Cause, causes_of, entry, released
from core.store.suppressions import Place, held, suppress_many, write
from core.store.tables import StoredEvent

_events = table(StoredEvent)
_AT_SIMULATOR = "@" + SIMULATOR
_FACT = ("id", "message_id", "recipient", "type", "detail")


@dataclass(frozen=True, slots=True)
class Accusation:
    """An event that speaks against an address (`event.against`), with what is known of its message by now."""

    connection_id: int
    event: Event
    received_at: int
    outcomes: Mapping[str, Outcome]


def suppress_accused(conn: sa.Connection, accusations: Iterable[Accusation], now: int) -> None:
    """Put those on the list who bounced for good, complained, or bounced as often as a rule says."""
    counted = _counted(accusations)
    for_good = [one for one in counted if one.event.bounce_type != "Transient"]
    wanted = [(*one[0], one[1], one[2]) for one in _causes(conn, for_good)]
    for_now = [one for one in counted if one.event.bounce_type == "Transient"]
    if for_now:
        wanted += _repeated(conn, for_now)
    if wanted:
        suppress_many(conn, wanted, now)


def _counted(accusations: Iterable[Accusation]) -> list[Accusation]:
    """Those that count in a rate."""
    drills: dict[Key, bool] = {}  # asked once of a message, which may have thousands of recipients
    found = []
    for one in accusations:
        event, key = one.event, (one.connection_id, one.event.message_id)
        if key not in drills:
            drills[key] = is_drill(one.outcomes)
        outcome = one.outcomes.get(event.recipient)
        if drills[key] or outcome is None or left_out(event.recipient, outcome):
            continue
        if not event.against.endswith(_AT_SIMULATOR):
            found.append(one)
    return found


def _causes(conn: sa.Connection, accusations: Sequence[Accusation]) -> list[tuple[Place, str, Cause]]:
    """Each with its reason and the number of its event."""
    messages: dict[int, set[str]] = {}
    for one in accusations:
        messages.setdefault(one.connection_id, set()).add(one.event.message_id)
    numbers = {
        (connection_id, *row[1:]): row[0]
        for connection_id, ids in messages.items()
        for row in rows_where_in(conn, _events, _FACT, connection_id, "message_id", sorted(ids))
    }
    found = []
    for one in accusations:
        event = one.event
        number = numbers.get((one.connection_id, event.message_id, event.recipient, event.type, event.detail))
        reason = "complaint" if event.type == "Complaint" else "bounce"
        cause = Cause(min(event.occurred_at, one.received_at), number)
        found.append(((one.connection_id, event.against), reason, cause))
    return found


def _repeated(conn: sa.Connection, accusations: Sequence[Accusation]) -> list[tuple[int, str, str, Cause]]:
    """Whom a rule for transient bounces puts on the list."""
    rules: dict[int, Rules] = {}
    found: dict[Place, tuple[int, str, str, Cause]] = {}
    for one in accusations:
        if one.connection_id not in rules:
            rules[one.connection_id] = read(list_settings.get(conn, one.connection_id).transient)
        rule = rules[one.connection_id].get(one.event.bounce_subtype or "")
        cause = None if rule is None else _cause(conn, one, *rule)
        if cause is not None:
            found[one.connection_id, one.event.against] = (
                one.connection_id,
                one.event.against,
                "bounce",
                cause,
            )
    return list(found.values())


def _cause(conn: sa.Connection, one: Accusation, times: int, days: int) -> Cause | None:
    """The event that made the number full, counted since the address was last taken off the list."""
    place = (one.connection_id, one.event.against)
    known = causes_of(held(conn, [place]).get(place))
    begin = max((each.released_at or 0 for each in known.values()), default=0)
    at = one.event.occurred_at
    rows = conn.execute(
        sa.select(_events.c.occurred_at, _events.c.id, _events.c.flags).where(
            *by_recipient.of_recipient(conn, one.connection_id, one.event.recipient),
            _events.c.type == "Bounce",
            _events.c.bounce_type == "Transient",
            _events.c.bounce_subtype == one.event.bounce_subtype,
            by_recipient.at.between(max(begin + 1, at - days * DAY), at + days * DAY),
        )
    )
    bounces = [(row.occurred_at, int(row.id)) for row in rows if not row.flags & EventFlag.DRILL]
    full = struck([when for when, _ in bounces], times, days)
    if full is None:
        return None
    note = f"{times} × {one.event.bounce_subtype} in {days} days"
    return Cause(min(full, one.received_at), dict(bounces)[full], note)


def pardon(
    conn: sa.Connection, connection_id: int, message_id: str, addresses: Iterable[str], now: int
) -> None:
    """Take off the list whom of these an event of this message put there: it turned out to be a drill.

    That ends when it began, so that what happened to the address since then counts.
    """
    rows = rows_where_in(conn, _events, ("id",), connection_id, "message_id", [message_id])
    numbers = {row[0] for row in rows}
    if not numbers:
        return
    changed = []
    for (_, address), row in held(conn, [(connection_id, each) for each in addresses if each]).items():
        causes = causes_of(row)
        for reason, cause in causes_of(row).items():
            if cause.event_id in numbers:
                causes = released(causes, reason, cause.since) or causes
        if causes != causes_of(row):
            changed.append(entry(connection_id, address, causes, now))
    write(conn, changed)
