"""A copy of an SQLite database as it is now, beside it, before something great is done to it."""

import os
from contextlib import suppress
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from core.durable import settle
from core.errors import Unavailable
from core.log import log
from core.store.driver import choose
from core.store.engine import Store
from core.store.space import RESERVE

_PART = ".part"


def keep_before_upgrade(store: Store, conn: sa.Connection, schema: str) -> Path | None:
    """Copy the database to NAME.before-SCHEMA; `conn` holds the right to write, so that nothing changes meanwhile.

    None where there is no room for a copy, which is said in the log: the upgrade itself is all or nothing. A copy of an
    earlier try gives way to the new one. Raises Unavailable when the copy cannot be made; then nothing is upgraded.
    """
    database = Path(str(store.engine.url.database))
    pages, size = (
        conn.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in ("page_count", "page_size")
    )
    needed = int(pages) * int(size)
    free = store.room.free if store.room is not None else None
    if free is not None and free < needed + RESERVE:
        log.warning("upgraded-without-a-copy", needed=needed, free=free)
        return None
    kept = database.with_name(f"{database.name}.before-{schema}")
    draft = kept.with_name(kept.name + _PART)
    driver = choose().module
    try:
        draft.unlink(missing_ok=True)
        os.close(os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        _copy(store, draft)
        draft.replace(kept)
        settle(kept.parent)
    except (OSError, driver.Error) as error:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        why = getattr(error, "strerror", None) or "the database refused"
        raise Unavailable(
            f"The database could not be copied to {kept} before the upgrade ({why}). Nothing was changed: check the disk, and who owns its folder."
        ) from error
    log.info("kept-before-upgrade", file=kept.name, schema=schema)
    return kept


def _copy(store: Store, draft: Path) -> None:
    """What was committed, by SQLite's own backup, in one file and synced."""
    target = choose().module.connect(str(draft))
    try:
        with store.engine.connect() as reader:
            source: Any = reader.connection.driver_connection
            source.backup(target)
        target.execute("PRAGMA journal_mode=delete").close()
    finally:
        target.close()
    handle = os.open(draft, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
