"""What Amazon told within one round: clients made once, and each reading call made once however many lines want it.

Most SES calls may be made once a second, so that asking the same twice costs a second. Whatever changes something
goes through as it is; a round changes nothing.
"""

from collections.abc import Callable, Hashable
from typing import Any

from core.once import Once

READS = ("get_", "list_")
OF_BOTO3 = ("get_paginator", "get_waiter")


class Told:
    """Made for one round and dropped with it: the clients hold keys."""

    def __init__(self) -> None:
        self._once = Once()

    def client(self, which: Hashable, make: Callable[[], Any]) -> Any:
        """The client for this service and region, whose reading calls are remembered."""
        return self._once.find(("client", which), lambda: _Reader(make(), which, self._once))


class _Reader:
    """A boto3 client that asks nothing twice. An answer is shared: it is read, never changed."""

    def __init__(self, client: Any, which: Hashable, once: Once) -> None:
        self._client, self._which, self._once = client, which, once

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._client, name)
        if not name.startswith(READS) or name in OF_BOTO3:
            return call
        return lambda **given: self._once.find(
            (self._which, name, repr(sorted(given.items()))), lambda: call(**given)
        )
