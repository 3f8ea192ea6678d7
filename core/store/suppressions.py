"""Addresses not to be mailed."""

import sqlalchemy as sa

from core.store.rows import Source, many, one, table
from core.store.rows import put as _put
from core.store.tables import Suppression

_suppressions = table(Suppression)
REASONS = ("bounce", "complaint", "unsubscribe", "manual", "import", "drill")


def get(source: Source, connection_id: int, address: str) -> Suppression | None:
    """What is known of an address (normalised), also when it was taken off the list again (`removed_at`)."""
    return one(
        source,
        Suppression,
        _suppressions.c.connection_id == connection_id,
        _suppressions.c.address == address,
    )


def put(conn: sa.Connection, suppression: Suppression) -> None:
    """Store or replace an entry."""
    _put(conn, suppression)


def changed(
    source: Source, connection_id: int, since: int, limit: int, after: tuple[int, str] | None = None
) -> list[Suppression]:
    """Entries by last change, oldest first, from `since` on or after the pair (changed_at, address)."""
    key = sa.tuple_(_suppressions.c.changed_at, _suppressions.c.address)
    statement = (
        sa.select(_suppressions)
        .where(_suppressions.c.connection_id == connection_id, _suppressions.c.changed_at >= since)
        .order_by(_suppressions.c.changed_at, _suppressions.c.address)
        .limit(limit)
    )
    return many(source, Suppression, statement if after is None else statement.where(key > sa.tuple_(*after)))
