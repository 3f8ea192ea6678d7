"""A rotation as it is kept: how far it has come, and the key that is not in use just now, sealed."""

import json

from core.aws.credentials import Credentials
from core.connect.access import COLUMNS
from core.desk import Desk
from core.errors import Conflict
from core.store import rotations
from core.store.rows import Source
from core.store.tables import Connection, Rotation
from core.vault import Secret, Vault
from core.vault.owner import rotation as owner

ENTERED, TESTED, SWITCHED, DISABLED = STEPS = ("entered", "tested", "switched", "disabled")
BY_US, BY_HAND = "desk", "hand"


def find(source: Source, connection: Connection) -> Rotation | None:
    """The rotation that is under way, None when there is none."""
    return rotations.get(source, connection.id or 0)


def at(desk: Desk, connection: Connection, *steps: str) -> Rotation:
    """The rotation, which must stand at one of these steps. Raises Conflict when somebody has gone on meanwhile."""
    row = find(desk.store, connection)
    if row is None or row.step not in steps:
        raise Conflict("Somebody has gone on with this in the meantime. Look at it again.")
    return row


def opened(desk: Desk, connection: Connection, row: Rotation) -> Credentials:
    """The key that is not in use: the second one before the switch, the first one after it. Raises Locked."""
    said = json.loads(desk.vault.unseal(row.other_sealed, owner(connection.uuid)).reveal())
    return Credentials(said.pop("kind"), **{name: Secret(value) for name, value in said.items()})


def sealed(vault: Vault, connection: Connection, credentials: Credentials) -> str:
    """Credentials as one sealed text that opens for this connection's rotation alone."""
    parts = {name: value for name in COLUMNS if (value := getattr(credentials, name))}
    plain = {"kind": credentials.kind, **{name: value.reveal() for name, value in parts.items()}}
    return vault.seal(Secret(json.dumps(plain)), owner(connection.uuid))


def old_user(row: Rotation) -> str:
    """The IAM user whose key is to go, "" when that is not known or it is the account's owner."""
    return row.old_arn.rsplit("/", 1)[-1] if ":user/" in row.old_arn else ""


def another_user(row: Rotation) -> str:
    """The second key's user, when it is not the first one's."""
    both = row.old_arn and row.new_arn and row.old_arn != row.new_arn
    return row.new_arn.rsplit("/", 1)[-1] if both else ""
