"""A value that may be used but never shown: it refuses to become text by accident.

The one way to the plain value is `reveal()`, so a search for that word finds every place where a secret is in the open.
"""

from hmac import compare_digest
from typing import Never

REFUSED = "A secret is never turned into text; call reveal() at the one place that needs it."


class Secret:
    """A password, key or token in memory. Shows nothing of itself, not even its length.

    `str()`, formatting, pickling and copying raise TypeError. `repr()` answers a fixed word, so that a debugger or a
    dataclass that holds one can still be printed.
    """

    __slots__ = ("_value",)
    __hash__ = None  # type: ignore[assignment]  # equal secrets must not be findable by hash

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The plain value, for the one call that needs it."""
        return self._value

    def __bool__(self) -> bool:
        """Whether there is anything in it: an empty secret means *keep the old one*."""
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        """Compared in constant time, and only with another secret."""
        if not isinstance(other, Secret):
            return NotImplemented
        return compare_digest(self._value.encode(), other._value.encode())

    def __repr__(self) -> str:
        return "<Secret>"

    def __str__(self) -> str:
        raise TypeError(REFUSED)

    def __format__(self, spec: str) -> str:
        raise TypeError(REFUSED)

    def __reduce_ex__(self, protocol: object) -> Never:
        raise TypeError(REFUSED)

    def __getstate__(self) -> Never:
        raise TypeError(REFUSED)
