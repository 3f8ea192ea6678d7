"""What a wish changes: everything left joins the suppression list, single groups are remembered, coming back undoes just that."""

from core.store import connections, departures
from core.store.engine import Store
from core.unsubscribe.chosen import Chosen
from core.unsubscribe.page import Scope


def fulfil(
    store: Store, connection_id: int, chosen: Chosen, address: str, action: str, scope: Scope, now: int
) -> None:
    """Write a wish down, durably; again: nothing changes. A connection that is gone: nothing either. Raises Unavailable."""
    if settled(store, connection_id, address, action, scope):
        return
    with store.write() as conn:
        if not connections.existing(conn, [connection_id]):
            return
        if action == "leave":
            departures.leave(conn, connection_id, address, scope, now)
        else:
            departures.come_back(conn, connection_id, address, scope, chosen.keys, now)


def settled(store: Store, connection_id: int, address: str, action: str, scope: Scope) -> bool:
    """Whether it is so already, so that a press repeated costs no write."""
    with store.read() as conn:
        all_left = departures.left_all(conn, connection_id, address)
        left = departures.left(conn, connection_id, address)
    if action == "leave":
        return all_left if scope is None else set(scope) <= set(left)
    return not all_left and not (left if scope is None else set(scope) & set(left))
