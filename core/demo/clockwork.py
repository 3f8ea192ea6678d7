"""Things that happen a little later: events after a send, attempts of SNS. One timer thread and a few hands."""

import heapq
import itertools
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor


class Clockwork:
    """Runs each task once its time has come. Tasks are lost with the process, as nothing here is real mail."""

    def __init__(self, hands: int = 8) -> None:
        self._hands = ThreadPoolExecutor(hands, thread_name_prefix="demo-amazon")
        self._tasks: list[tuple[float, int, Callable[[], None]]] = []
        self._order = itertools.count()
        self._changed = threading.Condition()
        self._stopped = False
        threading.Thread(target=self._run, daemon=True, name="demo-clockwork").start()

    def after(self, seconds: float, task: Callable[[], None]) -> None:
        """Run the task in so many seconds; tasks of the same moment keep their order of arrival."""
        with self._changed:
            heapq.heappush(self._tasks, (time.monotonic() + max(0.0, seconds), next(self._order), task))
            self._changed.notify()

    def stop(self) -> None:
        """Start nothing more."""
        with self._changed:
            self._stopped = True
            self._changed.notify()
        self._hands.shutdown(wait=False, cancel_futures=True)

    def _run(self) -> None:
        while True:
            with self._changed:
                while not self._stopped and (not self._tasks or self._tasks[0][0] > time.monotonic()):
                    wait = self._tasks[0][0] - time.monotonic() if self._tasks else None
                    self._changed.wait(wait)
                if self._stopped:
                    return
                task = heapq.heappop(self._tasks)[2]
            self._hands.submit(task)
