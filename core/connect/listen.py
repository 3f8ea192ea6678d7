"""Listening: the callback URL, the subscription requests that came, and confirming one (which pins its topic)."""

from dataclasses import dataclass

from core.diagnosis.diagnosis import Diagnosis
from core.members.actor import Actor
from core.settings import Settings
from core.store.engine import Store
from core.store.tables import Connection
from core.vault import Vault


@dataclass(frozen=True, slots=True)
class CallbackShown:
    """A callback as the page shows it. `url` is None while there is no public URL."""

    callback_id: int
    path: str  # /sns/…
    url: str | None


@dataclass(frozen=True, slots=True)
class Request:
    """One topic at our callback: waiting for Confirm, pinned, or unsubscribed."""

    topic_id: int
    callback_id: int
    arn: str
    state: str  # waiting | pinned | unsubscribed
    confirmed: bool  # Amazon has taken our confirmation
    expires_at: int | None  # of the confirmation token; None when there is none
    foreign: bool  # another account or region than this connection's
    last_event_at: int | None


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What Confirm did: the topic is pinned; `finding` says what is left to do when Amazon did not take it."""

    subscription_arn: str | None
    finding: Diagnosis | None


def callback(
    store: Store, vault: Vault, settings: Settings, connection: Connection, actor: Actor, now: int
) -> CallbackShown:
    """The connection's open callback, made on first use. Admin only."""
    raise NotImplementedError


def requests(store: Store, connection: Connection) -> list[Request]:
    """The topics at this connection's callbacks, waiting ones first."""
    raise NotImplementedError


def confirm(
    store: Store,
    vault: Vault,
    settings: Settings,
    connection: Connection,
    topic_id: int,
    actor: Actor,
    now: int,
) -> Confirmed:
    """Pin the topic and tell Amazon, by API, never by fetching a URL. Admin only."""
    raise NotImplementedError
