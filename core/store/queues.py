"""The SQS queues that the worker empties, how they fare, and what they brought that HTTPS did not."""

import json
from collections.abc import Iterable

import sqlalchemy as sa

from core.store.rows import Source, insert, many, one, reading, table
from core.store.tables import Queue, RawNotification

_queues, _notifications = table(Queue), table(RawNotification)
EVENTS, DEAD_LETTERS = "events", "dead-letters"


def add(
    conn: sa.Connection,
    connection_id: int,
    arn: str,
    url: str,
    kind: str,
    now: int,
    *,
    by_hand: bool = False,
    demo: bool = False,
    topics: Iterable[str] = (),
) -> int:
    """Have a queue emptied from now on; one that is known keeps its number and gets the new URL and topics.

    `kind` is events or dead-letters. `topics` are ARNs it may carry beside those pinned at the connection's callbacks.
    """
    values = {
        "url": url, "kind": kind, "by_hand": by_hand, "demo": demo, "topics": json.dumps(sorted(set(topics))), "trouble": None,
    }  # fmt: skip
    upsert = insert(conn, _queues).values(connection_id=connection_id, arn=arn, created_at=now, **values)
    done = conn.execute(
        upsert.on_conflict_do_update(index_elements=["connection_id", "arn"], set_=values).returning(
            _queues.c.id
        )
    )
    return int(done.scalar_one())


def all(source: Source) -> list[Queue]:
    """Every queue of every connection, oldest first."""
    return many(source, Queue, sa.select(_queues).order_by(_queues.c.id))


def of_connection(source: Source, connection_id: int) -> list[Queue]:
    """The queues of a connection, oldest first."""
    wanted = sa.select(_queues).where(_queues.c.connection_id == connection_id).order_by(_queues.c.id)
    return many(source, Queue, wanted)


def by_id(source: Source, queue_id: int) -> Queue | None:
    """The queue with this number."""
    return one(source, Queue, _queues.c.id == queue_id)


def topics_of(queue: Queue) -> tuple[str, ...]:
    """The ARNs it may carry, `*` and `?` as in IAM."""
    return tuple(str(arn) for arn in json.loads(queue.topics))


def remove(conn: sa.Connection, connection_id: int, arn: str) -> bool:
    """Leave a queue alone from now on, and forget what was put aside from it. False when it was not known."""
    gone = sa.delete(_queues).where(_queues.c.connection_id == connection_id, _queues.c.arn == arn)
    return conn.execute(gone).rowcount == 1


def polled(conn: sa.Connection, queue_id: int, now: int, message_at: int | None = None) -> None:
    """Note that it could be read, and when its last message came. Ends its trouble."""
    values: dict[str, object] = {"polled_at": now, "trouble": None}
    if message_at is not None:
        values["message_at"] = message_at
    conn.execute(sa.update(_queues).where(_queues.c.id == queue_id).values(values))


def trouble(conn: sa.Connection, queue_id: int, diagnosis: str) -> None:
    """Note why it cannot be read, as the JSON of a Diagnosis."""
    conn.execute(sa.update(_queues).where(_queues.c.id == queue_id).values(trouble=diagnosis))


def came(source: Source, connection_id: int, since: int, until: int) -> tuple[int, int]:
    """Of the notifications published in [since, until): how many are here, and how many HTTPS has not delivered."""
    at = _notifications.c.published_at
    mine = sa.and_(_notifications.c.connection_id == connection_id, at >= since, at < until)
    with reading(source) as conn:
        every = conn.execute(sa.select(sa.func.count()).where(mine)).scalar_one()
        alone = conn.execute(
            sa.select(sa.func.count()).where(mine, _notifications.c.topic_id.is_(None))
        ).scalar_one()
    return int(every), int(alone)
