"""The switch, and the way back that it leaves."""

import json
from dataclasses import asdict

from core.connect import access, walk
from core.connect.endpoint import Endpoint
from core.desk import Desk
from core.errors import NotFound
from core.members.actor import Actor
from core.members.roles import require
from core.store import meta
from core.store.rows import Source
from core.store.tables import Connection
from core.switching.ways import SPOKEN, ways


def switch(desk: Desk, connection: Connection, actor: Actor, now: int) -> Connection:
    """From now on the connection sends the other way; how it sent before is kept for the way back. Admin only, audited.

    Raises NotFound when the other way lacks its keys, Conflict when somebody else changed the connection meanwhile.
    """
    require(actor, "admin")
    both = ways(desk, connection)
    if not both.ready:
        raise NotFound(both.needs)
    changed = walk.edit(desk.store, connection, actor, now, endpoint=both.then)
    meta.put(desk.store, _name(connection), json.dumps(asdict(both.now)))
    return changed


def way_back(source: Source, connection: Connection) -> Endpoint | None:
    """How the connection sent before the last switch; None when it was never switched, or stands in another region now."""
    kept = meta.get(source, _name(connection))
    if kept is None:
        return None
    before = Endpoint(**json.loads(kept))
    same = before.transport == connection.transport or before.region != connection.region
    return None if same else before


def go_back(desk: Desk, connection: Connection, actor: Actor, now: int) -> Connection:
    """Send as before the last switch, by the same server and port. Admin only, audited."""
    require(actor, "admin")
    before = way_back(desk.store, connection)
    if before is None:
        raise NotFound("There is no way back: this connection was not switched.")
    now_at = access.endpoint_of(connection)
    changed = walk.edit(desk.store, connection, actor, now, endpoint=before)
    meta.put(desk.store, _name(connection), json.dumps(asdict(now_at)))
    return changed


def said(connection: Connection) -> str:
    """What to say after either."""
    return f"{connection.name} now sends over {SPOKEN[connection.transport]}."


def _name(connection: Connection) -> str:
    return f"switched-from:{connection.uuid}"
