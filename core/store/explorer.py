"""The event explorer: single events by key, newest first, page by page without ever counting or skipping."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from core.errors import BadInput
from core.events.contribution import complained_at, is_drill, left_out
from core.events.event import EventFlag
from core.events.fact import NOT_SPAM
from core.events.outcome import FIELDS, Outcome
from core.store import by_recipient, partitions
from core.store.bulk import rows_where_in
from core.store.engine import Store
from core.store.rows import Source, one, table
from core.store.tables import Connection, OutcomeRow, StoredEvent

MOST = 1_000
_events, _connections = table(StoredEvent), table(Connection)
_FLAGS = (
    (EventFlag.LATE, "late"),
    (EventFlag.SUSPECT, "suspect"),
    (EventFlag.DEMO, "demo"),
    (EventFlag.DRILL, "drill"),
)


@dataclass(frozen=True, slots=True)
class EventFilter:
    """What to look for; all that is given must fit. `since` is inside, `until` is not; times in ms."""

    message_id: str | None = None
    recipient: str | None = None  # normalised
    types: tuple[str, ...] = ()
    since: int | None = None
    until: int | None = None
    identities: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ExplorerEvent:
    """An event as the API shows it; times in ms. `counts`: stands in the numerator of a rate."""

    id: int
    connection_id: int
    connection: str
    type: str
    message_id: str | None
    recipient: str | None
    occurred_at: int
    sent_at: int | None
    received_at: int
    identity: str | None
    configuration_set: str | None
    tags: dict[str, list[str]]
    mailbox_provider: str | None
    bounce_type: str | None
    bounce_subtype: str | None
    diagnostic_code: str | None
    status: str | None
    feedback_type: str | None
    feedback_id: str | None
    candidates: int | None
    counts: bool
    flags: tuple[str, ...]
    raw_id: int | None


@dataclass(frozen=True, slots=True)
class Page:
    """Some events, and the cursor of what follows, None at the end."""

    events: list[ExplorerEvent]
    next: str | None


def events(
    store: Store,
    connection_ids: Sequence[int],
    filters: EventFilter,
    limit: int = 100,
    cursor: str | None = None,
) -> Page:
    """Events of these connections, newest `occurred_at` first, then by id. Raises BadInput (`limit`, `cursor`)."""
    if not 1 <= limit <= MOST:
        raise BadInput(f"`limit` is a number from 1 to {MOST:,}.", "limit")
    when = _events.c.occurred_at if filters.recipient is None else by_recipient.at
    where = _wanted(filters, when)
    if cursor is not None:
        at, number = _read_cursor(cursor)
        where.append(when <= at)
        where.append(sa.or_(when < at, _events.c.id > number))
    with store.read() as conn:
        if filters.message_id is not None:
            where += partitions.of_message(conn, _events, filters.message_id)
        rows: list[sa.Row[Any]] = []
        for one_id in sorted(set(connection_ids)):
            mine = where
            if filters.recipient is not None:
                mine = where + by_recipient.of_recipient(conn, one_id, filters.recipient)
            rows += _of_connection(conn, one_id, mine, when, limit + 1)
        rows.sort(key=lambda row: (-row.occurred_at, row.id))
        more, rows = len(rows) > limit, rows[:limit]
        messages = _messages(conn, rows)
    shown = [_shown(row, messages.get((row.connection_id, row.message_id), {})) for row in rows]
    return Page(shown, f"{rows[-1].occurred_at}-{rows[-1].id}" if more else None)


def _of_connection(
    conn: sa.Connection,
    connection_id: int,
    where: list[sa.ColumnElement[bool]],
    when: sa.ColumnElement[int],
    limit: int,
) -> Sequence[sa.Row[Any]]:
    """The newest of one connection. One at a time, because only then the index gives them in order."""
    statement = (
        sa.select(_events, _connections.c.name.label("connection"))
        .join(_connections, _connections.c.id == _events.c.connection_id)
        .where(_events.c.connection_id == connection_id, *where)
        .order_by(when.desc(), _events.c.id)
        .limit(limit)
    )
    return conn.execute(statement).fetchall()


def of_message(store: Store, connection_id: int, message_id: str, limit: int = 200) -> list[ExplorerEvent]:
    """What is known of one message, newest first."""
    return events(store, [connection_id], EventFilter(message_id=message_id), limit).events


def by_id(source: Source, connection_id: int, event_id: int) -> StoredEvent | None:
    """The event of this number."""
    return one(source, StoredEvent, _events.c.connection_id == connection_id, _events.c.id == event_id)


def _wanted(filters: EventFilter, when: sa.ColumnElement[int]) -> list[sa.ColumnElement[bool]]:
    """Conditions for all but the message."""
    where: list[sa.ColumnElement[bool]] = []
    if filters.types:
        where.append(_events.c.type.in_(filters.types))
    if filters.since is not None:
        where.append(when >= filters.since)
    if filters.until is not None:
        where.append(when < filters.until)
    if filters.identities:
        where.append(_events.c.identity.in_(filters.identities))
    return where


def _read_cursor(cursor: str) -> tuple[int, int]:
    at, _, number = cursor.partition("-")
    if not (at.isascii() and at.isdigit() and number.isascii() and number.isdigit() and len(cursor) < 40):
        raise BadInput("That cursor is none of ours: take `next` of the page before.", "cursor")
    return int(at), int(number)


def _messages(conn: sa.Connection, rows: Sequence[sa.Row[Any]]) -> dict[tuple[int, str], dict[str, Outcome]]:
    """The outcomes of every message on the page."""
    wanted: dict[int, set[str]] = {}
    for row in rows:
        if row.message_id:
            wanted.setdefault(row.connection_id, set()).add(row.message_id)
    found: dict[tuple[int, str], dict[str, Outcome]] = {}
    columns = ("message_id", "recipient", *FIELDS)
    for connection_id, ids in wanted.items():
        for known in rows_where_in(
            conn, table(OutcomeRow), columns, connection_id, "message_id", sorted(ids)
        ):
            found.setdefault((connection_id, known[0]), {})[known[1]] = Outcome(*known[2:])
    return found


def _shown(row: sa.Row[Any], outcomes: dict[str, Outcome]) -> ExplorerEvent:
    drill = is_drill(outcomes)
    marks = [name for flag, name in _FLAGS if row.flags & flag or (flag is EventFlag.DRILL and drill)]
    return ExplorerEvent(
        row.id, row.connection_id, row.connection, row.type, row.message_id or None, row.recipient or None,
        row.occurred_at, row.sent_at, row.received_at, row.identity, row.configuration_set,
        json.loads(row.tags) if row.tags else {}, row.mailbox_provider, row.bounce_type, row.bounce_subtype,
        row.diagnostic_code, row.status, row.feedback_type, row.feedback_id, row.candidates,
        not drill and _counts(row, outcomes), tuple(marks), row.raw_id,
    )  # fmt: skip


def _counts(row: sa.Row[Any], outcomes: dict[str, Outcome]) -> bool:
    """Whether a Bounce or Complaint stands in the numerator of its rate."""
    outcome = outcomes.get(row.recipient)
    if outcome is None or left_out(row.recipient, outcome):
        return False
    if row.type == "Bounce":
        return bool(row.bounce_type == "Permanent")
    return bool(
        row.type == "Complaint" and row.detail != NOT_SPAM and row.recipient in complained_at(outcomes)
    )
