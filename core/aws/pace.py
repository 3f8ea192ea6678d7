"""The pace of questions to SES: as fast as Amazon takes them, and once a second from when it asks to slow down.

One pacer stands for a key in a region, for every thread and page of this process. A throttled call was not carried out, so
it is asked again when its turn comes; other processes with the same account make that necessary even then. Sends have a
rate of their own and are not paced. Source: "Service quotas in Amazon SES": all calls but sending, one a second.
"""

import random
import threading
import time
from functools import lru_cache
from typing import Any

from core.aws.credentials import Credentials
from core.in_time import Late

PAUSE = 1.05  # seconds between two SES control calls
TRIES = 6  # of a throttled call
SLOW_FOR = 60.0  # seconds after Amazon's last word about it in which the pace is kept
SERVICES = ("ses", "sesv2")
THROTTLED = frozenset(
    {
        "Throttling", "ThrottlingException", "ThrottledException", "Throttled", "TooManyRequestsException",
        "RequestLimitExceeded", "RequestThrottled", "SlowDown",
    }
)  # fmt: skip


class Pacer:
    """Whose turn it is. Calls go in the order in which they came."""

    def __init__(self, pause: float = PAUSE) -> None:
        self.pause = pause
        self._lock = threading.Lock()
        self._next = self._slow_until = 0.0

    def turn(self, until: float | None = None) -> None:
        """Wait for the turn. Raises Late at once when it would come after `until`."""
        with self._lock:
            now = time.monotonic()
            if now >= self._slow_until:
                return
            at = max(now, self._next)
            if until is not None and at > until:
                raise Late()
            self._next = at + self.pause
        time.sleep(at - now)

    def slow(self) -> None:
        """Amazon asked to slow down. The jitter keeps two processes from meeting again."""
        with self._lock:
            now = time.monotonic()
            self._next = max(self._next, now + self.pause * random.uniform(1.0, 1.1))  # noqa: S311
            self._slow_until = now + SLOW_FOR


def pacer(credentials: Credentials, region: str, server: str | None) -> Pacer:
    """The one of this key in this region, at this server. A key is known by a number that means nothing elsewhere."""
    key = credentials.access_key_id
    with _making:
        return _pacer(hash(key.reveal()) if key else 0, region, server or "")


def forget() -> None:
    """Begin at full speed again: what a test slowed down is nothing to the next one."""
    _pacer.cache_clear()


_making = threading.Lock()


@lru_cache(maxsize=1024)
def _pacer(key: int, region: str, server: str) -> Pacer:
    return Pacer()


def keep_pace(client: Any, its: Pacer | None, until: float | None, tries: int) -> None:
    """Have every attempt of a client wait for its turn, and end by `until`. Without a pacer only the end counts."""
    name = client.meta.service_model.service_id.hyphenize()

    def turn(operation_name: str, **_: Any) -> None:
        if until is not None and time.monotonic() >= until:
            raise Late()
        if its is not None and not operation_name.startswith("Send"):
            its.turn(until)

    def again(response: Any, operation: Any, attempts: int, **_: Any) -> float | None:
        """Seconds to wait, None to leave it to others: the wait itself is the turn's."""
        code = ((response[1].get("Error") or {}).get("Code") or "") if response else ""
        if its is None or operation.name.startswith("Send") or code not in THROTTLED:
            return None
        its.slow()
        return 0.0 if attempts < tries else None

    client.meta.events.register_first(f"request-created.{name}", turn)
    client.meta.events.register_first(f"needs-retry.{name}", again)
