"""Events as rows: one per fact. A second copy of a fact makes no second row, it may only tell it better.

Which copy is better does not depend on which came first: fewer candidates, then a configuration set, then earlier,
then the smaller in every field in turn, compared by code point.
"""

from collections.abc import Iterable
from functools import lru_cache

import sqlalchemy as sa

from core.events.address import domain_of
from core.events.event import Event, Notification
from core.events.providers import provider_of
from core.store.bulk import Row, write_rows
from core.store.partitions import key
from core.store.rows import table
from core.store.tables import StoredEvent

_FACT = ("connection_id", "message_id", "recipient", "type", "detail")
_NUMBERS = ("candidates", "occurred_at", "sent_at", "received_at", "flags")
_TEXTS = (
    "configuration_set", "identity", "tags", "mailbox_provider", "bounce_type", "bounce_subtype", "diagnostic_code",
    "status", "feedback_type", "feedback_id",
)  # fmt: skip
_TOLD = (*_NUMBERS, *_TEXTS, "raw_id")
_COLUMNS = _FACT + _TOLD
_KEY, _TEXT, _RAW = len(_FACT), len(_FACT) + len(_NUMBERS), len(_COLUMNS) - 1
_NEVER = 1 << 62


def row_of(notification: Notification, event: Event, tags: str | None, raw_id: int | None) -> Row:
    """An event in the order of the columns."""
    domain = domain_of(event.recipient)
    return (
        notification.connection_id, event.message_id, event.recipient, event.type, event.detail,
        len(event.candidates) if event.type == "Complaint" else None, event.occurred_at, event.sent_at,
        notification.received_at, int(event.flags), event.configuration_set, event.identity, tags,
        provider_of(domain) if domain else None, event.bounce_type, event.bounce_subtype, event.diagnostic_code,
        event.status, event.feedback_type, event.feedback_id, raw_id,
    )  # fmt: skip


def better(one: Row, other: Row) -> bool:
    """Whether the first of two copies of a fact tells it better. Which raw notification it came by plays no part."""
    return _rank(one) < _rank(other)


def _rank(row: Row) -> Row:
    candidates, occurred_at, sent_at, received_at, flags = row[_KEY:_TEXT]
    texts = row[_TEXT:_RAW]
    sent_at = _NEVER if sent_at is None else sent_at
    return (
        candidates or 0,
        texts[0] is None,
        occurred_at,
        sent_at,
        received_at,
        flags,
        *(text or "" for text in texts),
    )


@lru_cache(maxsize=2)
def _replace_by_better(dialect: str) -> str:
    """The same order as `_rank`, decided by the database where the other copy is."""
    collate = ' COLLATE "C"' if dialect == "postgresql" else ""

    def rank(source: str) -> str:
        texts = ",".join(f"coalesce({source}.{name},''){collate}" for name in _TEXTS)
        return (
            f"(coalesce({source}.candidates,0),{source}.configuration_set IS NULL,{source}.occurred_at,"
            f"coalesce({source}.sent_at,{_NEVER}),{source}.received_at,{source}.flags,{texts})"
        )

    changes = ",".join(f"{name}=excluded.{name}" for name in _TOLD)
    return f"ON CONFLICT ({key(dialect, _FACT)}) DO UPDATE SET {changes} WHERE {rank('excluded')}<{rank('events')}"


def write_events(conn: sa.Connection, rows: Iterable[Row]) -> None:
    """Store facts that are new; of those known, the better copy stays."""
    best: dict[Row, Row] = {}
    for row in rows:
        known = best.setdefault(row[:_KEY], row)
        if known is not row and better(row, known):
            best[row[:_KEY]] = row
    ordered = [best[fact] for fact in sorted(best)]
    write_rows(conn, table(StoredEvent), _COLUMNS, ordered, _replace_by_better(conn.dialect.name))
