"""One conversation with Amazon: clients made once each, at most one SES control call a second, throttled calls asked again.

Every call of a set-up goes through `ask`, so that this is the one place to slow down, to count, and to break in tests.
Source: "Service quotas in Amazon SES": all calls but sending, one a second.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from core.aws.access import Access
from core.aws.pace import PAUSE, SERVICES, THROTTLED, TRIES

__all__ = ["GONE", "PAUSE", "THROTTLED", "TRIES", "Talk", "code_of", "is_gone", "unclear"]


@dataclass
class Talk:
    """Made for one walk and dropped with it: the clients hold keys. `pause` 0 for the demo, which sets no pace.

    A throttled call waits 1, 2, 4, 8, 16 pauses; a set-up is in no hurry, unlike what a person looks at (pace.py).
    """

    access: Access = field(repr=False)
    pause: float = PAUSE
    sleep: Callable[[float], None] = time.sleep
    slowed: int = 0  # how often Amazon asked us to slow down
    _clients: dict[tuple[str, str], Any] = field(default_factory=dict, repr=False)
    _last: float = 0.0

    def ask(self, service: str, operation: str, region: str = "", **given: Any) -> dict[str, Any]:
        """One call, `operation` as boto3 spells it. Raises botocore's own errors; nothing but throttling is asked again."""
        for attempt in range(TRIES):
            self._turn(service)
            try:
                return self._call(service, operation, region, given)
            except Exception as error:
                if code_of(error) not in THROTTLED or attempt == TRIES - 1:
                    raise
                self.slowed += 1
                self.sleep(max(self.pause, 0.02) * 2**attempt)
        raise AssertionError("unreachable")

    def _call(self, service: str, operation: str, region: str, given: dict[str, Any]) -> dict[str, Any]:
        where = region or self.access.region
        if (service, where) not in self._clients:
            self._clients[service, where] = self.access.client(service, sends=True, region=where)
        said: dict[str, Any] = getattr(self._clients[service, where], operation)(**given)
        return said

    def _turn(self, service: str) -> None:
        if service in SERVICES and self.pause:
            wait = self._last + self.pause - time.monotonic()
            if wait > 0:
                self.sleep(wait)
            self._last = time.monotonic()


def code_of(error: BaseException) -> str:
    """Amazon's name for an error, "" when it did not come from Amazon."""
    said = getattr(error, "response", None)
    return str(((said or {}).get("Error") or {}).get("Code") or "") if isinstance(said, dict) else ""


def is_gone(error: BaseException) -> bool:
    """Whether Amazon says that the thing is not there."""
    return code_of(error) in GONE


def unclear(error: BaseException) -> bool:
    """Whether nobody knows if the call was carried out: no answer, a cut line, trouble on Amazon's side."""
    status = 0
    said = getattr(error, "response", None)
    if isinstance(said, dict):
        status = int((said.get("ResponseMetadata") or {}).get("HTTPStatusCode") or 0)
    return status >= 500 or type(error).__name__ in _LOST


GONE = frozenset(
    {
        "NotFound", "NotFoundException", "ResourceNotFoundException", "ResourceNotFound", "QueueDoesNotExist",
        "AWS.SimpleQueueService.NonExistentQueue", "ConfigurationSetDoesNotExist", "404",
    }
)  # fmt: skip
_LOST = frozenset(
    {
        "ReadTimeoutError", "ConnectTimeoutError", "ConnectionClosedError", "EndpointConnectionError",
        "HTTPClientError", "ResponseParserError", "IncompleteReadError", "ResponseStreamingError",
        "NotAmazon",
    }
)  # fmt: skip
