"""The demo account's second key: there is no console to make it in, so the key in use asks for it."""

from core.aws import access_keys
from core.connect import access
from core.desk import Desk
from core.errors import BadInput
from core.members.actor import Actor
from core.members.roles import require, require_sight
from core.rotation.begin import begin, given
from core.store.tables import Connection


def second_key(desk: Desk, connection: Connection, actor: Actor, now: int) -> None:
    """Make a key in the demo and put it in. One that is there and not in use is deleted first: a user has two at most. Admin only."""
    require(actor, "admin")
    require_sight(actor, connection.id or 0)
    if not connection.demo:
        raise BadInput("Only the demo makes keys here. In your own account, make the second one in IAM.")
    way = access.of(desk.store, desk.vault, desk.settings, connection)
    every = access_keys.held(way)
    for one in every if len(every) >= access_keys.MOST else ():
        if one.key_id != way.credentials.access_key_id:
            access_keys.delete(way, one.key_id)
    key_id, secret = access_keys.make(way)
    begin(desk, connection, given(key_id.reveal(), secret.reveal()), actor, now)
