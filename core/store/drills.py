"""Fire drills: at most one of a connection runs at a time."""

import sqlalchemy as sa

from core.store.ledger import hold
from core.store.rows import Source, add, many, one, reading, table
from core.store.tables import Drill

_drills = table(Drill)


def begin(conn: sa.Connection, connection_id: int, kind: str, member: str, now: int) -> int | None:
    """Note that a drill begins; returns its number, None when one runs already."""
    only_one(conn, connection_id)
    if running(conn, connection_id) is not None:
        return None
    return add(conn, Drill(connection_id=connection_id, kind=kind, member=member, started_at=now))


def only_one(conn: sa.Connection, connection_id: int) -> None:
    """Wait until nobody else works on this connection's drill in a transaction of theirs."""
    hold(conn, [(connection_id, "drill")])


def keep(conn: sa.Connection, drill_id: int, pieces: str) -> None:
    """Store how far a running drill's pieces came (JSON)."""
    conn.execute(
        sa.update(_drills).where(_drills.c.id == drill_id, _drills.c.state == "running").values(pieces=pieces)
    )


def end(conn: sa.Connection, drill_id: int, state: str, pieces: str, now: int) -> bool:
    """End it as `passed` or `failed`. False when it had ended already."""
    changed = conn.execute(
        sa.update(_drills)
        .where(_drills.c.id == drill_id, _drills.c.state == "running")
        .values(state=state, pieces=pieces, ended_at=now)
    )
    return bool(changed.rowcount)


def by_id(source: Source, drill_id: int) -> Drill | None:
    """The drill with this number."""
    return one(source, Drill, _drills.c.id == drill_id)


def running(source: Source, connection_id: int) -> Drill | None:
    """The one that runs, if any."""
    return one(source, Drill, _drills.c.connection_id == connection_id, _drills.c.state == "running")


def all_running(source: Source) -> list[Drill]:
    """Every one that runs, of any connection, oldest first."""
    return many(source, Drill, sa.select(_drills).where(_drills.c.state == "running").order_by(_drills.c.id))


def recent(source: Source, connection_id: int, limit: int = 10) -> list[Drill]:
    """The newest of a connection."""
    statement = (
        sa.select(_drills)
        .where(_drills.c.connection_id == connection_id)
        .order_by(_drills.c.id.desc())
        .limit(limit)
    )
    return many(source, Drill, statement)


def last_passed(source: Source, connection_id: int) -> int | None:
    """When a drill last passed, in ms; None when none did."""
    statement = sa.select(sa.func.max(_drills.c.ended_at)).where(
        _drills.c.connection_id == connection_id, _drills.c.state == "passed"
    )
    with reading(source) as conn:
        found: int | None = conn.execute(statement).scalar_one()
    return found
