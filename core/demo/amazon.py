"""The running demo Amazon: the world, what happens later in it, and what has been asked of it."""

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from core.demo import keeping
from core.demo.beginning import new_world
from core.demo.clockwork import Clockwork
from core.demo.drops import Drops
from core.demo.faults import Faults
from core.demo.signing import Signer
from core.demo.world import Region, World

KEPT = 5_000


@dataclass
class Called:
    """One call that came in, for "what was called": no secrets, no bodies."""

    at: int
    service: str
    action: str
    region: str
    key: str
    status: int
    code: str = ""


@dataclass
class Amazon:
    """One account and its machinery. Take `lock` to read or change the world."""

    world: World
    folder: Path | None
    clock: Callable[[], int]
    signer: Signer
    clockwork: Clockwork
    faults: Faults = field(default_factory=Faults)
    drops: Drops = field(default_factory=Drops)
    touched: float = field(default_factory=time.monotonic)  # when it was last spoken to
    ended: threading.Event = field(default_factory=threading.Event)  # set: the process shall stop
    lock: threading.RLock = field(default_factory=threading.RLock)
    calls: deque[Called] = field(default_factory=lambda: deque(maxlen=KEPT))
    mail: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=KEPT))
    deliveries: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=KEPT))
    recent: dict[str, Any] = field(default_factory=dict)  # message id -> Mail, the last thousand
    paced: dict[str, float] = field(default_factory=dict)  # region -> when the last SES control call passed
    rate_marks: dict[str, tuple[float, float]] = field(default_factory=dict)  # region -> (tokens left, when)

    def now(self) -> int:
        """This Amazon's clock, which may be told to run ahead or behind."""
        return self.clock() + self.world.tuning.clock_offset

    def region(self, code: str) -> Region | None:
        """One region, None where Amazon has none."""
        return self.world.regions.get(code)

    def keep(self) -> None:
        """Write the world to disk, where it has a place there. A folder that somebody removed is not made again."""
        with self.lock:
            if self.folder is not None and self.folder.exists():
                keeping.write(self.folder, self.world)

    def note(self, call: Called) -> None:
        """Remember what was asked."""
        self.calls.append(call)

    def called(self) -> list[dict[str, Any]]:
        """What was asked, oldest first."""
        return [asdict(call) for call in list(self.calls)]

    def spend(self, region: Region, recipients: int) -> bool:
        """Whether the sending rate has room for so many more; a second's worth and ten may come at once."""
        if not self.world.tuning.rate_limits:
            return True
        room = region.max_rate + 10
        now = time.monotonic()
        left, since = self.rate_marks.get(region.code, (room, now))
        left = min(room, left + (now - since) * region.max_rate)
        if left < recipients:
            self.rate_marks[region.code] = (left, now)
            return False
        self.rate_marks[region.code] = (left - recipients, now)
        return True

    def pace(self, region: Region) -> bool:
        """Whether one more SES call that sends nothing may pass this second; Amazon lets one, the demo all until it is tuned."""
        rate = self.world.tuning.control_rate
        now = time.monotonic()
        if not rate:
            return True
        if now < self.paced.get(region.code, 0.0) + 1 / rate:
            return False
        self.paced[region.code] = now
        return True


def wake(folder: Path | None, clock: Callable[[], int]) -> Amazon:
    """The demo Amazon as it was left in the folder, or a new one. None as folder: nothing is kept."""
    world = keeping.read(folder) if folder is not None else None
    if world is None:
        world = new_world(clock())
    for key in world.keys.values():
        key.created_at = key.created_at or clock()
    amazon = Amazon(world, folder, clock, Signer(world.signing_key), Clockwork())
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
    amazon.keep()
    return amazon
