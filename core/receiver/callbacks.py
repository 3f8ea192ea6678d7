"""Which callback a token in the path names, held in memory for a second so that a burst does not ask the store each time.

Only a yes is held. What would be refused is asked again, so that a topic pinned a moment ago is taken at once. Under load
it is read afresh before it runs out, so that nobody waits for that.
"""

import asyncio
import hashlib
import time
from collections.abc import Callable

from core.receiver.refused import Refused, later
from core.store import callbacks as kept
from core.store.callbacks import CallbackWithTopics
from core.store.engine import Store

HOLD = 1.0  # seconds
ROOM = 1024
LONGEST = 256


class Callbacks:
    """The callbacks of this process. `clock` (seconds) is replaced in tests only."""

    def __init__(self, store: Store, clock: Callable[[], float] = time.monotonic) -> None:
        self._store, self._clock = store, clock
        self._held: dict[bytes, tuple[float, CallbackWithTopics]] = {}
        self._flights: dict[bytes, asyncio.Task[CallbackWithTopics | None]] = {}

    def held(self, token: str) -> CallbackWithTopics | None:
        """The callback when it was read within the last second. Of an event loop: it may read it afresh meanwhile."""
        key = _key(token)
        entry, now = self._held.get(key), self._clock()
        if entry is None or now >= entry[0]:
            return None
        if now >= entry[0] - HOLD / 2:
            self._flight(key, token)
        return entry[1]

    async def find(self, token: str) -> CallbackWithTopics:
        """The callback as the store has it now. Raises Refused: 404 when there is none, 503 when the store cannot be read."""
        if not 0 < len(token) <= LONGEST or not token.isascii():
            raise _unknown()
        callback = await asyncio.shield(self._flight(_key(token), token))
        if callback is None:
            raise _unknown()
        return callback

    def _flight(self, key: bytes, token: str) -> asyncio.Task[CallbackWithTopics | None]:
        """The reading that is under way, or a new one."""
        flight = self._flights.get(key)
        if flight is None:
            flight = self._flights[key] = asyncio.ensure_future(self._read(key, token))
            flight.add_done_callback(lambda done: self._landed(key, done))
        return flight

    def _landed(self, key: bytes, flight: asyncio.Task[CallbackWithTopics | None]) -> None:
        self._flights.pop(key, None)
        if not flight.cancelled():
            flight.exception()  # perhaps nobody waited for it; then whoever comes when it has run out will ask again

    async def _read(self, key: bytes, token: str) -> CallbackWithTopics | None:
        asked = self._clock()  # before the reading: what is held is never older than a second
        try:
            callback = await asyncio.to_thread(kept.find, self._store, token)
        except Exception as error:
            raise later("store", "The store cannot be read just now.") from error
        if callback is None:
            self._held.pop(key, None)
            return None
        if len(self._held) >= ROOM:
            self._held.clear()
        self._held[key] = (asked + HOLD, callback)
        return callback


def _key(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()


def _unknown() -> Refused:
    return Refused(404, "unknown-token", "No callback has this address. Copy it again from the dashboard.")
