"""Events as rows: one per fact. A second copy of a fact makes no second row, it may only tell it better.

Which copy is better does not depend on which came first: fewer candidates, then a configuration set, then earlier,
then the smaller in every field in turn.
"""

from collections.abc import Iterable

import sqlalchemy as sa

from core.events.address import domain_of
from core.events.event import Event, Notification
from core.events.providers import provider_of
from core.store.bulk import Row, rows_where_in, write_rows
from core.store.rows import table
from core.store.tables import StoredEvent

_FACT = ("connection_id", "message_id", "recipient", "type", "detail")
_TOLD = (
    "candidates", "configuration_set", "occurred_at", "sent_at", "received_at", "identity", "tags",
    "mailbox_provider", "bounce_type", "bounce_subtype", "diagnostic_code", "status", "feedback_type", "feedback_id",
    "flags", "raw_id",
)  # fmt: skip
_COLUMNS = _FACT + _TOLD
_IGNORE = f"ON CONFLICT ({','.join(_FACT)}) DO NOTHING"
_REPLACE = f"ON CONFLICT ({','.join(_FACT)}) DO UPDATE SET " + ",".join(
    f"{name}=excluded.{name}" for name in _TOLD
)
_KEY, _SET = len(_FACT), _COLUMNS.index("configuration_set")


def row_of(notification: Notification, event: Event, tags: str | None, raw_id: int | None) -> Row:
    """An event in the order of the columns."""
    domain = domain_of(event.recipient)
    return (
        notification.connection_id, event.message_id, event.recipient, event.type, event.detail,
        len(event.candidates) if event.type == "Complaint" else None, event.configuration_set, event.occurred_at,
        event.sent_at, notification.received_at, event.identity, tags, provider_of(domain) if domain else None,
        event.bounce_type, event.bounce_subtype, event.diagnostic_code, event.status, event.feedback_type,
        event.feedback_id, int(event.flags), raw_id,
    )  # fmt: skip


def better(one: Row, other: Row) -> bool:
    """Whether the first of two copies of a fact tells it better. Which raw notification it came by plays no part."""
    return _rank(one) < _rank(other)


def _rank(row: Row) -> Row:
    told = tuple((value is None, value) for value in row[_KEY:-1])
    return (row[_KEY] or 0, row[_SET] is None, *told)


def write_events(conn: sa.Connection, rows: Iterable[Row]) -> None:
    """Store facts that are new; of those known, the better copy stays."""
    best: dict[Row, Row] = {}
    for row in rows:
        known = best.setdefault(row[:_KEY], row)
        if known is not row and better(row, known):
            best[row[:_KEY]] = row
    ordered = [best[key] for key in sorted(best)]
    if write_rows(conn, table(StoredEvent), _COLUMNS, ordered, _IGNORE) < len(ordered):
        _improve(conn, best)


def _improve(conn: sa.Connection, best: dict[Row, Row]) -> None:
    messages: dict[int, set[str]] = {}
    for key in best:
        messages.setdefault(key[0], set()).add(key[1])
    improved: list[Row] = []
    for connection_id, ids in messages.items():
        stored = rows_where_in(conn, table(StoredEvent), _COLUMNS, connection_id, "message_id", sorted(ids))
        for row in stored:
            copy = best.get(row[:_KEY])
            if copy is not None and better(copy, row):
                improved.append(copy)
    improved.sort(key=lambda row: row[:_KEY])
    write_rows(conn, table(StoredEvent), _COLUMNS, improved, _REPLACE)
