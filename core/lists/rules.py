"""The rules by which transient bounces put an address on the list: shown to everybody, set by an admin."""

from core.events import repeated
from core.events.repeated import DEFAULT, SUBTYPES, Rules
from core.members.actor import Actor
from core.members.roles import require, require_sight
from core.store import audit, list_settings
from core.store.engine import Store
from core.store.tables import Connection

__all__ = ["DEFAULT", "SUBTYPES", "Rules", "rules", "set_rules"]


def rules(store: Store, connection: Connection) -> Rules:
    """What holds for this connection: bounce subtype -> so many messages within so many days. What is not in it is off."""
    return repeated.read(list_settings.get(store, connection.id or 0).transient)


def set_rules(store: Store, connection: Connection, wanted: Rules, actor: Actor, now: int) -> None:
    """Set all of them. They hold for bounces that come from now on. Raises BadInput (`transient`)."""
    require(actor, "admin")
    require_sight(actor, connection.id or 0)
    written = repeated.written(wanted)
    with store.write() as conn:
        list_settings.change(conn, connection.id or 0, now, transient=written)
        told = {subtype: f"{times} in {days} days" for subtype, (times, days) in wanted.items()}
        audit.append(conn, actor.name, "suppression-rules-set", connection.name, told, now)
