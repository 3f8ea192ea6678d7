"""Who has an SQLite database open: every process that does holds a shared lock on a file beside it, which dies with it.

Writing takes turns (see turn.py); this is for the rare things that nobody may live through, such as putting a backup back.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.errors import SesDeskError


class Presence:
    """The word that this process has a database open; it ends with `close`, or with the process."""

    def __init__(self, held: int) -> None:
        self._held: int | None = held

    def close(self) -> None:
        """Take it back; doing so again does nothing."""
        held, self._held = self._held, None
        if held is not None:
            os.close(held)

    __del__ = close


def announce(database: Path) -> Presence | None:
    """Say that this process has the database open. None where that cannot be said; SesDeskError while a backup is put back."""
    try:
        held = os.open(_file(database), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError:
        return None
    try:
        fcntl.flock(held, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        os.close(held)
        raise SesDeskError(
            "A backup is being put back into this database. Wait until that has ended."
        ) from None
    return Presence(held)


@contextmanager
def alone(database: Path) -> Iterator[None]:
    """Nobody else has the database open, and nobody opens it meanwhile. Raises SesDeskError when somebody has."""
    held = os.open(_file(database), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(held)
        raise SesDeskError(
            f"SES Desk is running on {database}. Stop the dashboard, receivers and workers, then try again."
        ) from None
    try:
        yield
    finally:
        os.close(held)


def _file(database: Path) -> Path:
    return database.with_name(database.name + ".open")
