"""Posts at a rate that does not depend on the answers: each is due at a moment of its own, and its answer is timed from then."""

import http.client
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count

from outpost import Load


@dataclass
class Steady(Load):
    """An open loop: whoever is late sends at once and catches up. It ends by itself; every message is sent until taken."""

    threads: int = 32
    rate: float = 50.0  # messages a second
    seconds: float = 60.0
    begun: float = 0.0
    took: list[tuple[float, float]] = field(
        default_factory=list
    )  # due, in seconds from the beginning; seconds
    numbers: "count[int]" = field(default_factory=count)
    turn: threading.Lock = field(default_factory=threading.Lock)

    def __enter__(self) -> "Steady":
        self.begun = time.monotonic()
        super().__enter__()
        return self

    @property
    def planned(self) -> int:
        """How many messages are due in all."""
        return int(self.rate * self.seconds)

    @property
    def reached(self) -> float:
        """Messages taken in a second, up to the last one."""
        return len(self.took) / max(self.seconds, self.last - self.begun)

    def finish(self, within: float) -> None:
        """Wait until every message was taken, or so long."""
        until = time.monotonic() + within
        for each in self.running:
            each.join(max(0.0, until - time.monotonic()))

    def _post(self, share: int) -> None:
        wire = http.client.HTTPConnection("127.0.0.1", self.ports[0], timeout=30)
        while not self.over.is_set():
            with self.turn:
                number = next(self.numbers)
            if number >= self.planned:
                break
            due = number / self.rate
            message = self.outpost.message(number)  # signed before it is due
            self.over.wait(max(0.0, self.begun + due - time.monotonic()))
            while not self.over.is_set():
                if self._once(wire, message):
                    self.took.append((due, time.monotonic() - self.begun - due))
                    break
        wire.close()


def p99(took: Sequence[tuple[float, float]]) -> float:
    """The 99th percentile in seconds; 0 of nothing."""
    times = sorted(seconds for _, seconds in took)
    return times[len(times) * 99 // 100] if times else 0.0
