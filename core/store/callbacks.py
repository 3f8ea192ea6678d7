"""Callbacks (/sns/{token}) and the topics that may speak there."""

import hmac
from dataclasses import dataclass

import msgspec
import sqlalchemy as sa

from core.store.rows import Source, fingerprint, many, one, reading, table
from core.store.rows import add as _add
from core.store.tables import Callback, Connection, Topic

_callbacks, _topics, _connections = table(Callback), table(Topic), table(Connection)
MOST_WAITING = 10
TOKEN_LIFE = 48 * 3_600_000  # milliseconds; Amazon's confirmation tokens live as long


class HeldTopic(msgspec.Struct, frozen=True):
    """What the receiver must know of a topic; a row's fields would cost it two microseconds of each message."""

    id: int
    connection_id: int
    arn: str
    state: str
    demo: bool
    signature_version: str | None
    certificate_pem: str | None


@dataclass(frozen=True, slots=True)
class CallbackWithTopics:
    """What the receiver must know to judge a notification at one token."""

    id: int
    connection_id: int
    connection_name: str
    region: str
    open: bool
    demo: bool
    disabled: bool
    topics: tuple[HeldTopic, ...]

    def topic(self, arn: str) -> HeldTopic | None:
        """The topic with exactly this ARN."""
        return next((topic for topic in self.topics if topic.arn == arn), None)


def add(conn: sa.Connection, connection_id: int, token: str, open: bool, sealed: str | None, now: int) -> int:
    """Store a new callback; of its token only the hash, and the sealed form when there is one. Returns its number."""
    row = Callback(
        connection_id=connection_id,
        token_hash=fingerprint(token),
        token_sealed=sealed,
        open=open,
        created_at=now,
    )
    return _add(conn, row)


def find(source: Source, token: str) -> CallbackWithTopics | None:
    """The callback whose token this is, with its topics."""
    wanted = fingerprint(token)
    with reading(source) as conn:
        row = conn.execute(
            sa.select(
                _callbacks.c.id, _callbacks.c.connection_id, _callbacks.c.token_hash, _callbacks.c.open,
                _connections.c.name, _connections.c.region, _connections.c.demo, _connections.c.disabled,
            )
            .join(_connections, _connections.c.id == _callbacks.c.connection_id)
            .where(_callbacks.c.token_hash == wanted)
        ).first()  # fmt: skip
        if row is None or not hmac.compare_digest(row.token_hash, wanted):
            return None
        columns = [_topics.c[name] for name in HeldTopic.__struct_fields__]
        found = conn.execute(
            sa.select(*columns).where(_topics.c.callback_id == row.id).order_by(_topics.c.id)
        )
        held = tuple(HeldTopic(*topic) for topic in found)
    return CallbackWithTopics(
        row.id, row.connection_id, row.name, row.region, row.open, row.demo, row.disabled, held
    )


def of_connection(source: Source, connection_id: int) -> list[Callback]:
    """The callbacks of a connection, oldest first."""
    statement = (
        sa.select(_callbacks).where(_callbacks.c.connection_id == connection_id).order_by(_callbacks.c.id)
    )
    return many(source, Callback, statement)


def topics(source: Source, connection_id: int) -> list[Topic]:
    """The topics of a connection, oldest first."""
    statement = sa.select(_topics).where(_topics.c.connection_id == connection_id).order_by(_topics.c.id)
    return many(source, Topic, statement)


def last_heard(source: Source) -> dict[int, int]:
    """Each pinned topic that was ever heard, by its number, with when in ms."""
    heard = sa.select(_topics.c.id, _topics.c.last_event_at).where(
        _topics.c.state == "pinned", _topics.c.last_event_at.is_not(None)
    )
    with reading(source) as conn:
        return {int(row.id): int(row.last_event_at) for row in conn.execute(heard)}


def topic_by_id(source: Source, topic_id: int) -> Topic | None:
    """The topic with this number."""
    return one(source, Topic, _topics.c.id == topic_id)


def pin(
    conn: sa.Connection,
    callback_id: int,
    arn: str,
    now: int,
    certificate_pem: str | None = None,
    demo: bool = False,
) -> int:
    """Accept a topic at a callback from now on, whether it waited or is new. Returns the topic's number."""
    topic = _at(conn, callback_id, arn)
    if topic is None:
        topic = _new(conn, callback_id, arn, now)
        topic.state, topic.certificate_pem, topic.demo = "pinned", certificate_pem, demo
        return _add(conn, topic)
    changes: dict[str, object] = {"state": "pinned"}
    if certificate_pem is not None:
        changes |= {"certificate_pem": certificate_pem, "demo": demo}
    conn.execute(sa.update(_topics).where(_topics.c.id == topic.id).values(changes))
    return topic.id or 0


def wait(
    conn: sa.Connection,
    callback_id: int,
    arn: str,
    confirm_token: str,
    now: int,
    certificate_pem: str | None = None,
    demo: bool = False,
) -> bool:
    """Note that a topic asks to be confirmed, or asks again. False when ten are waiting already."""
    topic = _at(conn, callback_id, arn)
    if topic is not None:
        asked = {"confirm_token": confirm_token, "confirm_token_at": now}
        again = {"state": "waiting"} if topic.state == "unsubscribed" else {}
        conn.execute(sa.update(_topics).where(_topics.c.id == topic.id).values(asked | again))
        return True
    waiting = conn.execute(
        sa.select(sa.func.count())
        .select_from(_topics)
        .where(_topics.c.callback_id == callback_id, _topics.c.state == "waiting")
    ).scalar_one()
    if waiting >= MOST_WAITING:
        return False
    topic = _new(conn, callback_id, arn, now)
    topic.confirm_token, topic.confirm_token_at = confirm_token, now
    topic.certificate_pem, topic.demo = certificate_pem, demo
    _add(conn, topic)
    return True


def confirmed(conn: sa.Connection, topic_id: int, subscription_arn: str | None, now: int) -> None:
    """Note that Amazon accepted the confirmation; its token is forgotten."""
    values = {
        "state": "pinned", "confirmed_at": now, "subscription_arn": subscription_arn,
        "confirm_token": None, "confirm_token_at": None,
    }  # fmt: skip
    conn.execute(sa.update(_topics).where(_topics.c.id == topic_id).values(values))


def unsubscribed(conn: sa.Connection, topic_id: int) -> bool:
    """Note that Amazon says this topic no longer sends here. It stays pinned in effect: late messages still count.

    False when we had left it ourselves, so that this is no news.
    """
    state = conn.execute(sa.select(_topics.c.state).where(_topics.c.id == topic_id)).scalar()
    conn.execute(
        sa.update(_topics).where(_topics.c.id == topic_id).values(confirmed_at=None, subscription_arn=None)
    )
    return bool(state != "unsubscribed")


def left(conn: sa.Connection, callback_id: int, arn: str) -> None:
    """Note that we end a topic's subscription ourselves; what was on its way is still taken."""
    values = {"state": "unsubscribed", "confirmed_at": None, "subscription_arn": None, "confirm_token": None}
    conn.execute(
        sa.update(_topics)
        .where(_topics.c.callback_id == callback_id, _topics.c.arn == arn)
        .values({**values, "confirm_token_at": None})
    )


def seen_version(conn: sa.Connection, topic_id: int, signature_version: str) -> None:
    """Note with which signature version a topic last signed."""
    conn.execute(
        sa.update(_topics)
        .where(_topics.c.id == topic_id, _topics.c.signature_version.is_distinct_from(signature_version))
        .values(signature_version=signature_version)
    )


def forget_token(conn: sa.Connection, topic_id: int) -> None:
    """Forget a confirmation token that Amazon does not take any more."""
    values = {"confirm_token": None, "confirm_token_at": None}
    conn.execute(sa.update(_topics).where(_topics.c.id == topic_id).values(values))


def forget_old_tokens(conn: sa.Connection, now: int) -> int:
    """Forget confirmation tokens older than 48 hours; returns how many."""
    return conn.execute(
        sa.update(_topics)
        .where(_topics.c.confirm_token.is_not(None), _topics.c.confirm_token_at < now - TOKEN_LIFE)
        .values(confirm_token=None, confirm_token_at=None)
    ).rowcount


def _at(conn: sa.Connection, callback_id: int, arn: str) -> Topic | None:
    return one(conn, Topic, _topics.c.callback_id == callback_id, _topics.c.arn == arn)


def _new(conn: sa.Connection, callback_id: int, arn: str, now: int) -> Topic:
    connection_id = conn.execute(
        sa.select(_callbacks.c.connection_id).where(_callbacks.c.id == callback_id)
    ).scalar_one()
    return Topic(connection_id=connection_id, callback_id=callback_id, arn=arn, created_at=now)
