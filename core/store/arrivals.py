"""What has come back about messages we sent ourselves: each fact with the times of its way here."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from core.store.engine import Store
from core.store.tables import RawNotification, StoredEvent


@dataclass(frozen=True, slots=True)
class Arrival:
    """One event of one message. Times in ms: `published_at` is Amazon's clock, `received_at` ours, when it was durable."""

    message_id: str
    type: str
    bounce_type: str | None
    bounce_subtype: str | None
    diagnostic_code: str | None
    published_at: int | None  # None: the raw notification is gone (retention)
    received_at: int


def of_messages(store: Store, connection_id: int, message_ids: Sequence[str]) -> dict[str, list[Arrival]]:
    """The events of these messages, first come first; a message of which nothing came has no entry."""
    if not message_ids:
        return {}
    events, raws = StoredEvent.__table__, RawNotification.__table__  # type: ignore[attr-defined]
    wanted = (
        sa.select(
            events.c.message_id,
            events.c.type,
            events.c.bounce_type,
            events.c.bounce_subtype,
            events.c.diagnostic_code,
            raws.c.published_at,
            events.c.received_at,
        )
        .select_from(events.outerjoin(raws, raws.c.id == events.c.raw_id))
        .where(events.c.connection_id == connection_id, events.c.message_id.in_(list(message_ids)))
        .order_by(events.c.received_at, events.c.id)
    )
    found: dict[str, list[Arrival]] = {}
    with store.read() as conn:
        for row in conn.execute(wanted):
            found.setdefault(row.message_id, []).append(Arrival(*row))
    return found
