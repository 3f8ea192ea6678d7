"""What the reasons on the suppression list are called on every screen, and what a pick there is about."""

import hashlib
from collections.abc import Sequence

from core.store.tables import Connection

REASONS = {
    "bounce": "Bounced",
    "complaint": "Complained",
    "unsubscribe": "Unsubscribed",
    "manual": "Added by hand",
    "import": "Imported",
    "drill": "Fire drill",
}
DONE = "lists-done"
UNDO = "lists-undo"
NAMED = 10  # addresses that a dialog names one by one


def many(number: int) -> str:
    """`1 address`, `2,340 addresses`."""
    return f"{number:,} address{'' if number == 1 else 'es'}"


def of_these(name: str, connection: Connection, shown: Sequence[tuple[str | None, ...]]) -> str:
    """The key of a widget that is about exactly these rows: with others shown it is another one, not ticked and not pressed."""
    digest = hashlib.sha256(repr(list(shown)).encode()).hexdigest()[:16]
    return f"{name}-{connection.id}-{digest}"
