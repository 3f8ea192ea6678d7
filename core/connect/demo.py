"""The demo account in one click: start the demo Amazon, connect it, wire its topics to us, load 90 days of sample mail."""

from collections.abc import Callable

from core.members.actor import Actor
from core.settings import Settings
from core.store.engine import Store
from core.store.tables import Connection
from core.vault import Vault

NAME = "Demo"
Progress = Callable[[float, str], None]


def open_demo(
    store: Store, vault: Vault, settings: Settings, actor: Actor, now: int, progress: Progress
) -> Connection:
    """Start and connect the demo account, with its sample mail. Doing so again returns the same. Admin only."""
    raise NotImplementedError


def current(store: Store) -> Connection | None:
    """The demo connection, if there is one."""
    raise NotImplementedError


def close_demo(store: Store, settings: Settings, actor: Actor, now: int) -> None:
    """Remove the demo connection with everything of it, and stop the demo Amazon. Admin only."""
    raise NotImplementedError
