"""Which callback a token in the path names, held in memory for a second so that a burst does not ask the store each time.

Only a yes is held. What would be refused is asked again, so that a topic pinned a moment ago is taken at once.
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
        """The callback when it was read within the last second."""
        entry = self._held.get(_key(token))
        return entry[1] if entry and self._clock() < entry[0] else None

    async def find(self, token: str) -> CallbackWithTopics:
        """The callback as the store has it now. Raises Refused: 404 when there is none, 503 when the store cannot be read."""
        if not 0 < len(token) <= LONGEST or not token.isascii():
            raise _unknown()
        key = _key(token)
        flight = self._flights.get(key)
        if flight is None:
            flight = asyncio.ensure_future(self._read(key, token))
            self._flights[key] = flight
            flight.add_done_callback(lambda _: self._flights.pop(key, None))
        callback = await asyncio.shield(flight)
        if callback is None:
            raise _unknown()
        return callback

    async def _read(self, key: bytes, token: str) -> CallbackWithTopics | None:
        try:
            callback = await asyncio.to_thread(kept.find, self._store, token)
        except Exception as error:
            raise later("store", "The store cannot be read just now.") from error
        if callback is None:
            self._held.pop(key, None)
            return None
        if len(self._held) >= ROOM:
            self._held.clear()
        self._held[key] = (self._clock() + HOLD, callback)
        return callback


def _key(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()


def _unknown() -> Refused:
    return Refused(404, "unknown-token", "No callback has this address. Copy it again from the dashboard.")
