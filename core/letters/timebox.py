"""The time that one mail may take in all, so that no mail and no dead name server can keep a page waiting."""

import time
from collections.abc import Callable
from dataclasses import dataclass

IN_ALL = 14.0  # seconds; the promise is 15


@dataclass(frozen=True, slots=True)
class TimeBox:
    """When it ends, by a clock that tests may bring along."""

    ends: float
    now: Callable[[], float] = time.monotonic

    def left(self, most: float = IN_ALL) -> float:
        """Seconds that the next step may take; 0 when there are none left."""
        return max(0.0, min(most, self.ends - self.now()))


def timebox(seconds: float = IN_ALL, now: Callable[[], float] = time.monotonic) -> TimeBox:
    """A box that begins now."""
    return TimeBox(now() + seconds, now)
