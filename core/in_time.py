"""An end to every wait: what is asked answers within its time, or is said not to have.

Time-outs of single calls add up (a connection, an answer, a second try, several addresses of one name), so whoever
shows something to a person waits by the clock instead. What was given up goes on in its thread and ends by its own
time-outs; nobody listens to it any more.
"""

import queue
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from core.errors import SesDeskError

T = TypeVar("T")
LIMIT = 15.0  # seconds that nobody waits longer than for one answer, one check, one round


class Late(SesDeskError):
    """The time was over before the answer came. It says nothing about what was asked for."""

    reference = "check-too-long"

    def __init__(self) -> None:
        super().__init__("No answer came in time.")


def ends(seconds: float = LIMIT) -> float:
    """The moment that is so many seconds away, on the monotonic clock."""
    return time.monotonic() + seconds


def left(until: float) -> float:
    """Seconds until then; 0 once it is over."""
    return max(0.0, until - time.monotonic())


def answer(ask: Callable[[], T], until: float) -> T:
    """What `ask` gives or raises. Raises Late when it has done neither by then."""

    def asked() -> Iterator[T]:
        yield ask()

    return next(stream(asked(), until))


def stream(lines: Iterable[T], until: float) -> Iterator[T]:
    """The lines as they come, made in a thread of their own. Raises what making them raises, and Late by then."""
    heard: queue.SimpleQueue[tuple[str, T | BaseException | None]] = queue.SimpleQueue()

    def run() -> None:
        try:
            for line in lines:
                heard.put(("line", line))
            heard.put(("over", None))
        except BaseException as error:
            heard.put(("error", error))

    threading.Thread(target=run, name="in-time", daemon=True).start()
    while True:
        try:
            kind, said = heard.get(timeout=left(until))
        except queue.Empty:
            raise Late() from None
        if kind == "over":
            return
        if isinstance(said, BaseException) and kind == "error":
            raise said
        yield said  # type: ignore[misc]
