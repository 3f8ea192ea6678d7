"""Whose turn it is to write: one writer at a time on an SQLite file, across threads and processes.

SQLite lets waiting writers poll, and a busy one may starve the rest for a second and more; a lock on a file beside the
database is handed over at once and in order, and the kernel drops it when a process dies.
"""

import errno
import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.errors import Unavailable
from core.store.space import FULL

PATIENCE = 5.0  # seconds
SOON, PAUSE = 0.01, 0.0005  # seconds to ask before queueing, and between two questions
GLANCE = 0.0001  # seconds between two questions of one who does not queue
MOVED = (
    "This database was moved to another one, so nothing is written here any more. Set SES_DESK_DATABASE_URL to the new one; "
    "to go back, delete the file beside the database whose name ends in .moved."
)
_BUSY = "The database is busy: another process has kept it for more than 5 seconds. Try again."


class Turn:
    """The right to write to one database file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._note = moved_note(path)
        self._thread = threading.Lock()

    @contextmanager
    def taken(self, patience: float = PATIENCE) -> Iterator[None]:
        """Wait for the turn, at most so many seconds; 0: do not wait at all. Raises Unavailable."""
        until = time.monotonic() + patience
        if not self._thread.acquire(timeout=patience):
            raise Unavailable(_BUSY)
        try:
            descriptor = self._lock(patience >= PATIENCE, until)
            try:
                if os.path.exists(self._note):
                    raise Unavailable(MOVED)
                yield
            finally:
                os.close(descriptor)  # which also gives the lock back
        finally:
            self._thread.release()

    def _lock(self, queues: bool, until: float) -> int:
        try:
            descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise Unavailable(FULL) from error
            raise Unavailable(
                f"The lock file beside the database cannot be opened ({error.strerror})."
            ) from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return descriptor
        except BlockingIOError:
            pass
        except OSError as error:
            raise _no_lock(descriptor, error) from error
        if self._soon(descriptor, time.monotonic() + SOON if queues else until, PAUSE if queues else GLANCE):
            return descriptor
        if queues:
            return self._wait(descriptor)
        os.close(descriptor)
        raise Unavailable(_BUSY)

    @staticmethod
    def _soon(descriptor: int, until: float, pause: float) -> bool:
        """Ask again for as long as a usual commit takes: that spares most waiters a thread of their own."""
        while time.monotonic() < until:
            time.sleep(pause)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return True
            except BlockingIOError:
                continue
            except OSError as error:
                raise _no_lock(descriptor, error) from error
        return False

    def _wait(self, descriptor: int) -> int:
        """Wait in the kernel's queue, in a thread of its own because flock knows no time limit."""
        got, gave_up = threading.Event(), threading.Event()
        decide = threading.Lock()

        def wait() -> None:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX)
            finally:
                with decide:
                    got.set()
                    if gave_up.is_set():
                        os.close(descriptor)

        threading.Thread(target=wait, name="turn", daemon=True).start()
        if not got.wait(PATIENCE):
            with decide:
                if not got.is_set():
                    gave_up.set()
                    raise Unavailable(_BUSY)
        return descriptor


def _no_lock(descriptor: int, error: OSError) -> Unavailable:
    os.close(descriptor)
    return Unavailable(f"The lock file beside the database cannot be locked ({error.strerror}).")


def moved_note(lock: Path) -> Path:
    """The file beside the database that says it was moved."""
    return lock.with_name(lock.name.removesuffix(".lock") + ".moved")
