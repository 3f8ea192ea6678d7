"""The Doctor's rounds, newest first: at most KEPT of a connection stay."""

import sqlalchemy as sa

from core.store.rows import Source, add, many, table
from core.store.tables import DoctorRun

KEPT = 60
_runs = table(DoctorRun)


def keep(conn: sa.Connection, run: DoctorRun) -> int:
    """Store a finished round and forget the oldest beyond KEPT. Returns its number."""
    number = add(conn, run)
    newest = (
        sa.select(_runs.c.id)
        .where(_runs.c.connection_id == run.connection_id)
        .order_by(_runs.c.started_at.desc(), _runs.c.id.desc())
        .offset(KEPT)
    )
    old = [row[0] for row in conn.execute(newest)]
    if old:
        conn.execute(sa.delete(_runs).where(_runs.c.id.in_(old)))
    return number


def recent(source: Source, connection_id: int, limit: int = 20) -> list[DoctorRun]:
    """The newest rounds of a connection, the last one first."""
    statement = (
        sa.select(_runs)
        .where(_runs.c.connection_id == connection_id)
        .order_by(_runs.c.started_at.desc(), _runs.c.id.desc())
        .limit(limit)
    )
    return many(source, DoctorRun, statement)
