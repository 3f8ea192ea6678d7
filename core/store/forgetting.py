"""Forgetting what is old, a little at a time: each function is one small transaction's work and says how much it did.

Rollups stay for ever. The key of a notification outlives its text, so that one that comes again is known; what is known of
a message outlives its events. The newest row of a table stays, so that no number is ever given twice.
"""

from collections.abc import Callable

import sqlalchemy as sa

from core.store import partitions, retention
from core.store.ledger import hold
from core.store.rows import table
from core.store.tables import OutcomeRow, RawNotification, StoredEvent

_raw, _events, _outcomes = table(RawNotification), table(StoredEvent), table(OutcomeRow)
Did = tuple[int, int]  # how many rows were looked at, how many of them changed or went
Place = sa.Table  # a table, or one of its partitions
Step = Callable[[sa.Connection], Did]
Delete = Callable[[sa.Connection, int, int, int, Place], Did]


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


def forget_notifications(
    conn: sa.Connection, connection_id: int, horizon: int, most: int, here: Place = _raw
) -> Did:
    """Delete notifications, key and all, that were published and came before the horizon (ms). `here`: or of a partition."""
    newest = sa.select(sa.func.max(_raw.c.id)).scalar_subquery()
    old = (
        sa.select(here.c.id)
        .where(
            here.c.connection_id == connection_id,
            here.c.published_at < horizon,
            here.c.received_at < horizon,
            here.c.id < newest,
        )
        .order_by(here.c.published_at)
        .limit(most)
    )
    return _delete(conn, here, list(conn.execute(old).scalars()))


def forget_events(
    conn: sa.Connection, connection_id: int, horizon: int, most: int, here: Place = _events
) -> Did:
    """Delete events that happened and came before the horizon (ms). `here`: or of a partition."""
    newest = sa.select(sa.func.max(_events.c.id)).scalar_subquery()
    old = (
        sa.select(here.c.id)
        .where(
            here.c.connection_id == connection_id,
            here.c.occurred_at < horizon,
            here.c.received_at < horizon,
            here.c.id < newest,
        )
        .order_by(here.c.occurred_at)
        .limit(most)
    )
    return _delete(conn, here, list(conn.execute(old).scalars()))


def _delete(conn: sa.Connection, target: sa.Table, ids: list[int]) -> Did:
    if not ids:
        return 0, 0
    return len(ids), conn.execute(sa.delete(target).where(target.c.id.in_(ids))).rowcount


def old_messages(
    conn: sa.Connection, connection_id: int, horizon: int, after: str, most: int, here: Place = _outcomes
) -> tuple[list[str], str | None]:
    """Of the next messages by id, those that may be forgotten: sent and first heard of before the horizon (ms), and no
    event of theirs is kept any more. With the id to go on after; None at the end. Only reads. `here`: or of a partition.
    """
    next_ones = (here.c.connection_id == connection_id, here.c.message_id > after)
    ids = list(
        conn.execute(
            sa.select(here.c.message_id).where(*next_ones).group_by(here.c.message_id)
            .order_by(here.c.message_id).limit(most)
        ).scalars()
    )  # fmt: skip
    if not ids:
        return [], None
    between = (here.c.connection_id == connection_id, here.c.message_id.between(ids[0], ids[-1]))
    return _old(conn, connection_id, horizon, between, here), ids[-1]


def forget_outcomes(
    conn: sa.Connection, connection_id: int, horizon: int, ids: list[str], here: Place = _outcomes
) -> int:
    """Delete what is known of these messages, unless something came about them just now; what comes later moves no number."""
    hold(conn, [(connection_id, each) for each in ids])
    these = (here.c.connection_id == connection_id, here.c.message_id.in_(ids))
    still = _old(conn, connection_id, horizon, these, here)
    if not still:
        return 0
    retention.close_before(conn, connection_id, horizon)
    gone = (here.c.connection_id == connection_id, here.c.message_id.in_(still))
    return conn.execute(sa.delete(here).where(*gone)).rowcount


def _old(
    conn: sa.Connection,
    connection_id: int,
    horizon: int,
    where: tuple[sa.ColumnElement[bool], ...],
    here: Place,
) -> list[str]:
    """Their events lie in one month with them, in whichever partition."""
    divided = partitions.MONTH in here.c
    events = partitions.shaped(conn, _events) if divided else _events
    months = [(events.c.month, here.c.month)] if divided else []
    kept = sa.select(sa.literal(1)).where(
        events.c.connection_id == connection_id,
        events.c.message_id == here.c.message_id,
        *(theirs == ours for theirs, ours in months),
    )
    latest = (sa.func.max(here.c.seen_at), sa.func.max(sa.func.coalesce(here.c.sent_at, 0)))
    statement = (
        sa.select(here.c.message_id)
        .where(*where)
        .group_by(here.c.message_id, *(ours for _, ours in months))
        .having(sa.and_(latest[0] < horizon, latest[1] < horizon, ~kept.exists()))
        .order_by(here.c.message_id)
    )
    return list(conn.execute(statement).scalars())
