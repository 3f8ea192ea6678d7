"""Is the feed silent? Mail was sent, as Amazon's counts or our own tests show, and nothing came in for a while."""

from collections.abc import Mapping
from dataclasses import dataclass

from core.charts.words import count
from core.moment import DAY, HOUR, MINUTE, QUARTER, rfc3339
from core.store import amazon_counts, callbacks, daily, heard, queues, sent_tests
from core.store.amazon_counts import Counted, plus
from core.store.engine import Store
from core.store.rates import NO_FEED, total

PATIENCE = 30 * MINUTE  # events come within seconds, Amazon's counts within minutes
TEST_PATIENCE = 10 * MINUTE
LEAST_HISTORY = 20  # mails of Amazon's count, before our share of them means anything
SHARE = 0.5  # below this most of the account's mail never reported here: its counts prove nothing


@dataclass(frozen=True, slots=True)
class Silence:
    """`since` (ms): from then on nothing came in, though mail was sent. `evidence` for the finding."""

    since: int
    evidence: Mapping[str, str]


def listening_since(store: Store, connection_id: int) -> int | None:
    """Since when reports should come in: a confirmed topic, or a queue of events. None while nothing is set up."""
    topics = [
        one.confirmed_at or one.created_at
        for one in callbacks.topics(store, connection_id)
        if one.state == "pinned" and (one.confirmed_at or one.last_event_at)
    ]
    kept = [one.created_at for one in queues.of_connection(store, connection_id) if one.kind == "events"]
    return min([*topics, *kept], default=None)


def silence(store: Store, connection_id: int, now: int) -> Silence | None:
    """The silence of a connection, or None. Only mail that was sent can make one: no mail, no silence."""
    began = listening_since(store, connection_id)
    if began is None:
        return None
    last = heard.last_event(store, connection_id)
    since = max(began, last or 0)
    evidence = {"nothing since": rfc3339(since)}
    tests = _unanswered(store, connection_id, since, now)
    if tests:
        evidence["tests without an answer"] = count(tests)
    counted = _counted(store, connection_id, since, now)
    if counted.sent and _mostly_ours(store, connection_id, began, since):
        evidence["Amazon counted since"] = f"{count(counted.sent)} sent, {count(counted.bounces)} bounced"
    return Silence(since, evidence) if len(evidence) > 1 else None


def _unanswered(store: Store, connection_id: int, since: int, now: int) -> int:
    """Our own tests that Amazon took after the last event, long enough ago, and that nothing came back of."""
    ids = [
        one.message_id
        for one in sent_tests.recent(store, [connection_id])
        if one.state == "accepted" and one.message_id and since < one.started_at < now - TEST_PATIENCE
        and one.started_at > now - DAY
    ]  # fmt: skip
    return len(set(ids) - heard.was_heard(store, connection_id, ids))


def _counted(store: Store, connection_id: int, since: int, now: int) -> Counted:
    """What Amazon counted in whole quarters after the last event, long enough ago. Where only bounces and complaints
    report, sent mail alone proves nothing."""
    until = (now - PATIENCE) // QUARTER * QUARTER
    first = -(-since // QUARTER) * QUARTER + QUARTER  # Amazon's quarters need not begin where ours do
    found = Counted()
    for one in amazon_counts.by_quarter(store, connection_id, first, until).values():
        found = plus(found, one)
    days = (now - 30 * DAY) // DAY, now // DAY
    if total(store, [connection_id], *days).unknown == NO_FEED and not (found.bounces or found.complaints):
        return Counted()
    return found


def _mostly_ours(store: Store, connection_id: int, began: int, since: int) -> bool:
    """Whether, while reports came, most of what Amazon counted was reported here."""
    known = amazon_counts.known(store, connection_id)
    first, last = max(known.first, began) // HOUR + 1, since // HOUR
    amazon = amazon_counts.by_span(store, connection_id, first * HOUR, last * HOUR, HOUR)
    sent = sum(one.sent for one in amazon.values())
    if sent < LEAST_HISTORY:
        return True
    ours = daily.hourly(store, [connection_id], first, last - 1)
    return sum(one.sent for one in ours.values()) >= SHARE * sent
