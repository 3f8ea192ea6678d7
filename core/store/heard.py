"""When and what was heard of a connection: the questions of whoever watches the feed. Times in ms."""

import json
from dataclasses import dataclass

import sqlalchemy as sa

from core.events.event import UNKNOWN
from core.events.fact import NOT_TRIED
from core.store.rows import Source, reading, table
from core.store.tables import RawNotification, Rollup, SentTest, StoredEvent

_raw, _events, _rollups, _tests = table(RawNotification), table(StoredEvent), table(Rollup), table(SentTest)
NEWEST = 50  # events looked at to find the last one that came in
PUBLISHED_DRILL = "ses-desk-drill-"  # begins the message id of a drill that SES has no part in


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What Amazon may count and we do not, in events of one span of time."""

    untried_bounces: int = 0  # SES never tried: on a suppression list
    untried_complaints: int = 0
    bounce_notices: int = 0  # messages with a bounce, however many recipients each names
    complaint_notices: int = 0
    simulated: int = 0  # tests of ours to Amazon's mailbox simulator


@dataclass(frozen=True, slots=True)
class Twice:
    """A message that was told both ways. `identity` "" where Amazon did not name it."""

    identity: str
    message_id: str
    configuration_set: str


@dataclass(frozen=True, slots=True)
class _Told:
    """One notification of SES: by its identity ("notification") or by a configuration set ("event")."""

    way: str
    message_id: str
    identity: str
    configuration_set: str


def first_notification(source: Source, connection_id: int) -> int | None:
    """When the first notification that is kept was published."""
    statement = sa.select(sa.func.min(_raw.c.published_at)).where(_raw.c.connection_id == connection_id)
    with reading(source) as conn:
        found: int | None = conn.execute(statement).scalar()
    return found


def first_day(source: Source, connection_id: int) -> int | None:
    """The first day (since 1970) on which anything of ours is counted."""
    where = (
        _rollups.c.connection_id == connection_id,
        _rollups.c.dimension == "",
        _rollups.c.grain == "d",
        _rollups.c.cohort == "s",
    )
    with reading(source) as conn:
        found: int | None = conn.execute(sa.select(sa.func.min(_rollups.c.bucket)).where(*where)).scalar()
    return found


def last_event(source: Source, connection_id: int) -> int | None:
    """When the last event that SES told came in. Notices, what is no SES event, and what we published to the topic
    ourselves prove nothing of the feed."""
    newest = (
        sa.select(_events.c.received_at, _events.c.type, _events.c.message_id)
        .where(_events.c.connection_id == connection_id)
        .order_by(_events.c.occurred_at.desc())
        .limit(NEWEST)
    )
    with reading(source) as conn:
        rows = conn.execute(newest).all()
    told = (row for row in rows if row.type != UNKNOWN and not row.message_id.startswith(PUBLISHED_DRILL))
    return max((row.received_at for row in told), default=None)


def was_heard(source: Source, connection_id: int, message_ids: list[str]) -> set[str]:
    """Which of these messages anything came in for."""
    statement = sa.select(_events.c.message_id).where(
        _events.c.connection_id == connection_id, _events.c.message_id.in_(message_ids)
    )
    with reading(source) as conn:
        return set(conn.execute(statement).scalars())


def unreadable(source: Source, connection_id: int, since: int, until: int) -> int:
    """How many notifications of a span are kept but could not be read."""
    where = (
        _raw.c.connection_id == connection_id,
        _raw.c.published_at >= since,
        _raw.c.published_at < until,
        _raw.c.state == "quarantined",
    )
    with reading(source) as conn:
        return int(conn.execute(sa.select(sa.func.count()).select_from(_raw).where(*where)).scalar_one())


def left_out(source: Source, connection_id: int, since: int, until: int) -> LeftOut:
    """Counted from the events of a span; meant for single days that differ."""
    untried = _events.c.bounce_subtype.in_(NOT_TRIED)
    is_bounce, is_complaint = _events.c.type == "Bounce", _events.c.type == "Complaint"

    def many(condition: sa.ColumnElement[bool], what: sa.ColumnElement[str]) -> sa.ColumnElement[int]:
        return sa.func.count(sa.distinct(sa.case((condition, what))))

    columns = (
        sa.func.coalesce(sa.func.sum(sa.case((sa.and_(is_bounce, untried), 1), else_=0)), 0),
        sa.func.coalesce(sa.func.sum(sa.case((sa.and_(is_complaint, untried), 1), else_=0)), 0),
        many(is_bounce, _events.c.message_id),
        many(is_complaint, _events.c.message_id),
    )
    where = (
        _events.c.connection_id == connection_id,
        _events.c.occurred_at >= since,
        _events.c.occurred_at < until,
        _events.c.type.in_(("Bounce", "Complaint")),
    )
    tests = (
        _tests.c.connection_id == connection_id,
        _tests.c.drill,
        _tests.c.state == "accepted",
        _tests.c.started_at >= since,
        _tests.c.started_at < until,
    )
    with reading(source) as conn:
        numbers = [int(number) for number in conn.execute(sa.select(*columns).where(*where)).one()]
        simulated = conn.execute(sa.select(sa.func.count()).select_from(_tests).where(*tests)).scalar_one()
    return LeftOut(*[*numbers, int(simulated)])


def both_ways(source: Source, connection_id: int, after: int = 0) -> list[Twice]:
    """Who among the newest notifications told a message by its identity and by its configuration set too, each identity once.

    `after` (ms): only what was published later counts.
    """
    by_message: dict[str, dict[str, _Told]] = {}
    found: dict[str, Twice] = {}
    for one in _newest(source, connection_id, after):
        ways = by_message.setdefault(one.message_id, {})
        ways.setdefault(one.way, one)
        if len(ways) == 2:
            identity = ways["notification"].identity or ways["event"].identity
            found.setdefault(identity, Twice(identity, one.message_id, ways["event"].configuration_set))
    return list(found.values())


def senders(source: Source, connection_id: int) -> list[str]:
    """The identities that the newest notifications name, the latest first."""
    newest = _newest(source, connection_id, 0)
    return list(dict.fromkeys(one.identity for one in newest if one.identity))


def _newest(source: Source, connection_id: int, after: int) -> list[_Told]:
    newest = (
        sa.select(_raw.c.message, _raw.c.published_at)
        .where(_raw.c.connection_id == connection_id, _raw.c.published_at > after)
        .order_by(_raw.c.published_at.desc())
        .limit(NEWEST * 4)
    )
    with reading(source) as conn:
        messages = [row.message for row in conn.execute(newest)]
    return [one for message in messages if (one := _read(message)) is not None]


def _read(message: str) -> _Told | None:
    """By which way a message was told, and of whose mail; None where it is no SES event."""
    try:
        said = json.loads(message)
        mail = said["mail"]
        number, arn = str(mail["messageId"]), str(mail.get("sourceArn") or "")
        sets = (mail.get("tags") or {}).get("ses:configuration-set") or [""]
        way = "event" if "eventType" in said else "notification" if "notificationType" in said else ""
        told = _Told(way, number, arn.partition(":identity/")[2], str(sets[0]))
    except (ValueError, KeyError, TypeError, AttributeError, IndexError):
        return None
    return told if way and number else None
