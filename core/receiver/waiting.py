"""Notifications that wait for their transaction, and the requests that wait for them."""

import asyncio
import threading
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import Protocol

from core.errors import Unavailable
from core.store.record import Taken

Stored = bool | None  # stored now, stored before, or None: its connection was removed meanwhile


class Asker(Protocol):
    """Who waits for a notification to be durable: the part of `asyncio.Future[bool]` that is needed here."""

    def done(self) -> bool:
        """Whether it waits no more."""

    def get_loop(self) -> asyncio.AbstractEventLoop:
        """Where it may be told."""

    def set_result(self, result: bool, /) -> None:
        """True = stored now, False = stored before."""

    def set_exception(self, exception: BaseException, /) -> None:
        """Unavailable."""


@dataclass(slots=True)
class Waiting:
    """One notification and who asks."""

    taken: Taken
    asker: Asker


class Queue:
    """What waits, oldest first. Safe between threads."""

    def __init__(self) -> None:
        self._waiting: deque[Waiting] = deque()
        self._lock = threading.Lock()
        self.bytes = 0

    def __len__(self) -> int:
        return len(self._waiting)

    def put(self, one: Waiting) -> None:
        """One more, at the end."""
        with self._lock:
            self._waiting.append(one)
            self.bytes += len(one.taken[0].message)

    def batch(self, most: int) -> list[Waiting]:
        """Take so many from the front: all of them or, without memory, none."""
        with self._lock:
            batch = list(islice(self._waiting, most))
            size = sum(len(one.taken[0].message) for one in batch)
            for _ in batch:
                self._waiting.popleft()
            self.bytes -= size
        return batch

    def put_back(self, batch: Sequence[Waiting]) -> None:
        """Put a batch where it was."""
        with self._lock:
            self._waiting.extendleft(reversed(batch))
            self.bytes += sum(len(one.taken[0].message) for one in batch)


def answer(
    batch: Sequence[Waiting],
    outcome: Sequence[Stored] | Exception,
    here: asyncio.AbstractEventLoop | None = None,
) -> None:
    """Tell every request of a batch; `here` is the loop this runs on, None in a thread."""
    loops: dict[asyncio.AbstractEventLoop, list[tuple[Asker, Stored | Exception]]] = {}
    for place, one in enumerate(batch):
        result = outcome if isinstance(outcome, Exception) else outcome[place]
        loops.setdefault(one.asker.get_loop(), []).append((one.asker, result))
    for loop, results in loops.items():
        try:
            if loop is here:
                _tell(results)
            else:
                loop.call_soon_threadsafe(_tell, results)
        except RuntimeError:  # the loop is closed: nobody waits any more
            continue


def _tell(results: Sequence[tuple[Asker, Stored | Exception]]) -> None:
    for asker, result in results:
        with suppress(Exception):  # one that cannot be told must not keep the others waiting
            if asker.done():
                continue
            if isinstance(result, Exception):
                asker.set_exception(Unavailable(str(result)))
            elif result is None:
                asker.set_exception(Unavailable("The connection was removed a moment ago."))
            else:
                asker.set_result(result)
