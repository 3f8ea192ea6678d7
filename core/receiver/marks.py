"""Marks that a notification carries for the time at which it came: the same by HTTPS and by a queue."""

from core.events.event import NO_FLAGS, EventFlag
from core.moment import DAY, MINUTE

OLD = 14 * DAY
AHEAD = 5 * MINUTE


def marks(published_at: int, now: int, demo: bool) -> EventFlag:
    """LATE when published over 14 days ago, SUSPECT when over 5 minutes ahead of us, DEMO when the demo Amazon sent it."""
    flags = NO_FLAGS
    if now - published_at > OLD:
        flags |= EventFlag.LATE
    if published_at - now > AHEAD:
        flags |= EventFlag.SUSPECT
    if demo:
        flags |= EventFlag.DEMO
    return flags
