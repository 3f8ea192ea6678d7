"""Making an SQLite database one file, and proving that the file alone is whole.

SQLite carries its log over when the last connection closes, and says nothing when a full disk refuses it. Whoever then
moves the file without the log has half a database.
"""

from contextlib import closing
from pathlib import Path
from typing import Any

from core.errors import Unavailable
from core.store.driver import choose
from core.store.engine import Store, sentence

_LEFT = "The database's log could not be carried over into its file. Check the disk, then try again."
_DAMAGED = (
    "The database that was just written is not whole. Nothing was replaced: check the disk, then try again."
)


def fold(store: Store) -> None:
    """Carry the log over into the file and do without one from now on. Raises Unavailable; the log is there still."""
    with store.read() as conn:
        raw: Any = conn.connection.driver_connection
        try:
            blocked = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            mode = raw.execute("PRAGMA journal_mode=delete").fetchone()[0]
        except choose().module.Error as error:
            raise Unavailable(sentence(error)) from error
    if blocked or mode != "delete":
        raise Unavailable(_LEFT)


def prove(database: Path, rows: dict[str, int]) -> None:
    """Read a closed database from its file: every page in order, so many rows in each table. Raises Unavailable."""
    log = database.with_name(f"{database.name}-wal")
    if log.exists() and log.stat().st_size:
        raise Unavailable(_LEFT)
    driver = choose().module
    try:
        with closing(driver.connect(str(database))) as conn:
            whole = conn.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok"
            found = {name: conn.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in rows}  # noqa: S608
    except (driver.Error, UnicodeDecodeError) as error:  # the second: SQLite quotes the damage
        raise Unavailable(_DAMAGED) from error
    if not whole or found != rows:
        raise Unavailable(_DAMAGED)
