"""The connect walk: six steps, recorded on the connection, resumable; saving, changing and removing a connection."""

from dataclasses import dataclass

from core.aws.account import WhoAmI
from core.aws.credentials import Credentials
from core.connect.endpoint import Endpoint
from core.members.actor import Actor
from core.settings import Settings
from core.store.engine import Store
from core.store.tables import Connection
from core.vault import Vault

STEPS = ("endpoint", "keys", "check", "sender", "test", "listen")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Everything the walk gathered before saving."""

    name: str
    endpoint: Endpoint
    credentials: Credentials
    from_address: str
    display_name: str = ""
    account_id: str = ""
    check: str = ""  # JSON of checks.summary, "" = not checked
    demo: bool = False


def save(store: Store, vault: Vault, wanted: Wanted, actor: Actor, now: int) -> Connection:
    """Make the connection: row, sealed keys, audit entry, in one transaction. Admin only. BadInput on name or sender."""
    raise NotImplementedError


def edit(
    store: Store, connection: Connection, actor: Actor, now: int, *,
    name: str | None = None, from_address: str | None = None, display_name: str | None = None,
    endpoint: Endpoint | None = None,
) -> Connection:  # fmt: skip
    """Change what is given; Conflict when somebody else changed it since `connection` was read. Admin only."""
    raise NotImplementedError


def replace_keys(
    store: Store, vault: Vault, settings: Settings, connection: Connection, typed: tuple[str, str, str],
    actor: Actor, now: int,
) -> WhoAmI | None:  # fmt: skip
    """New keys for a connection, from form to boto3. An empty secret keeps the old keys and returns None. Admin only."""
    raise NotImplementedError


def set_disabled(store: Store, connection: Connection, disabled: bool, actor: Actor, now: int) -> Connection:
    """A disabled connection sends and checks nothing; its callback still stores. Admin only."""
    raise NotImplementedError


def remove(store: Store, connection: Connection, actor: Actor, now: int) -> None:
    """Remove the connection and all that hangs on it (connections.what_goes says what). Admin only."""
    raise NotImplementedError


def done(connection: Connection) -> dict[str, int]:
    """The recorded steps with the time of each."""
    raise NotImplementedError


def finish_step(store: Store, connection: Connection, step: str, now: int) -> Connection:
    """Record that a step is done. Doing so again keeps the first time."""
    raise NotImplementedError
