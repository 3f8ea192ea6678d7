"""What a wish changes: everything left joins the suppression list, single groups are remembered, coming back undoes just that."""

from core.store import connections, departures
from core.store.engine import Store
from core.unsubscribe.chosen import Chosen
from core.unsubscribe.page import Scope


def fulfil(
    store: Store, connection_id: int, chosen: Chosen, address: str, action: str, scope: Scope, now: int
) -> None:
    """Write a wish down, durably; again: only when it was said last. A connection that is gone: nothing. Raises Unavailable."""
    with store.write() as conn:
        if not connections.existing(conn, [connection_id]):
            return
        if action == "leave":
            departures.leave(conn, connection_id, address, scope, now)
        else:
            departures.come_back(conn, connection_id, address, scope, chosen.keys, now)
