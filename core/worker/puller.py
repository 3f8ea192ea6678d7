"""One puller: a thread that empties one queue."""

import threading
import time

from core.aws.pulling import LONG_POLL
from core.desk import Desk
from core.errors import Locked, Unavailable
from core.log import log
from core.store import queues
from core.store.tables import Queue
from core.worker.line import note_trouble, open_line, readable
from core.worker.round import Round, once

PAUSE = 5.0  # seconds after a first failure; doubled up to LONGEST_PAUSE
LONGEST_PAUSE = 300.0
TURN = 60.0  # seconds that one opened client serves at most, and between two notes that all is well


class Puller:
    """Empties one queue until it is told to stop, or the queue is gone from our list."""

    def __init__(self, desk: Desk, queue_id: int, stop: threading.Event, wait: int = LONG_POLL) -> None:
        self._desk, self._queue_id, self._wait = desk, queue_id, wait
        self._stopping, self._own = stop, threading.Event()
        self._idle = threading.Event()
        self._idle.set()
        self._failures = 0
        self._noted: float | None = None  # when we last wrote down that it can be read
        self.thread = threading.Thread(target=self._run, name=f"queue-{queue_id}", daemon=True)

    def stop(self) -> None:
        """End after the round that is under way."""
        self._own.set()

    def settle(self, seconds: float) -> bool:
        """Wait until nothing is between receiving and deleting. True when that is so."""
        return self._idle.wait(seconds)

    @property
    def _over(self) -> bool:
        return self._own.is_set() or self._stopping.is_set()

    def _run(self) -> None:
        while not self._over:
            try:
                queue = queues.by_id(self._desk.store, self._queue_id)
                if queue is None:
                    return
                pause = self._turn(queue)
            except Locked:
                pause = 2 * PAUSE  # every screen says so already
            except Exception as error:
                pause = self._failed(error)
            self._rest(pause)

    def _turn(self, queue: Queue) -> float:
        """Work with one opened client for at most a minute. Returns the seconds to rest."""
        line = open_line(self._desk, queue)
        if line is None:
            return PAUSE
        if self._failures:
            with self._desk.store.write():
                pass  # a store that cannot be written is met before a message is taken
        until = time.monotonic() + TURN
        while not self._over and time.monotonic() < until:
            done = once(self._desk.store, queue, line, self._wait, self._busy)
            self._well(queue)
            if not done.came:
                break
            _tell(queue, done)
        return 0.0

    def _busy(self, now: bool) -> None:
        if now:
            self._idle.clear()
        else:
            self._idle.set()

    def _well(self, queue: Queue) -> None:
        """Note that it can be read: at once after trouble, else once a minute."""
        now = time.monotonic()
        if self._failures or self._noted is None or now - self._noted >= TURN:
            readable(self._desk, queue)
            self._noted = now
        self._failures = 0

    def _failed(self, error: Exception) -> float:
        """Note the trouble; returns how many seconds to wait before trying again."""
        self._failures += 1
        if isinstance(error, Unavailable):
            log.warning("a queue waits", queue=self._queue_id, reason=str(error))
        elif not self._over:
            note_trouble(self._desk, self._queue_id, error, self._failures > 1)
        return float(min(PAUSE * 2 ** min(self._failures - 1, 10), LONGEST_PAUSE))

    def _rest(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while not self._over and time.monotonic() < until:
            self._stopping.wait(min(1.0, seconds))


def _tell(queue: Queue, done: Round) -> None:
    log.info("queue-read", queue=queue.id, came=done.came, stored=done.stored, put_aside=done.put_aside)
