"""What came back for one message, in the order in which it came."""

from dataclasses import dataclass

import sqlalchemy as sa

from core.store import partitions
from core.store.raw import give_back
from core.store.rows import Source, reading, table
from core.store.tables import RawNotification, StoredEvent

_events, _raw = table(StoredEvent), table(RawNotification)


@dataclass(frozen=True, slots=True)
class Arrival:
    """One event of a message. Times in ms; `published_at` is Amazon's clock, None when the raw is gone."""

    type: str
    published_at: int | None
    received_at: int
    signature_version: str | None = None  # "1", "2", "" by a queue; None when the raw is gone
    topic_id: int | None = None  # None: came by a queue


def of_message(source: Source, connection_id: int, message_id: str) -> list[Arrival]:
    """The events of one message, earliest first."""
    statement = (
        sa.select(
            _events.c.type,
            _raw.c.published_at,
            _events.c.received_at,
            _raw.c.signature_version,
            _raw.c.topic_id,
        )
        .join(_raw, _raw.c.id == _events.c.raw_id, isouter=True)
        .where(_events.c.connection_id == connection_id)
        .order_by(_events.c.received_at, _events.c.id)
        .limit(200)
    )
    with reading(source) as conn:
        here = statement.where(*partitions.of_message(conn, _events, message_id))
        return [Arrival(*row) for row in conn.execute(here)]


def messages_of(source: Source, connection_id: int, message_id: str) -> list[str]:
    """What Amazon said about one message, exactly as it came, earliest first; empty texts that retention emptied are left out."""
    statement = (
        sa.select(_raw.c.id, _raw.c.message)
        .join(_events, _raw.c.id == _events.c.raw_id)
        .where(_events.c.connection_id == connection_id)
        .distinct()
        .order_by(_raw.c.id)
        .limit(20)
    )
    with reading(source) as conn:
        here = statement.where(*partitions.of_message(conn, _events, message_id))
        return [give_back(text) for _, text in conn.execute(here) if text]
