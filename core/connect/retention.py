"""For how long a connection keeps what came in: shown to everybody, decided by an admin."""

from dataclasses import dataclass
from typing import Any

from core.errors import BadInput
from core.members.actor import Actor
from core.members.roles import require, require_sight
from core.store import audit, retention
from core.store.engine import Store
from core.store.rows import Source
from core.store.tables import Connection

MOST_DAYS = 3_650
LEAST_MESSAGE_DAYS, LEAST_EVENT_DAYS = 1, 30
FOREVER = retention.FOREVER


@dataclass(frozen=True, slots=True)
class Kept:
    """Days; 0 is for ever. What is counted stays for ever in any case."""

    message_days: int  # the text of notifications, with all that Amazon said of a mail
    event_days: int  # single events, with their addresses


def kept(source: Source, connection: Connection) -> Kept:
    """What holds for this connection."""
    found = retention.get(source, connection.id or 0)
    return Kept(found.message_days, found.event_days)


def keep(store: Store, connection: Connection, wanted: Kept, actor: Actor, now: int) -> bool:
    """Decide it; what is older goes within minutes (on PostgreSQL: with its month), and does not come back. False when nothing changed. Admin only.

    Raises BadInput (`message_days`, `event_days`).
    """
    require(actor, "admin")
    check(wanted)
    with store.write() as conn:
        return decide(conn, connection, wanted, actor, now)


def check(wanted: Kept) -> None:
    """Raises BadInput (`message_days`, `event_days`) where these days make no sense."""
    _check(wanted.message_days, LEAST_MESSAGE_DAYS, "message_days", "The text of notifications")
    _check(wanted.event_days, LEAST_EVENT_DAYS, "event_days", "Events")


def decide(conn: Any, connection: Connection, wanted: Kept, actor: Actor, now: int) -> bool:
    """The same as `keep` inside a transaction, of days that were checked."""
    require(actor, "admin")
    require_sight(actor, connection.id or 0)
    before = kept(conn, connection)
    if wanted == before:
        return False
    days = {"message_days": wanted.message_days, "event_days": wanted.event_days}
    retention.change(conn, connection.id or 0, **days, swept_at=0, changed_at=now)
    was = {"message_days_before": before.message_days, "event_days_before": before.event_days}
    audit.append(conn, actor.name, "retention-changed", connection.name, {**days, **was}, now)
    return True


def _check(days: int, least: int, field: str, what: str) -> None:
    if days != FOREVER and not least <= days <= MOST_DAYS:
        raise BadInput(f"{what}: keep them {least} to {MOST_DAYS:,} days, or 0 for ever.", field)
