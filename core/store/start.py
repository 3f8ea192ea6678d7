"""Opening the store of this installation: the folder, the file, the schema."""

import os
from pathlib import Path

from sqlalchemy.engine import make_url

from core.errors import Unavailable
from core.log import log
from core.settings import Settings
from core.store.engine import CACHE, Store, open_store
from core.store.migrate import migrate
from core.store.move import unfinished
from core.store.risks import risks

_CHECKED_WHOLE = (
    64 * 1024 * 1024
)  # bytes; a larger database is read whole by `core.admin doctor`, not at every start


def store(settings: Settings, cache: int = CACHE) -> Store:
    """The store that the settings name, ready for use: folder made, schema brought up to date.

    Raises Unavailable with one sentence for a folder that cannot be written, a damaged file or a newer schema.
    """
    _make_folder(settings.folder)
    url = settings.store_url
    opened = open_store(url, cache)
    if opened.dialect == "sqlite":
        _prepare_file(Path(str(make_url(url).database)))
        _check(opened, Path(str(make_url(url).database)))
    migrate(opened)
    if unfinished(opened):
        raise Unavailable(
            "This database holds an unfinished copy. Run 'python -m core.admin move' on the old one again, until it has ended."
        )
    for risk in risks(opened):
        log.warning("store-at-risk", what=risk)
    return opened


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise Unavailable(
            f"The data folder {folder} cannot be made ({error.strerror}). Set SES_DESK_DATA_DIR to a folder you may write."
        ) from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise Unavailable(
            f"The data folder {folder} cannot be written. Change its owner, or set SES_DESK_DATA_DIR to another."
        )


def _prepare_file(path: Path) -> None:
    """Make the database file readable for its owner alone; SQLite gives its companions the same mode."""
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    except OSError as error:
        raise Unavailable(f"The database file {path} cannot be opened ({error.strerror}).") from error


def _check(opened: Store, path: Path) -> None:
    small = path.stat().st_size <= _CHECKED_WHOLE
    if is_damaged(opened, whole=small):
        raise Unavailable(f"The database file {path} is damaged. Restore it from a backup.")


def is_damaged(opened: Store, whole: bool = True) -> bool:
    """Whether an SQLite file is not in order. `whole`: every page is read (some seconds for each GB), else only its beginning.

    Raises Unavailable when SQLite itself says so.
    """
    try:
        with opened.read() as conn:
            conn.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar()
            return whole and conn.exec_driver_sql("PRAGMA quick_check(1)").scalar() != "ok"
    except UnicodeDecodeError:  # SQLite quotes the damage, and the driver cannot read that
        return True
