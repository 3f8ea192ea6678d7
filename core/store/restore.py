"""Putting a backup back: into SQLite beside the present database, which is kept; into PostgreSQL only where nothing is yet."""

import os
import shutil
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import make_url

from core.durable import settle
from core.errors import BadInput, SesDeskError, Unavailable
from core.settings import Settings
from core.store import presence
from core.store.backup import Manifest, opened
from core.store.copying import Progress, copy
from core.store.driver import choose
from core.store.engine import Store, open_store
from core.store.folding import fold, prove
from core.store.migrate import migrate
from core.store.rows import table
from core.store.tables import Connection, Draft, Member, Session, Ticket
from core.store.turn import MOVED, moved_note

_ENDED = (Session, Ticket, Draft)  # who was signed in then need not be signed in now
_COMPANIONS = ("-wal", "-shm")


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back, and where the database went that was there before (None: there was none)."""

    manifest: Manifest
    kept: Path | None


def restore(settings: Settings, file: Path, now: int, progress: Progress) -> Restored:
    """Prove a backup, then make it the store. Nobody may have the SQLite database open. Raises SesDeskError; changes nothing then."""
    try:
        return _restore(settings, file, now, progress)
    except OSError as error:
        raise Unavailable(
            f"The backup cannot be put back ({error.strerror}). Check the disk, and who owns {settings.folder}."
        ) from error


def _restore(settings: Settings, file: Path, now: int, progress: Progress) -> Restored:
    settings.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with opened(file, settings.folder) as (manifest, source):
        url = make_url(settings.store_url)
        if url.get_backend_name() == "sqlite":
            database = Path(str(url.database)).absolute()
            with presence.alone(database):
                if moved_note(database.with_name(f"{database.name}.lock")).exists():
                    raise SesDeskError(MOVED)
                return Restored(manifest, _into_file(source, database, now, progress))
        target = open_store(settings.store_url)
        try:
            migrate(target)
            must_be_empty(target, "SES_DESK_DATABASE_URL")
            _fill(source, target, progress)
        finally:
            target.close()
        return Restored(manifest, None)


def must_be_empty(target: Store, field: str) -> None:
    """Raises BadInput when the database holds members or connections already."""
    with target.read() as conn:
        for model in (Member, Connection):
            if conn.execute(sa.select(table(model).c.id).limit(1)).first() is not None:
                raise BadInput(
                    "That database holds members or connections already. Make an empty one and name that.",
                    field,
                )


def _into_file(source: Store, database: Path, now: int, progress: Progress) -> Path | None:
    fresh = database.with_name(f"{database.name}.restoring")
    _remove(fresh)
    try:
        os.close(os.open(fresh, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        target = open_store(f"sqlite:///{fresh}")
        try:
            migrate(target)
            rows = _fill(source, target, progress)
            fold(target)
        finally:
            target.close()
        prove(fresh, rows)
        kept = _kept(database, now)
        fresh.replace(database)
    finally:
        _remove(fresh)
    settle(database.parent)
    return kept


def _remove(fresh: Path) -> None:
    for end in ("", *_COMPANIONS, ".lock", ".open"):
        fresh.with_name(fresh.name + end).unlink(missing_ok=True)


def _fill(source: Store, target: Store, progress: Progress) -> dict[str, int]:
    """Copy everything but what had ended; returns how many rows each table has now."""
    with source.read() as conn:
        rows = {name: each.rows for name, each in copy(conn, target, progress).items()}
    with target.write() as conn:
        for model in _ENDED:
            conn.execute(sa.delete(table(model)))
    return rows | {str(table(model).name): 0 for model in _ENDED}


def _kept(database: Path, now: int) -> Path | None:
    """What is there now, under a second name that says when. Its place is never empty: whoever started then would begin anew."""
    if not database.exists() or database.stat().st_size == 0:
        return None
    _fold_in(database)
    when = datetime.fromtimestamp(now / 1000, UTC).strftime("%Y%m%d-%H%M%S")
    kept = database.with_name(f"{database.name}.before-{when}")
    try:
        os.link(database, kept)
    except OSError:  # a disk that knows no second names
        shutil.copy2(database, kept)
    for end in _COMPANIONS:  # of a database that could not even be opened: never beside the new one
        there = database.with_name(database.name + end)
        if there.exists():
            there.rename(kept.with_name(kept.name + end))
    return kept


def _fold_in(database: Path) -> None:
    """Close the database in order, so that it is one file again: a log it left behind is carried over."""
    with suppress(Exception):  # it is damaged: then it is kept as it is
        rows = choose().module.connect(str(database))
        try:
            rows.execute("PRAGMA wal_checkpoint(TRUNCATE)").close()
        finally:
            rows.close()
