"""In the sandbox Amazon mails only to verified addresses: a recipient is verified by a link that Amazon sends there."""

from core.aws.identities import verify
from core.connect import access
from core.connect.letter import address
from core.desk import Desk
from core.members.actor import Actor
from core.members.roles import require, require_sight
from core.store import audit
from core.store.tables import Connection

REFERENCE = "recipient-not-verified"


def verify_recipient(desk: Desk, connection: Connection, recipient: str, actor: Actor, now: int) -> str:
    """Have Amazon send its link to the recipient of a test; says what comes next. Admin only; audited without the address.

    An address that is verified already is left as it is. Raises BadInput for what is no address, and botocore's errors.
    """
    require(actor, "admin")
    require_sight(actor, connection.id or 0)
    to = address(recipient, "recipient")
    way = access.of(desk.store, desk.vault, desk.settings, connection)
    started = verify(way, to)
    with desk.store.write() as conn:
        audit.append(conn, actor.name, "recipient-verification-asked", connection.name, {}, now)
    if started.identity.verified:
        return "Amazon has verified this address by now. Send the test again."
    return "Amazon has mailed a link to that address. Once it was opened there, send the test again."
