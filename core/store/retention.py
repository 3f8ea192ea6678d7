"""For how long each connection keeps what came in, and which messages are closed because what was known of them is gone."""

from collections.abc import Collection, Iterable, Mapping

import sqlalchemy as sa

from core.moment import DAY
from core.store.rows import Source, insert, one, reading, table
from core.store.tables import Retention

MESSAGE_DAYS, EVENT_DAYS = (
    90,
    400,
)  # where nobody decided otherwise; 400 so that a month can be held beside last year's
FOREVER = 0
LEAST_OUTCOME_DAYS = 90  # complaints come weeks later, dead letters wait two
OLD = 60 * DAY  # what is younger than this when it comes cannot concern a closed message

_retentions = table(Retention)
Message = tuple[int, str]  # connection, message


def get(source: Source, connection_id: int) -> Retention:
    """What was decided for a connection, or what holds where nothing was."""
    found = one(source, Retention, _retentions.c.connection_id == connection_id)
    return found or Retention(connection_id=connection_id, message_days=MESSAGE_DAYS, event_days=EVENT_DAYS)


def change(conn: sa.Connection, connection_id: int, **values: int) -> None:
    """Set some of the columns and leave the others as they are."""
    held = {
        "message_days": MESSAGE_DAYS,
        "event_days": EVENT_DAYS,
        "emptied_to": 0,
        "swept_at": 0,
        "changed_at": 0,
    }
    upsert = insert(conn, _retentions).values({"connection_id": connection_id, **held, **values})
    conn.execute(upsert.on_conflict_do_update(index_elements=["connection_id"], set_=values))


def close_before(conn: sa.Connection, connection_id: int, horizon: int) -> None:
    """Note that outcomes of messages before the horizon (ms) were forgotten. It never moves back."""
    known = get(conn, connection_id).closed_before
    change(conn, connection_id, closed_before=max(horizon, known or horizon))


def outcome_horizon(kept: Retention, now: int) -> int | None:
    """Before which time messages may be forgotten altogether; None: never."""
    if kept.event_days == FOREVER:
        return None
    return now - max(kept.event_days, LEAST_OUTCOME_DAYS) * DAY


def closed(conn: sa.Connection, earliest: Mapping[Message, int]) -> Collection[Message]:
    """Of messages of which nothing is known, with the earliest time they tell: those that may have been known and counted.

    What comes about them is kept, and moves no number: whether it was counted before cannot be known any more.
    """
    lines = _lines(conn, {connection_id for connection_id, _ in earliest})
    return {each for each, at in earliest.items() if at < lines.get(each[0], 0)}


def _lines(conn: sa.Connection, connection_ids: Iterable[int]) -> dict[int, int]:
    found = sa.select(_retentions.c.connection_id, _retentions.c.closed_before).where(
        _retentions.c.connection_id.in_(sorted(connection_ids)), _retentions.c.closed_before.is_not(None)
    )
    with reading(conn) as asked:
        return {row.connection_id: row.closed_before for row in asked.execute(found)}
