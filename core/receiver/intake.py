"""Group commit: notifications of many requests go into one transaction, and each is answered once that is durable.

On SQLite a process that does nothing else commits on its event loop, as long as that is quick: no hand-over, and the
batches grow with the load by themselves. Where the turn to write is not to be had soon, where the disk is slow, on
PostgreSQL and beside a dashboard, a thread does it, and the loop stays free.
"""

import asyncio
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress

from core.errors import Unavailable
from core.events.event import Notification
from core.log import log
from core.receiver.batch import check_room, parsed, record_all, record_in
from core.receiver.waiting import Asker, Queue, Stored, Waiting, answer
from core.store.engine import Store

BATCH = 256  # notifications per transaction
QUEUE = 4096  # waiting notifications; more are refused until there is room
QUEUE_BYTES = 64 * 1024 * 1024
PATIENCE = 10.0  # seconds a request waits for its commit; SNS hangs up after 15
ASKING, AGAIN = 0.25, 0.001  # seconds the loop asks for the turn, and between two questions
GLANCE = (
    0.002  # with few that wait, the loop stands still for so many seconds: as long as a small commit takes
)
MANY, LINGER = 24, 0.002  # with so many, batch and question wait so many seconds for company
SLOW, SLOW_FOR = 0.25, 5.0  # a commit of so many seconds leaves the next ones to the thread for so long


class Intake:
    """What stands before the store, for requests of one event loop at a time. `inline`: commit on that loop."""

    def __init__(
        self,
        store: Store,
        queue: int = QUEUE,
        queue_bytes: int = QUEUE_BYTES,
        inline: bool = False,
    ) -> None:
        self._store = store
        self._room, self._room_bytes = queue, queue_bytes
        self._queue = Queue()
        self._open: dict[Asker, float] = {}  # who waits for an answer, since when
        self._watching: asyncio.AbstractEventLoop | None = None
        self._work, self._starting = threading.Event(), threading.Lock()
        self._thread: threading.Thread | None = None
        self._thread_busy = self._closing = False
        self._by_thread_until = 0.0 if inline and store.turn is not None else float("inf")
        self._due: asyncio.AbstractEventLoop | None = None  # the loop that is about to commit
        self._asking_since = self._linger = 0.0
        self.committed: Callable[[int, float, bool], None] = lambda size, seconds, stored: None

    @property
    def waiting(self) -> int:
        """How many notifications wait for their transaction."""
        return len(self._queue)

    @property
    def full(self) -> bool:
        """Whether a notification would be refused now."""
        return self._closing or len(self._queue) >= self._room or self._queue.bytes >= self._room_bytes

    async def take_in(self, notification: Notification) -> bool:
        """Durable when this returns: True = stored now, False = stored before.

        Raises Unavailable when the queue is full, the store cannot take it, or the commit takes longer than 10 s.
        """
        future: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        try:
            self.put(notification, future)
            return await future
        finally:
            self.forget(future)

    def put(self, notification: Notification, asker: Asker) -> None:
        """Let it wait for its transaction, on the asker's loop; whoever asks is told, and says `forget` when it waits no more.

        Raises Unavailable when the queue is full.
        """
        if self.full:
            raise Unavailable("More notifications are waiting than the store takes just now.")
        loop, now = asker.get_loop(), time.monotonic()
        self._queue.put(Waiting((notification, parsed(notification)), asker))
        if self._thread_busy or now < self._by_thread_until:
            self._wake()
        elif self._due is not loop:
            self._commit_soon(loop, now)
        self._open[asker] = now
        if self._watching is not loop:
            loop.call_later(PATIENCE, self._look, loop)
            self._watching = loop

    def forget(self, asker: Asker) -> None:
        """It waits no more."""
        self._open.pop(asker, None)

    def close(self, timeout: float = PATIENCE) -> None:
        """Take nothing more, finish what waits. Call from outside the event loop (or in a thread)."""
        self._closing = True
        if self._queue or self._thread is not None:
            self._wake()
        if self._thread is not None:
            self._thread.join(timeout)

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        """Give up those who have waited too long, and come again for the next."""
        self._watching = None
        for asker, since in list(self._open.items()):
            left = since + PATIENCE - time.monotonic()
            if left > 0.001:
                loop.call_later(left, self._look, loop)
                self._watching = loop
                return
            with suppress(Exception):  # one that cannot be told must not keep the others waiting
                if not asker.done():
                    asker.set_exception(Unavailable("The store did not take it within 10 seconds."))

    def _commit_soon(self, loop: asyncio.AbstractEventLoop, now: float) -> None:
        self._asking_since = now
        if self._linger:
            loop.call_later(self._linger, self._commit_here, loop)
        else:
            loop.call_soon(self._commit_here, loop)
        self._due = loop  # only now: without memory a call may fail, and the next request shall ask again

    def _commit_here(self, loop: asyncio.AbstractEventLoop) -> None:
        """One transaction on the loop. When somebody else is writing, ask again soon, and at last leave it to the thread."""
        self._due = None
        asked = began = time.monotonic()
        batch: list[Waiting] = []
        if not self._queue:
            return
        try:
            check_room(self._store)
            with self._store.write(GLANCE if len(self._queue) < MANY else 0) as conn:
                began = time.monotonic()  # waiting for the turn is no part of the commit
                batch = self._queue.batch(BATCH)
                stored = record_in(conn, [one.taken for one in batch]) if batch else []
        except Exception as trouble:  # the thread will find out what it is, and say so
            self._queue.put_back(batch)
            if isinstance(trouble, Unavailable) and asked - self._asking_since < ASKING and not self._closing:
                loop.call_later(LINGER if len(self._queue) >= MANY else AGAIN, self._commit_here, loop)
                self._due = loop
            else:
                self._wake()
            return
        now = time.monotonic()
        try:
            answer(batch, stored, loop)
            self._linger = LINGER if len(batch) >= MANY else 0.0
            self._count(len(batch), now - began, True)
        finally:
            if self._queue:
                self._commit_soon(loop, now)

    def _count(self, size: int, seconds: float, stored: bool) -> None:
        self.committed(size, seconds, stored)
        if seconds > SLOW and self._by_thread_until != float("inf"):
            self._by_thread_until = time.monotonic() + SLOW_FOR

    def _wake(self) -> None:
        """Let the thread write what waits."""
        with self._starting:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._write, name="intake", daemon=True)
                self._thread.start()
        self._work.set()

    def _write(self) -> None:
        while True:
            self._work.wait()
            self._work.clear()
            self._thread_busy = True
            try:
                while batch := self._queue.batch(BATCH):
                    self._settle(batch)
            except Exception:  # no memory, even to say so: the next one who comes finds this thread alive
                self._work.set()
                time.sleep(AGAIN)
            self._thread_busy = False
            if self._closing and not self._queue:
                return

    def _settle(self, batch: Sequence[Waiting]) -> None:
        """Write one batch and tell every waiting request. Whatever goes wrong, nobody is left without an answer."""
        outcome: list[Stored] | Exception
        began = time.monotonic()
        try:
            outcome = record_all(self._store, [one.taken for one in batch])
        except Exception as error:
            if not isinstance(error, Unavailable):
                log.exception("a batch could not be taken in", size=len(batch))
                error = Unavailable("Something of ours went wrong while storing. Try again.")
            outcome = error
        self._count(len(batch), time.monotonic() - began, not isinstance(outcome, Exception))
        answer(batch, outcome)
