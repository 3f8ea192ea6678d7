"""Moving to another database: everything is copied and proved while nothing may be written here.

Meanwhile the receiver answers 503, and SNS, the dead-letter queue or SQS hold what comes. Afterwards a file beside the old
database says where it went, and nobody can write to it any more.
"""

import os
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import make_url

from core.durable import settle
from core.errors import BadInput
from core.store import meta
from core.store.copying import PROGRESS, Progress, Sum, copy, tables
from core.store.engine import Store, open_store
from core.store.migrate import migrate
from core.store.restore import must_be_empty
from core.store.rows import table
from core.store.tables import Meta
from core.store.turn import moved_note

STARTED = f"{PROGRESS}from"  # meta of the target: whose copy it is


def move(store: Store, url: str, progress: Progress) -> dict[str, Sum]:
    """Copy everything to the database at `url`; what an earlier run copied is taken up. Raises BadInput (`--to`), SesDeskError."""
    target = open_store(url)
    try:
        _make_private(target)
        if _same(store, target):
            raise BadInput("That is the database in use already. Name another one.", "--to")
        migrate(target)
        _begin(store, target)
        if store.turn is not None:
            with store.turn.taken(), store.read() as conn:
                found = copy(conn, target, progress)
                _leave_note(moved_note(store.turn.path), url)
        else:
            with store.read() as conn:
                names = ", ".join(str(each.name) for each in tables())
                conn.exec_driver_sql(f"LOCK TABLE {names} IN SHARE MODE")
                found = copy(conn, target, progress)
        return found
    finally:
        target.close()


def _make_private(target: Store) -> None:
    """An SQLite file is for its owner alone, from its first byte."""
    if target.dialect == "sqlite":
        file = Path(str(target.engine.url.database))
        try:
            os.close(os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        except OSError as error:
            raise BadInput(f"{file} cannot be made ({error.strerror}).", "--to") from error


def _begin(store: Store, target: Store) -> None:
    """The target is empty, or holds an unfinished copy of this very store."""
    mark = _mark(store)
    known = meta.get(target, STARTED)
    if known is None:
        must_be_empty(target, "--to")
        meta.put(target, STARTED, mark)
    elif known != mark:
        raise BadInput(
            "That database holds an unfinished copy of another SES Desk. Name an empty one.", "--to"
        )


def _mark(store: Store) -> str:
    """What this store can be known by: where it is, without a password."""
    return store.engine.url.render_as_string(hide_password=True)


def _same(store: Store, target: Store) -> bool:
    return store.engine.url.set(drivername="x", password=None) == target.engine.url.set(
        drivername="x", password=None
    )


def _leave_note(note: Path, url: str) -> None:
    words = make_url(url).render_as_string(hide_password=True)
    handle = os.open(note, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(f"{words}\n")
        file.flush()
        os.fsync(file.fileno())
    settle(note.parent)


def unfinished(target: Store) -> bool:
    """Whether a copy into this database was begun and not ended."""
    with target.read() as conn:
        rows = conn.execute(
            sa.select(table(Meta).c.name).where(table(Meta).c.name.like(f"{PROGRESS}%")).limit(1)
        )
        return rows.first() is not None
