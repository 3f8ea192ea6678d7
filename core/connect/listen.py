"""Listening: the callback URL, the subscription requests that came, and confirming one (which pins its topic)."""

from dataclasses import dataclass

from core.aws import topics
from core.connect import access
from core.diagnosis import Context, explain, finding
from core.diagnosis.diagnosis import Diagnosis
from core.errors import NotFound
from core.members.actor import Actor
from core.members.roles import require, require_sight
from core.members.tokens import fresh
from core.settings import Settings
from core.store import audit, callbacks, connections, findings
from core.store.engine import Store
from core.store.rows import fingerprint
from core.store.tables import Connection, Topic
from core.vault import Secret, Vault
from core.vault.owner import callback as owner

UNCONFIRMED = "subscription-not-confirmed"


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
    """The connection's open callback, made on first use. Admin only: whoever has the URL can ask to report here."""
    require(actor, "admin")
    if there := kept_callback(store, vault, settings, connection):
        return there
    token = fresh()
    sealed = vault.seal(Secret(token), owner(connection.uuid, fingerprint(token)))
    with store.write() as conn:
        callback_id = callbacks.add(conn, connection.id or 0, token, True, sealed, now)
        audit.append(conn, actor.name, "callback-made", connection.name, {}, now)
    return _shown(settings, connection, callback_id, token)


def kept_callback(
    store: Store, vault: Vault, settings: Settings, connection: Connection
) -> CallbackShown | None:
    """The connection's open callback, None when there is none yet. For walks that have asked for the role themselves."""
    for kept in callbacks.of_connection(store, connection.id or 0):
        if kept.open and kept.token_sealed:
            token = vault.unseal(kept.token_sealed, owner(connection.uuid, kept.token_hash)).reveal()
            return _shown(settings, connection, kept.id or 0, token)
    return None


def requests(store: Store, connection: Connection) -> list[Request]:
    """The topics at this connection's callbacks, waiting ones first."""
    found = [_request(connection, topic) for topic in callbacks.topics(store, connection.id or 0)]
    return sorted(found, key=lambda one: (one.state != "waiting", one.confirmed, one.arn))


def confirm(
    store: Store,
    vault: Vault,
    settings: Settings,
    connection: Connection,
    topic_id: int,
    actor: Actor,
    now: int,
) -> Confirmed:
    """Pin the topic and tell Amazon, by API, never by fetching a URL. Admin only.

    Pinned first: Amazon begins to deliver the moment it takes the confirmation.
    """
    require(actor, "admin")
    require_sight(actor, connection.id or 0)
    topic = callbacks.topic_by_id(store, topic_id)
    if topic is None or topic.connection_id != connection.id:
        raise NotFound("This request is gone. Look at the list again.")
    with store.write() as conn:
        callbacks.pin(conn, topic.callback_id, topic.arn, now)
        audit.append(conn, actor.name, "topic-pinned", connection.name, {"topic": topic.arn}, now)
    subscription, found = _tell_amazon(store, vault, settings, connection, topic, now)
    with store.write() as conn:
        if found is None:
            callbacks.confirmed(conn, topic_id, subscription, now)
            findings.resolve(conn, connection.id or 0, UNCONFIRMED, topic.arn, now)
            findings.resolve(conn, connection.id or 0, "unsubscribed-by-amazon", topic.arn, now)
            connections.note_step(conn, connection.id or 0, "listen", now)
        else:
            findings.raise_(
                conn, connection.id or 0, UNCONFIRMED, topic.arn, {"reason": found.reference}, now
            )
    return Confirmed(subscription, found)


def _tell_amazon(
    store: Store, vault: Vault, settings: Settings, connection: Connection, topic: Topic, now: int
) -> tuple[str | None, Diagnosis | None]:
    """ConfirmSubscription with the token that waited: the subscription's ARN, or why not."""
    if topic.confirmed_at and not topic.confirm_token:
        return topic.subscription_arn, None
    if not topic.confirm_token or now - (topic.confirm_token_at or 0) > callbacks.TOKEN_LIFE:
        return None, finding("token-not-taken", region=connection.region)
    try:
        return topics.confirm(
            access.of(store, vault, settings, connection, even_disabled=True), topic.arn, topic.confirm_token
        ), None
    except (
        Exception
    ) as error:  # the topic stays pinned; what Amazon said is shown, and Confirm can be pressed again
        region = topics.region_of(topic.arn)
        about = Context(
            region=region,
            service="sns",
            operation="ConfirmSubscription",
            host=f"sns.{region}.amazonaws.com",
            now=now,
        )
        return None, explain(error, about)


def _request(connection: Connection, topic: Topic) -> Request:
    account, region = topics.account_of(topic.arn), topics.region_of(topic.arn)
    foreign = region != connection.region or bool(connection.account_id and account != connection.account_id)
    expires = (
        topic.confirm_token_at + callbacks.TOKEN_LIFE
        if topic.confirm_token and topic.confirm_token_at
        else None
    )
    return Request(
        topic.id or 0, topic.callback_id, topic.arn, topic.state, topic.confirmed_at is not None, expires, foreign,
        topic.last_event_at,
    )  # fmt: skip


def _shown(settings: Settings, connection: Connection, callback_id: int, token: str) -> CallbackShown:
    path = f"/sns/{token}"
    if connection.demo:
        return CallbackShown(callback_id, path, f"http://127.0.0.1:{settings.port}{path}")
    public = settings.public_url.rstrip("/")
    return CallbackShown(callback_id, path, f"{public}{path}" if public else None)
