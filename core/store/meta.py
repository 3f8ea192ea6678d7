"""Small facts about this installation, by name."""

import sqlalchemy as sa

from core.store.rows import Source, one, table, writing
from core.store.rows import put as _put
from core.store.tables import Meta

_meta = table(Meta)


def get(source: Source, name: str) -> str | None:
    """The fact of this name."""
    found = one(source, Meta, _meta.c.name == name)
    return None if found is None else found.value


def put(source: Source, name: str, value: str) -> None:
    """Store or replace a fact."""
    with writing(source) as conn:
        _put(conn, Meta(name=name, value=value))


def put_new(conn: sa.Connection, name: str, value: str) -> bool:
    """Store a fact unless there is one already; False when there is."""
    if get(conn, name) is not None:
        return False
    _put(conn, Meta(name=name, value=value))
    return True


def remove(conn: sa.Connection, name: str) -> bool:
    """Forget a fact; False when there was none. Of several who try, one gets True."""
    return conn.execute(sa.delete(_meta).where(_meta.c.name == name)).rowcount == 1
