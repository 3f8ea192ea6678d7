"""The same question of many threads, asked once."""

import threading
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Any, TypeVar

T = TypeVar("T")


class Once:
    """What was found, or why it could not be, by question. Kept as long as this object."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._known: dict[Hashable, Future[Any]] = {}

    def find(self, question: Hashable, find: Callable[[], T]) -> T:
        """Whoever asks first finds it; the others wait for that, and meet the same error."""
        with self._turn:
            mine = question not in self._known
            future: Future[T] = self._known.setdefault(question, Future())
        if mine:
            try:
                future.set_result(find())
            except BaseException as error:
                future.set_exception(error)
        return future.result()
