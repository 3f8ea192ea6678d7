"""Moving a connection to the region where its sender is verified."""

from core.connect import access, walk
from core.connect.regions import exists, spoken
from core.errors import BadInput
from core.members.actor import Actor
from core.store import credentials
from core.store.engine import Store
from core.store.tables import Connection


def switch_region(store: Store, connection: Connection, region: str, actor: Actor, now: int) -> Connection:
    """The connection in another region of Amazon's, at that region's own server. Admin only, audited.

    What was set up for bounces and complaints stays in the old region: it is set up anew in this one. Raises BadInput
    for a region without SES, Conflict when somebody else changed the connection meanwhile.
    """
    if not exists(region):
        raise BadInput(f"Amazon SES is in no region called {region}. Choose one from the list.", "region")
    there = access.endpoint_of(connection).moved(region)
    return walk.edit(store, connection, actor, now, endpoint=there)


def switched(connection: Connection) -> str:
    """What to say after it."""
    return f"{connection.name} now sends from {spoken(connection.region)}. Set up bounces and complaints there next."


def bound(region: str = "") -> str:
    """What a typed SMTP password means for a change of region: Amazon made it for one of them, and it opens no other."""
    place = spoken(region) if region else "the region it was made for"
    return f"The SMTP password that was typed works only in {place}. Any other region will refuse it."


def left_behind(store: Store, connection: Connection) -> str:
    """What to say before a saved connection moves: what it holds that would not work there. "" when all of it would."""
    kept = credentials.get(store, connection.id or 0)
    if kept is None or not kept.smtp_password_sealed:
        return ""
    if connection.transport == "smtp":
        return f"{bound(connection.region)} Then give an access key under Connections, New keys: it works in both."
    return f"{bound(connection.region)} The way back to SMTP needs another one there."
