"""Trying whether anything can be written here."""

import sqlalchemy as sa

from core.store.rows import put
from core.store.tables import Probe


def probe(conn: sa.Connection, now: int) -> None:
    """A small write, durable with the caller's transaction."""
    put(conn, Probe(name="ready", at=now))
