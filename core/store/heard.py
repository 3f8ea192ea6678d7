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


def both_ways(source: Source, connection_id: int, after: int = 0) -> str | None:
    """A message of the newest notifications that was told by its identity and by its configuration set too; None: none.

    `after` (ms): only what was published later counts.
    """
    newest = (
        sa.select(_raw.c.message, _raw.c.published_at)
        .where(_raw.c.connection_id == connection_id, _raw.c.published_at > after)
        .order_by(_raw.c.published_at.desc())
        .limit(NEWEST * 4)
    )
    with reading(source) as conn:
        messages = [row.message for row in conn.execute(newest)]
    ways: dict[str, set[str]] = {}
    for message in messages:
        way, number = _way(message)
        if way and number:
            ways.setdefault(number, set()).add(way)
            if len(ways[number]) == 2:
                return number
    return None


def _way(message: str) -> tuple[str, str]:
    """By which way a message was told, and the mail's id; empty where it is no SES event."""
    try:
        said = json.loads(message)
        number = str(said["mail"]["messageId"])
    except (ValueError, KeyError, TypeError):
        return "", ""
    return ("event" if "eventType" in said else "notification" if "notificationType" in said else ""), number
