"""Ninety days of sample mail, through the same parse and record code as every notification; only the RSA signature is skipped.

The same day always gives the same mail with the same ids: loading again, or going on after an interruption, stores
nothing twice.
"""

import heapq
from collections.abc import Callable, Iterator

from core.demo import payload, statistics, stories
from core.demo.campaigns import identifier, mails_of
from core.demo.fates import fate_of
from core.demo.mail import Mail
from core.events.event import EventFlag, Notification
from core.moment import DAY, day_of
from core.receiver.batch import take_in_now
from core.store.engine import Store
from core.store.tables import Connection, Topic

DAYS = 90
BATCH = 256
_WAY = 350  # milliseconds between an event, its publishing, and its coming in

_Told = tuple[int, str, dict[str, object], str]  # when, type, payload, SNS message id
# when, sequence, type, mail, payload, SNS message id
_Pending = tuple[int, int, str, Mail, dict[str, object], str]


def load(
    store: Store,
    connection: Connection,
    topic: Topic,
    now: int,
    progress: Callable[[float], None] | None = None,
    days: int = DAYS,
) -> int:
    """Store the sample mail of the last days up to `now`; returns how many notifications were new.

    `progress` hears the share done, 0 to 1; what it raises ends the loading. Ends by itself when the connection is removed.
    """
    stored, heard = 0, -1.0
    batch: list[Notification] = []
    first = day_of(now) - days + 1
    for at, notification in _notifications(connection.id or 0, topic.id, now, days):
        batch.append(notification)
        if len(batch) < BATCH:
            continue
        new = take_in_now(store, batch)
        if None in new:
            return stored
        stored += sum(1 for each in new if each)
        batch = []
        share = min(0.99, (at / DAY - first) / days)
        if progress is not None and share >= heard + 0.01:
            heard = share
            progress(share)
    stored += sum(1 for each in take_in_now(store, batch) if each)
    if progress is not None:
        progress(1.0)
    return stored


def counts(now: int) -> statistics.Points:
    """What Amazon would have counted of the sample in its last two weeks: of every bounce and complaint that `load` stores."""
    points: statistics.Points = {}
    first = now // statistics.QUARTER - statistics.KEPT
    for days_ago in range(statistics.KEPT // 96 + 2, -1, -1):
        for mail, told in _mails_of(day_of(now) - days_ago, days_ago):
            if mail.sent_at < now - 2 * _WAY:
                statistics.attempts(points, mail.sent_at, mail.recipients)
            for at, kind, body, _ in told:
                if at < now - 2 * _WAY:
                    statistics.event(points, at, kind, body, mail.recipients)
    return {quarter: point for quarter, point in points.items() if quarter >= first}


def _mails_of(day: int, days_ago: int) -> Iterator[tuple[Mail, list[_Told]]]:
    """Every mail of a day with what is told of it."""
    deferring = days_ago <= stories.DEFERRED_SINCE_DAYS_AGO
    for stream, mail, dice, complains in mails_of(day, days_ago):
        told = fate_of(stream, mail, dice, deferring, complains)
        yield mail, [(at, kind, body, identifier(dice)) for at, kind, body in told]


def _notifications(
    connection_id: int, topic_id: int | None, now: int, days: int
) -> Iterator[tuple[int, Notification]]:
    """Every notification in the order of its time, none later than now."""
    pending: list[_Pending] = []
    today = day_of(now)
    number = 0
    for days_ago in range(days - 1, -1, -1):
        day = today - days_ago
        for mail, told in _mails_of(day, days_ago):
            for at, kind, body, sns_id in told:
                number += 1
                heapq.heappush(pending, (at, number, kind, mail, body, sns_id))
        while pending and pending[0][0] < min((day + 1) * DAY, now - 2 * _WAY):
            at, _, kind, mail, body, sns_id = heapq.heappop(pending)
            yield at, _notification(connection_id, topic_id, at, kind, mail, body, sns_id)


def _notification(
    connection_id: int,
    topic_id: int | None,
    at: int,
    kind: str,
    mail: Mail,
    body: dict[str, object],
    sns_id: str,
) -> Notification:
    """One verified notification, by the channel its mail is reported on."""
    if mail.configuration_set:
        subject, message = payload.SUBJECT, payload.event_notice(kind, mail, body)
    else:
        subject, message = None, payload.identity_notice(kind, mail, body, with_headers=False)
    return Notification(
        connection_id, topic_id, sns_id, subject, message, at + _WAY, at + 2 * _WAY, "2", EventFlag.DEMO
    )
