"""Messages of queues that could not be taken in: kept as they came, with the reason, and shown."""

import sqlalchemy as sa

from core.store.raw import give_back, keep
from core.store.rows import Source, insert, many, one, reading, table
from core.store.tables import Poison

_poison = table(Poison)
MOST = 1_000  # per queue; beyond it the oldest go, so that whoever may write to a queue cannot fill the disk


def put_aside(conn: sa.Connection, found: list[Poison]) -> int:
    """Keep messages, once each. Returns how many are new."""
    new = 0
    for each in found:
        values = {
            name: getattr(each, name)
            for name in ("connection_id", "queue_id", "sqs_message_id", "reason", "sent_at", "received_at")
        }
        row = insert(conn, _poison).values(**values, body=keep(each.body))
        new += conn.execute(row.on_conflict_do_nothing()).rowcount
    for queue_id in sorted({each.queue_id for each in found}):
        _forget_oldest(conn, queue_id)
    return new


def _forget_oldest(conn: sa.Connection, queue_id: int) -> None:
    mine = sa.select(_poison.c.id).where(_poison.c.queue_id == queue_id).order_by(_poison.c.id.desc())
    last = conn.execute(mine.offset(MOST).limit(1)).scalar()
    if last is not None:
        conn.execute(sa.delete(_poison).where(_poison.c.queue_id == queue_id, _poison.c.id <= last))


def of_connection(
    source: Source, connection_id: int, limit: int = 50, before: int | None = None
) -> list[Poison]:
    """The newest first (older than the one of number `before`), their bodies exactly as they came."""
    wanted = (
        sa.select(_poison)
        .where(
            _poison.c.connection_id == connection_id, sa.true() if before is None else _poison.c.id < before
        )
        .order_by(_poison.c.id.desc())
        .limit(limit)
    )
    found = many(source, Poison, wanted)
    for each in found:
        each.body = give_back(each.body)
    return found


def by_id(source: Source, connection_id: int, poison_id: int) -> Poison | None:
    """One message of a connection, its body exactly as it came."""
    found = one(source, Poison, _poison.c.connection_id == connection_id, _poison.c.id == poison_id)
    if found is not None:
        found.body = give_back(found.body)
    return found


def count(source: Source, queue_id: int) -> int:
    """How many messages of this queue are put aside."""
    with reading(source) as conn:
        wanted = sa.select(sa.func.count()).where(_poison.c.queue_id == queue_id)
        return int(conn.execute(wanted).scalar_one())


def remove(conn: sa.Connection, connection_id: int, poison_id: int) -> bool:
    """Forget one; False when it is gone already."""
    gone = sa.delete(_poison).where(_poison.c.connection_id == connection_id, _poison.c.id == poison_id)
    return conn.execute(gone).rowcount == 1
