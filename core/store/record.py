"""Recording what came in: everything once, in any order, with the rollups in the same transaction."""

import json
from collections.abc import Collection, Iterable, Sequence

import sqlalchemy as sa

from core import moment
from core.events.contribution import is_drill
from core.events.event import Event, EventFlag, Notification, Parsed
from core.events.outcome import DRILL, Outcome, fold, spell_tags, unheard
from core.moment import SECOND
from core.store import departures, retention
from core.store.bulk import Row, run
from core.store.event_rows import row_of, write_events
from core.store.ledger import Ledger, hold, hold_addresses
from core.store.raw import Key, by_https_too, key_of, write_raw
from core.store.suppressing import Accusation, pardon, suppress_accused

Taken = tuple[Notification, Parsed]
_TAGGED = int(EventFlag.DRILL)
_TOUCH = "UPDATE topics SET last_event_at=? WHERE id=? AND (last_event_at IS NULL OR last_event_at<?)"


def record(
    conn: sa.Connection, taken: Sequence[Taken], slot: int | None = None, now: int | None = None
) -> list[bool]:
    """Store notifications with what they hold, inside the caller's transaction. True = new, False = stored before.

    Each notification is kept raw; each fact becomes one event; each event is folded into the Outcome of its recipient;
    what the Outcomes now contribute more or less is added to the rollups; and whoever bounced for good or complained is
    put on the suppression list. `slot` None: the sums go where nobody else on PostgreSQL adds to them just now. `now`:
    when the list is changed, None for this moment and not when the notification came, or who follows it might miss that.
    """
    first: dict[Key, Taken] = {}
    keys = [key_of(notification) for notification, _ in taken]
    first_in_batch = []
    for key, each in zip(keys, taken, strict=True):
        first_in_batch.append(key not in first)
        first.setdefault(key, each)
    hold(conn, _held(first.values()))
    numbers = write_raw(conn, list(first.values()))
    fresh = [(first[key], number) for key, number in sorted(numbers.items())]
    _record_events(conn, [(each, number) for each, number in fresh if each[1].events], slot, now)
    again = [each[0] for key, each in first.items() if key not in numbers]
    _touch_topics(conn, [notification for (notification, _), _ in fresh] + by_https_too(conn, again))
    return [new and key in numbers for key, new in zip(keys, first_in_batch, strict=True)]


def record_again(conn: sa.Connection, taken: Taken, number: int, now: int, slot: int | None = None) -> None:
    """Store what a notification holds that was kept raw until now, under its old number. Facts known already change nothing."""
    hold(conn, _held([taken]))
    if taken[1].events:
        _record_events(conn, [(taken, number)], slot, now)


def _held(taken: Iterable[Taken]) -> set[tuple[int, str]]:
    held: set[tuple[int, str]] = set()
    for notification, parsed in taken:
        messages = {event.message_id for event in parsed.events} or {""}
        held |= {(notification.connection_id, message or notification.sns_message_id) for message in messages}
    return held


def _record_events(
    conn: sa.Connection, fresh: Sequence[tuple[Taken, int]], slot: int | None, now: int | None
) -> None:
    keys: dict[tuple[int, str], None] = {}
    for (notification, parsed), _ in fresh:
        for event in parsed.events:
            if event.message_id:
                keys[notification.connection_id, event.message_id] = None
    ledger = Ledger(conn, keys)
    aside: dict[tuple[int, str], dict[str, Outcome]] = {
        key: {} for key in _closed(conn, [each for each, _ in fresh], ledger, now)
    }
    rows: list[Row] = []
    accusations: list[Accusation] = []
    wishes: list[tuple[int, Event, int]] = []
    drills: dict[tuple[int, str], set[str]] = {}
    for (notification, parsed), number in fresh:
        if int(parsed.events[0].flags) & _TAGGED:
            _note_drill(drills, ledger, notification.connection_id, parsed.events)
        tags = spell_tags(parsed.events[0].tags)
        spelled = None if tags is None else _as_told(parsed.events[0], tags)
        for event in parsed.events:
            rows.append(row_of(notification, event, spelled, number))
            if event.message_id:
                key = notification.connection_id, event.message_id
                gone = aside.get(key)
                if gone is None:
                    fold(ledger.open(key, event.recipient, event.occurred_at), event, tags)
                else:
                    fold(gone.setdefault(event.recipient, unheard(event.occurred_at)), event, tags)
                if (event.wish or event.topics) and event.recipient:
                    wishes.append((key[0], event, notification.received_at))
                if event.against:
                    known = ledger.outcomes(key) if gone is None else gone
                    accusations.append(Accusation(key[0], event, notification.received_at, known))
    write_events(conn, rows)
    ledger.write(slot)
    if accusations or wishes or drills:
        # Every address in one order for everybody, before the first is looked at.
        concerned = [(one.connection_id, one.event.against) for one in accusations]
        concerned += [(wish[0], wish[1].recipient) for wish in wishes]
        for key, those in drills.items():
            those.update(ledger.outcomes(key))
            concerned += [(key[0], address) for address in those]
        hold_addresses(conn, concerned)
    changed_at = moment.now() if now is None else now
    for (connection_id, message_id), those in drills.items():
        pardon(conn, connection_id, message_id, those, changed_at)
    if accusations:
        suppress_accused(conn, accusations, changed_at)
    for connection_id, event, received_at in sorted(wishes, key=lambda wish: wish[1].occurred_at):
        at = min(event.occurred_at, received_at)
        if event.wish:
            departures.told(conn, connection_id, event.recipient, event.wish == "leave", at, changed_at)
        if event.topics:
            departures.told_groups(conn, connection_id, event.recipient, event.topics, at)


def _note_drill(
    drills: dict[tuple[int, str], set[str]], ledger: Ledger, connection_id: int, events: Sequence[Event]
) -> None:
    """Note a message that was known, and not as the drill that its tag now says it is, with whom its events speak against."""
    key = connection_id, events[0].message_id
    known = ledger.outcomes(key) if key[1] else {}
    if key in drills or (known and not is_drill(known)):
        drills.setdefault(key, set()).update(event.against for event in events)


def _closed(
    conn: sa.Connection, taken: Sequence[Taken], ledger: Ledger, now: int | None
) -> Collection[tuple[int, str]]:
    """Messages that retention has forgotten: nothing is known of them, and they are older than what is kept.

    What comes about them moves no rollup; it is an event, a wish, and a reason to be on the list as ever. `now` None:
    the notifications have just come.
    """
    earliest: dict[tuple[int, str], int] = {}
    for notification, parsed in taken:
        line = (notification.received_at if now is None else now) - retention.OLD
        for event in parsed.events:
            at = min(event.occurred_at, notification.published_at)
            if event.sent_at is not None and event.sent_at < at:
                at = event.sent_at
            if at < line and event.message_id:
                key = notification.connection_id, event.message_id
                if not ledger.outcomes(key):
                    earliest[key] = min(at, earliest.get(key, at))
    return retention.closed(conn, earliest) if earliest else ()


def _as_told(event: Event, canonical: str) -> str:
    """The tags with their values in Amazon's order, which matters only where a tag has several."""
    for values in event.tags.values():
        if len(values) > 1:
            return json.dumps(event.tags, sort_keys=True, ensure_ascii=False)
    return canonical


def _touch_topics(conn: sa.Connection, notifications: Sequence[Notification]) -> None:
    """Note when a topic was last heard, to the second: a row that every writer wants must rarely be written."""
    latest: dict[int, int] = {}
    for notification in notifications:
        if notification.topic_id is not None:
            known = latest.get(notification.topic_id, 0)
            latest[notification.topic_id] = max(known, notification.received_at)
    for topic_id, at in sorted(latest.items()):
        run(conn, _TOUCH, (at, topic_id, at - SECOND))


def mark_drill(
    conn: sa.Connection,
    connection_id: int,
    message_id: str,
    recipient: str,
    now: int,
    slot: int | None = None,
) -> None:
    """Note that the product itself sent this message as a drill: from now on it counts in no rate, events before too.

    Whom it put on the suppression list comes off again.
    """
    hold(conn, [(connection_id, message_id)])
    ledger = Ledger(conn, [(connection_id, message_id)])
    outcome = ledger.open((connection_id, message_id), recipient, now)
    outcome.flags |= DRILL
    outcome.seen_at = min(outcome.seen_at, now)
    ledger.write(slot)
    pardon(conn, connection_id, message_id, ledger.outcomes((connection_id, message_id)), now)
