"""Finding the events of one recipient, the way each database keeps them.

PostgreSQL has an index by recipient. On SQLite that would be one page to read and to write for every event, anywhere in a
large file; there the index is by day and then by recipient, so that writing stays in one place, and looking goes from
day to day.
"""

import sqlalchemy as sa

from core.store.rows import table
from core.store.tables import StoredEvent

_events = table(StoredEvent)
_DAYS = """events.occurred_at / 86400000 IN (
WITH RECURSIVE days(day) AS (
SELECT * FROM (SELECT e.occurred_at / 86400000 FROM events AS e WHERE e.connection_id = :of_connection
ORDER BY e.occurred_at / 86400000 DESC LIMIT 1)
UNION ALL
SELECT (SELECT e.occurred_at / 86400000 FROM events AS e
WHERE e.connection_id = :of_connection AND e.occurred_at / 86400000 < days.day
ORDER BY e.occurred_at / 86400000 DESC LIMIT 1) FROM days WHERE days.day IS NOT NULL)
SELECT day FROM days WHERE day IS NOT NULL)"""

at = _events.c.occurred_at + 0  # the time, spelled so that no index by time seems the shorter way


def of_recipient(conn: sa.Connection, connection_id: int, recipient: str) -> list[sa.ColumnElement[bool]]:
    """Conditions for the events of one recipient (normalised). Compare and order by `at`, not by the column."""
    where: list[sa.ColumnElement[bool]] = [
        _events.c.connection_id == connection_id,
        _events.c.recipient == recipient,
    ]
    if conn.dialect.name == "sqlite":
        where.append(sa.text(_DAYS).bindparams(of_connection=connection_id))  # type: ignore[arg-type]
    return where
