"""Group commit: notifications of many requests go into one transaction, and each is answered once that is durable."""

import asyncio
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from core.errors import Unavailable
from core.events.event import Notification, Parsed
from core.events.parse import parse
from core.log import log
from core.store import connections, findings
from core.store.engine import Store
from core.store.record import Taken, record
from core.store.space import FULL

BATCH = 256  # notifications per transaction
QUEUE = 4096  # waiting notifications; more are refused until there is room
QUEUE_BYTES = 64 * 1024 * 1024
UNREAD = "notifications-unread"
PATIENCE = 10.0  # seconds a request waits for its commit; SNS hangs up after 15


@dataclass(slots=True)
class _Waiting:
    notification: Notification
    future: asyncio.Future[bool]
    since: float


Stored = bool | None  # stored now, stored before, or None: its connection was removed meanwhile


def take_in_now(store: Store, notifications: Sequence[Notification], slot: int = 0) -> list[Stored]:
    """Parse and record in one transaction: True = stored now, False = before, None = no such connection. Raises Unavailable.

    A notification that our own code cannot record is kept raw, in quarantine, for replay: it never blocks the others.
    """
    if store.room is not None and store.room.short:
        raise Unavailable(FULL)
    taken = [(notification, _parse(notification)) for notification in notifications]
    try:
        return _record(store, taken, slot)
    except Unavailable:
        raise
    except Exception:
        log.exception("a batch could not be recorded; taking it one by one", size=len(taken))
        return [_record_alone(store, one, slot) for one in taken]


def _parse(notification: Notification) -> Parsed:
    try:
        return parse(notification)
    except Exception as error:
        log.exception("a notification could not be read; kept raw", connection=notification.connection_id)
        return Parsed((), quarantine=f"reading failed: {type(error).__name__}")


def _record(store: Store, taken: Sequence[Taken], slot: int) -> list[Stored]:
    with store.write() as conn:
        there = connections.existing(conn, {notification.connection_id for notification, _ in taken})
        kept = [one for one in taken if one[0].connection_id in there]
        new = iter(record(conn, kept, slot))
        stored = [next(new) if notification.connection_id in there else None for notification, _ in taken]
        for (notification, parsed), is_new in zip(taken, stored, strict=True):
            if parsed.notice and is_new:
                evidence, now = {"notice": parsed.notice}, notification.received_at
                findings.raise_(
                    conn, notification.connection_id, "topic-set-up", parsed.notice, evidence, now
                )
            elif parsed.quarantine and is_new:
                findings.raise_(conn, notification.connection_id, UNREAD, "", {}, notification.received_at)
    return stored


def _record_alone(store: Store, one: Taken, slot: int) -> Stored:
    try:
        return _record(store, [one], slot)[0]
    except Unavailable:
        raise
    except Exception as error:
        log.exception("a notification could not be recorded; kept raw", connection=one[0].connection_id)
        return _record(
            store, [(one[0], Parsed((), quarantine=f"recording failed: {type(error).__name__}"))], slot
        )[0]


class Intake:
    """One writer thread before the store. Starts by itself with the first notification."""

    def __init__(
        self, store: Store, slot: int = 0, queue: int = QUEUE, queue_bytes: int = QUEUE_BYTES
    ) -> None:
        self._store, self._slot = store, slot
        self._room, self._room_bytes = queue, queue_bytes
        self._waiting: deque[_Waiting] = deque()
        self._bytes = 0
        self._lock = threading.Lock()
        self._work = threading.Event()
        self._thread: threading.Thread | None = None
        self._closing = False
        self.committed: Callable[[int, float, bool], None] = lambda size, seconds, stored: None

    @property
    def waiting(self) -> int:
        """How many notifications wait for their transaction."""
        return len(self._waiting)

    @property
    def full(self) -> bool:
        """Whether a notification would be refused now."""
        return self._closing or len(self._waiting) >= self._room or self._bytes >= self._room_bytes

    async def take_in(self, notification: Notification) -> bool:
        """Durable when this returns: True = stored now, False = stored before.

        Raises Unavailable when the queue is full, the store cannot take it, or the commit takes longer than 10 s.
        """
        if self.full:
            raise Unavailable("More notifications are waiting than the store takes just now.")
        loop = asyncio.get_running_loop()
        future: asyncio.Future[bool] = loop.create_future()
        with self._lock:
            self._waiting.append(_Waiting(notification, future, time.monotonic()))
            self._bytes += len(notification.message)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._write, name="intake", daemon=True)
                self._thread.start()
        self._work.set()
        timer = loop.call_later(PATIENCE, _give_up, future)
        try:
            return await future
        finally:
            timer.cancel()

    def close(self, timeout: float = PATIENCE) -> None:
        """Take nothing more, finish what waits. Call from outside the event loop (or in a thread)."""
        self._closing = True
        self._work.set()
        if self._thread is not None:
            self._thread.join(timeout)

    def _write(self) -> None:
        while True:
            self._work.wait()
            self._work.clear()
            while batch := self._next_batch():
                self._settle(batch)
            if self._closing and not self._waiting:
                return

    def _next_batch(self) -> list[_Waiting]:
        with self._lock:
            batch = [self._waiting.popleft() for _ in range(min(BATCH, len(self._waiting)))]
            self._bytes -= sum(len(one.notification.message) for one in batch)
        return batch

    def _settle(self, batch: list[_Waiting]) -> None:
        """Write one batch and tell every waiting request. Whatever goes wrong, nobody is left without an answer."""
        outcome: list[Stored] | Exception
        began = time.monotonic()
        try:
            outcome = take_in_now(self._store, [one.notification for one in batch], self._slot)
        except Exception as error:
            if not isinstance(error, Unavailable):
                log.exception("a batch could not be taken in", size=len(batch))
                error = Unavailable("Something of ours went wrong while storing. Try again.")
            outcome = error
        self.committed(len(batch), time.monotonic() - began, not isinstance(outcome, Exception))
        loops: dict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[bool], Stored | Exception]]] = {}
        for place, one in enumerate(batch):
            result = outcome if isinstance(outcome, Exception) else outcome[place]
            loops.setdefault(one.future.get_loop(), []).append((one.future, result))
        for loop, results in loops.items():
            try:
                loop.call_soon_threadsafe(_tell, results)
            except RuntimeError:  # the loop is closed: nobody waits any more
                continue


def _tell(results: list[tuple[asyncio.Future[bool], Stored | Exception]]) -> None:
    for future, result in results:
        if future.done():
            continue
        if isinstance(result, Exception):
            future.set_exception(Unavailable(str(result)))
        elif result is None:
            future.set_exception(Unavailable("The connection was removed a moment ago."))
        else:
            future.set_result(result)


def _give_up(future: asyncio.Future[bool]) -> None:
    if not future.done():
        future.set_exception(Unavailable("The store did not take it within 10 seconds."))
