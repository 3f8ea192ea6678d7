"""The sealed keys of a connection. Nothing here opens them."""

import sqlalchemy as sa

from core.store.rows import Source, one, table
from core.store.rows import put as _put
from core.store.tables import Credential

_credentials = table(Credential)


def get(source: Source, connection_id: int) -> Credential | None:
    """The sealed keys of a connection."""
    return one(source, Credential, _credentials.c.connection_id == connection_id)


def put(conn: sa.Connection, credential: Credential) -> None:
    """Store or replace them."""
    _put(conn, credential)


def remove(conn: sa.Connection, connection_id: int) -> None:
    """Forget them."""
    conn.execute(sa.delete(_credentials).where(_credentials.c.connection_id == connection_id))
