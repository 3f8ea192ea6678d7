"""Which slot of the rollups a transaction adds to: on PostgreSQL one that nobody else adds to at that moment.

Two writers in one slot wait for each other's rows. So a slot is held from just before the rollups are written until the
transaction has ended, whichever way, in whatever process on whatever machine; nothing has to be renewed or given back.
It is the lowest free one: there are never more slots, and rows to sum, than transactions that once wrote side by side.
"""

import os

import sqlalchemy as sa

SLOTS = 64  # more transactions than that at one moment share, and wait
_NAME = 0x5107  # ours among PostgreSQL's advisory locks of two numbers; messages are held by those of one
_LOWEST = "SELECT n FROM generate_series(0, %s) AS n WHERE pg_try_advisory_xact_lock(%s, n) LIMIT 1"


def free_slot(conn: sa.Connection) -> int:
    """The slot to add to, until the end of the transaction. SQLite has one writer at a time anyway."""
    if conn.dialect.name != "postgresql":
        return 0
    found = conn.exec_driver_sql(_LOWEST, (SLOTS - 1, _NAME)).scalar()
    return os.getpid() % SLOTS if found is None else int(found)
