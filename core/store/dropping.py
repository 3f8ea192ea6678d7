"""On PostgreSQL: dropping whole months that nobody keeps any longer, instead of deleting them row by row.

A month goes when it lies before what the longest keeper of its rows keeps. The few rows in it that are younger than that
(an old mail opened of late, a replay) and the newest of the table move to the partition for the rest and are forgotten there.
Nobody waits long for it: what cannot be had at once is tried again at the next round.
"""

from collections.abc import Callable, Mapping
from functools import partial

import sqlalchemy as sa

from core.errors import Unavailable
from core.moment import DAY
from core.store import connections, months, partitions, retention
from core.store.engine import Store
from core.store.rows import table
from core.store.tables import OutcomeRow, RawNotification, Retention, StoredEvent

FEW = 10_000  # rows that may move: some tenths of a second
EXACT = 90  # days; who keeps less than this has it forgotten row by row, to the day
BEHIND = 3  # months for which an empty partition is kept
# Less than PostgreSQL takes to find a deadlock, so that never somebody else is the one who is told to try again.
_PATIENCE = ("SET LOCAL lock_timeout = 500", "SET LOCAL statement_timeout = 3000")
_YOUNG = {
    "events": "occurred_at >= {line} OR received_at >= {line} OR id = {newest}",
    "outcomes": "(connection_id, message_id) IN (SELECT connection_id, message_id FROM {part} WHERE seen_at >= {line} "
    "OR sent_at >= {line} UNION SELECT connection_id, message_id FROM events WHERE month = {month})",
    "notifications": "received_at >= {line} OR id = {newest}",
}
_TABLES = {
    "events": table(StoredEvent),
    "outcomes": table(OutcomeRow),
    "notifications": table(RawNotification),
}
Horizons = dict[int, int | None]  # by connection: what is older is kept no longer; None: for ever


def horizon(name: str, kept: Retention, now: int) -> int | None:
    """Before which time (ms) a connection keeps nothing in this table; None: it keeps all."""
    outcomes = retention.outcome_horizon(kept, now)
    if outcomes is None or name == "outcomes":
        return outcomes
    if name == "events":
        return now - kept.event_days * DAY
    return None if kept.message_days == retention.FOREVER else min(outcomes, now - kept.message_days * DAY)


def make_ahead(store: Store, now: int) -> int:
    """Make the partitions of this month and the next; returns how many. What could not be had is left for another time."""
    this = months.of_moment(now)
    wanted = range(this, this + partitions.AHEAD + 1)
    names = partitions.of(store.dialect)
    return sum(_tried(store, partial(partitions.make, name=name, wanted=wanted)) for name in names)


def drop_months(store: Store, now: int) -> int:
    """Drop what nobody keeps; returns how many partitions went."""
    done = 0
    for name in partitions.of(store.dialect):
        with store.read() as conn:
            horizons = _horizons(conn, name, now)
            old = [each for each in partitions.made(conn, name) if _line(conn, name, each, horizons, now)]
        for month in old:
            _tried(store, partial(_make_ready, name=name, month=month))
            done += _tried(store, partial(_drop, name=name, month=month, now=now))
    return done


def row_by_row(conn: sa.Connection, name: str, connection_id: int, now: int) -> list[sa.Table]:
    """Where the rows of a connection are to be deleted one by one: SQLite's one table; on PostgreSQL the rest, and each
    month that will not go as a whole as soon as it should: because another keeps it longer, or it is late by a month."""
    if conn.dialect.name != "postgresql":
        return [_TABLES[name]]
    horizons = _horizons(conn, name, now)
    mine, kept = horizons.get(connection_id), retention.get(conn, connection_id)
    if mine is None:
        return []
    found = [partitions.part(name, None)]
    for month in partitions.made(conn, name):
        if month <= months.of_moment(max(mine, 0)):
            late = month < months.of_moment(max(mine, 0)) - 1
            if late or kept.event_days < EXACT or _longest(_there(conn, name, month, horizons)) != mine:
                found.append(partitions.part(name, month))
    return found


def _horizons(conn: sa.Connection, name: str, now: int) -> Horizons:
    """What every connection keeps. One by one: there are few connections."""
    return {
        each.id or 0: horizon(name, retention.get(conn, each.id or 0), now) for each in connections.all(conn)
    }


def _there(conn: sa.Connection, name: str, month: int, horizons: Mapping[int, int | None]) -> Horizons:
    """Of these connections, those that have rows in a month."""
    part = partitions.part(name, month)
    asked = sa.text(f"SELECT EXISTS (SELECT 1 FROM {part.name} WHERE connection_id = :connection)")  # noqa: S608
    return {
        number: since
        for number, since in horizons.items()
        if conn.execute(asked, {"connection": number}).scalar_one()
    }


def _longest(there: Horizons) -> int | None:
    """Before which time nobody keeps anything; None: somebody keeps all."""
    since = [each for each in there.values() if each is not None]
    return min(since) if since and len(since) == len(there) else None


def _make_ready(conn: sa.Connection, name: str, month: int) -> int:
    """Bring the index by age up to date, so that the question for younger rows is a short one. Keeps nobody waiting."""
    conn.exec_driver_sql("SET LOCAL statement_timeout = 0")
    found = conn.exec_driver_sql(
        "SELECT brin_summarize_new_values(ind.oid) FROM pg_index tie JOIN pg_class ind ON ind.oid = tie.indexrelid "
        "JOIN pg_am way ON way.oid = ind.relam WHERE way.amname = 'brin' AND tie.indrelid = %s::regclass",
        (str(partitions.part(name, month).name),),
    )
    return sum(found.scalars())


def _tried(store: Store, step: Callable[[sa.Connection], int]) -> int:
    try:
        with store.write() as conn:
            for statement in _PATIENCE if store.dialect == "postgresql" else ():
                conn.exec_driver_sql(statement)
            return step(conn)
    except Unavailable:
        return 0


def _line(conn: sa.Connection, name: str, month: int, horizons: Horizons, now: int) -> int | None:
    """The time (ms) from which on rows of a month are still kept, when the month itself lies before it; None: it stays.

    What is known of messages stays as long as the partition of their events does.
    """
    if months.start_of(month + 1) > now or (name == "outcomes" and month in partitions.made(conn, "events")):
        return None
    there = _there(conn, name, month, horizons)
    if not there:
        return months.start_of(month + 1) if month < months.of_moment(now) - BEHIND else None
    line = _longest(there)
    return line if line is not None and months.start_of(month + 1) <= line else None


def _drop(conn: sa.Connection, name: str, month: int, now: int) -> int:
    """Drop a month if it may go. From the lock on nobody else reads or writes the table, so nothing comes in between."""
    conn.exec_driver_sql("SET LOCAL enable_seqscan = off")
    horizons = _horizons(conn, name, now)
    if not _few(conn, name, month, _line(conn, name, month, horizons, now)):
        return 0
    conn.exec_driver_sql(f"LOCK TABLE ONLY {name} IN ACCESS EXCLUSIVE MODE")
    line = _line(conn, name, month, horizons, now)
    if line is None or not _few(conn, name, month, line):
        return 0
    if name == "outcomes":
        for connection_id in _there(conn, name, month, horizons):
            retention.close_before(conn, connection_id, line)
    part, young = partitions.part(name, month), _young(conn, name, month, line)
    columns = ",".join(f'"{each.name}"' for each in part.c)
    conn.exec_driver_sql(f"ALTER TABLE {name} DETACH PARTITION {part.name}")
    conn.exec_driver_sql(f"INSERT INTO {name} ({columns}) SELECT {columns} FROM {part.name} WHERE {young}")  # noqa: S608
    conn.exec_driver_sql(f"DROP TABLE {part.name}")
    return 1


def _few(conn: sa.Connection, name: str, month: int, line: int | None) -> bool:
    """Whether so few rows are younger than the line that they can move."""
    if line is None:
        return False
    part, young = partitions.part(name, month).name, _young(conn, name, month, line)
    some = f"SELECT count(*) FROM (SELECT 1 FROM {part} WHERE {young} LIMIT {FEW + 1}) AS young"  # noqa: S608
    return int(conn.exec_driver_sql(some).scalar_one()) <= FEW


def _young(conn: sa.Connection, name: str, month: int, line: int) -> str:
    newest = 0
    if name != "outcomes":
        newest = conn.exec_driver_sql(f"SELECT coalesce(max(id), 0) FROM {name}").scalar_one()  # noqa: S608
    part = partitions.part(name, month).name
    return _YOUNG[name].format(line=line, part=part, month=month, newest=newest)
