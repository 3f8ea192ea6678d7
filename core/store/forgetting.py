"""Forgetting what is old, a little at a time: each function is one small transaction's work and says how much it did.

Rollups stay for ever. The key of a notification outlives its text, so that one that comes again is known; what is known of
a message outlives its events. The newest row of a table stays, so that no number is ever given twice.
"""

from collections.abc import Callable

import sqlalchemy as sa

from core.store import retention
from core.store.ledger import hold
from core.store.rows import table
from core.store.tables import OutcomeRow, RawNotification, StoredEvent

_raw, _events, _outcomes = table(RawNotification), table(StoredEvent), table(OutcomeRow)
Did = tuple[int, int]  # how many rows were looked at, how many of them changed or went
Step = Callable[[sa.Connection], Did]


def empty_texts(conn: sa.Connection, connection_id: int, horizon: int, now: int, most: int) -> Did:
    """Forget the text of notifications that came before the horizon (ms), in the order they came.

    What could not be read keeps its text for as long as its key: a better reader may come. One that claims to have come
    after `now` was written by a clock that ran ahead, and stops nobody.
    """
    at = retention.get(conn, connection_id).emptied_to
    rows = conn.execute(
        sa.select(_raw.c.id, _raw.c.connection_id, _raw.c.received_at)
        .where(_raw.c.id > at)
        .order_by(_raw.c.id)
        .limit(most)
    ).all()
    mine = []
    for row in rows:
        if horizon <= row.received_at <= now:
            break
        at = int(row.id)
        if row.connection_id == connection_id and row.received_at < horizon:
            mine.append(at)
    done = 0
    if mine:
        where = (_raw.c.id.in_(mine), _raw.c.state != "quarantined")
        done = conn.execute(sa.update(_raw).where(*where).values(message="", subject=None)).rowcount
    if rows and at >= rows[0].id:
        retention.change(conn, connection_id, emptied_to=at)
    return len(rows) if rows and at == rows[-1].id else 0, done


def forget_notifications(conn: sa.Connection, connection_id: int, horizon: int, most: int) -> Did:
    """Delete notifications, key and all, that were published and came before the horizon (ms)."""
    newest = sa.select(sa.func.max(_raw.c.id)).scalar_subquery()
    old = (
        sa.select(_raw.c.id)
        .where(
            _raw.c.connection_id == connection_id,
            _raw.c.published_at < horizon,
            _raw.c.received_at < horizon,
            _raw.c.id < newest,
        )
        .order_by(_raw.c.published_at)
        .limit(most)
    )
    return _delete(conn, _raw, list(conn.execute(old).scalars()))


def forget_events(conn: sa.Connection, connection_id: int, horizon: int, most: int) -> Did:
    """Delete events that happened and came before the horizon (ms)."""
    newest = sa.select(sa.func.max(_events.c.id)).scalar_subquery()
    old = (
        sa.select(_events.c.id)
        .where(
            _events.c.connection_id == connection_id,
            _events.c.occurred_at < horizon,
            _events.c.received_at < horizon,
            _events.c.id < newest,
        )
        .order_by(_events.c.occurred_at)
        .limit(most)
    )
    return _delete(conn, _events, list(conn.execute(old).scalars()))


def _delete(conn: sa.Connection, target: sa.Table, ids: list[int]) -> Did:
    if not ids:
        return 0, 0
    return len(ids), conn.execute(sa.delete(target).where(target.c.id.in_(ids))).rowcount


def old_messages(
    conn: sa.Connection, connection_id: int, horizon: int, after: str, most: int
) -> tuple[list[str], str | None]:
    """Of the next messages by id, those that may be forgotten: sent and first heard of before the horizon (ms), and no
    event of theirs is kept any more. With the id to go on after; None at the end. Only reads.
    """
    here = (_outcomes.c.connection_id == connection_id, _outcomes.c.message_id > after)
    ids = list(
        conn.execute(
            sa.select(_outcomes.c.message_id).where(*here).group_by(_outcomes.c.message_id)
            .order_by(_outcomes.c.message_id).limit(most)
        ).scalars()
    )  # fmt: skip
    if not ids:
        return [], None
    between = (_outcomes.c.connection_id == connection_id, _outcomes.c.message_id.between(ids[0], ids[-1]))
    return _old(conn, connection_id, horizon, between), ids[-1]


def forget_outcomes(conn: sa.Connection, connection_id: int, horizon: int, ids: list[str]) -> int:
    """Delete what is known of these messages, unless something came about them just now; what comes later moves no number."""
    hold(conn, [(connection_id, each) for each in ids])
    here = (_outcomes.c.connection_id == connection_id, _outcomes.c.message_id.in_(ids))
    still = _old(conn, connection_id, horizon, here)
    if not still:
        return 0
    retention.close_before(conn, connection_id, horizon)
    gone = (_outcomes.c.connection_id == connection_id, _outcomes.c.message_id.in_(still))
    return conn.execute(sa.delete(_outcomes).where(*gone)).rowcount


def _old(
    conn: sa.Connection, connection_id: int, horizon: int, where: tuple[sa.ColumnElement[bool], ...]
) -> list[str]:
    kept = (
        sa.select(sa.literal(1))
        .where(_events.c.connection_id == connection_id, _events.c.message_id == _outcomes.c.message_id)
        .exists()
    )
    latest = (sa.func.max(_outcomes.c.seen_at), sa.func.max(sa.func.coalesce(_outcomes.c.sent_at, 0)))
    statement = (
        sa.select(_outcomes.c.message_id)
        .where(*where)
        .group_by(_outcomes.c.message_id)
        .having(sa.and_(latest[0] < horizon, latest[1] < horizon, ~kept))
        .order_by(_outcomes.c.message_id)
    )
    return list(conn.execute(statement).scalars())
