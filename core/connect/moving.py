"""Moving a connection to the region where its sender is verified."""

from core.connect import access, walk
from core.connect.regions import exists, spoken
from core.errors import BadInput
from core.members.actor import Actor
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
