"""Amazon's own subscription management: whether there is a contact list in the account, and making one."""

from core.aws import contacts
from core.aws.contacts import ContactList
from core.connect import access
from core.desk import Desk
from core.errors import BadInput
from core.members.actor import Actor
from core.members.roles import require, require_sight
from core.store import audit
from core.store.tables import Connection
from core.unsubscribe.changes import CONTACT_NAME
from core.unsubscribe.offer import chosen

NAME = "ses-desk"


def there(desk: Desk, connection: Connection, actor: Actor) -> ContactList | None:
    """The account's contact list in this region, None when there is none. Raises what Amazon says."""
    require(actor, "admin")
    require_sight(actor, connection.id or 0)
    return contacts.find(access.of(desk.store, desk.vault, desk.settings, connection))


def make(desk: Desk, connection: Connection, name: str, actor: Actor, now: int) -> ContactList:
    """Make the account's contact list, with a topic for each of our groups. BadInput for a name that is none."""
    require(actor, "admin")
    require_sight(actor, connection.id or 0)
    if not CONTACT_NAME.fullmatch(name):
        raise BadInput("Amazon's names have letters, digits, - and _, at most 64.", "contact_list")
    groups = chosen(desk.store, connection).groups
    contacts.make(
        access.of(desk.store, desk.vault, desk.settings, connection),
        name,
        tuple((group.key, group.title) for group in groups),
    )
    with desk.store.write() as conn:
        audit.append(conn, actor.name, "contact-list-made", connection.name, {"contact_list": name}, now)
    return ContactList(name, tuple(group.key for group in groups))
