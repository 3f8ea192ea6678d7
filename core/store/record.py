"""Recording what came in, once."""

from collections.abc import Sequence

import sqlalchemy as sa

from core.events.event import Notification, Parsed


def record(conn: sa.Connection, taken: Sequence[tuple[Notification, Parsed]], slot: int = 0) -> list[bool]:
    """Store notifications inside the caller's transaction; True = new, False = stored before."""
    raise NotImplementedError


def mark_drill(conn: sa.Connection, connection_id: int, message_id: str, recipient: str, now: int) -> None:
    """Note that the product itself sent this message as a drill."""
    raise NotImplementedError
