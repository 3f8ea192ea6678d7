"""Recording: several writers, odd text, notices, quarantine, pages of events."""

import json
import threading
from typing import Any

import pytest
import sqlalchemy as sa
from test_rates_against_the_slow_model import connect, everything, keep
from told import DAY, FIRST, taken

from core.errors import BadInput
from core.events.event import Notification, Parsed
from core.events.parse import parse
from core.store import callbacks, daily, rates, raw
from core.store.engine import Store, open_store
from core.store.explorer import EventFilter, events
from core.store.record import Taken, record
from core.store.rows import table
from core.store.sums import identities_of
from core.store.tables import RawNotification

AT = FIRST * DAY + 7


def send(message: str, to: str, at: int = AT, kind: str = "Send", **mail: Any) -> dict[str, Any]:
    from told import written

    payload: dict[str, Any] = {"timestamp": written(at)}
    if kind == "Bounce":
        payload |= {
            "bounceType": "Permanent",
            "bounceSubType": "General",
            "bouncedRecipients": [{"emailAddress": to}],
        }
    base = {"messageId": message, "destination": [to], "timestamp": written(at), "source": "n@x.example"}
    return {"eventType": kind, "mail": base | mail, kind.lower(): payload}


def test_writers_at_once_lose_nothing_and_count_nothing_twice(store: Store) -> None:
    connection_id, alone = connect(store), connect(store)
    bodies = [
        send(f"m{n % 40}", f"p{n % 3}@x.example", AT + n, "Bounce" if n % 4 == 0 else "Send")
        for n in range(240)
    ]
    problems: list[BaseException] = []

    def write(slot: int) -> None:
        own = open_store(store.engine.url.render_as_string(hide_password=False))
        try:
            mine = [
                taken(body, connection_id, AT + n, n) for n, body in enumerate(bodies) if n % 2 == slot % 2
            ]
            keep(own, mine if slot < 2 else mine[::-1], 16)
        except BaseException as error:
            problems.append(error)
        finally:
            own.close()

    threads = [threading.Thread(target=write, args=(slot,)) for slot in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    keep(store, [taken(body, alone, AT + n, n) for n, body in enumerate(bodies)], 240)
    assert everything(store, connection_id) == everything(store, alone)


@pytest.mark.parametrize(
    "message", ["plain", "", "nul \x00 inside", "lone \ud800", "\u241balready", "ümläut 😀\n"]
)
def test_the_message_is_kept_exactly(store: Store, message: str) -> None:
    connection_id = connect(store)
    notification = Notification(connection_id, None, "id", "Sub\x00ject", message, AT, AT, "2")
    keep(store, [(notification, parse(notification))])
    page = events(store, [connection_id], EventFilter()).events
    assert [event.type for event in page] == ["UNKNOWN"]
    assert page[0].raw_id is not None
    found = raw.by_id(store, connection_id, page[0].raw_id)
    assert found is not None
    assert (found.message, found.subject) == (message, "Sub\x00ject")
    assert raw.by_id(store, connection_id + 1, page[0].raw_id) is None


def test_a_notice_is_kept_without_an_event_and_a_quarantined_one_with_its_reason(store: Store) -> None:
    connection_id = connect(store)

    def one(number: str, parsed: Parsed) -> Taken:
        return Notification(connection_id, None, number, None, "text", AT, AT, "2"), parsed

    assert keep(
        store, [one("a", Parsed((), notice="identity-topic-ready")), one("b", Parsed((), quarantine="bug"))]
    ) == [True, True]
    raws = table(RawNotification)
    with store.read() as conn:
        rows = conn.execute(
            sa.select(raws.c.state, raws.c.note)
            .where(raws.c.connection_id == connection_id)
            .order_by(raws.c.id)
        ).fetchall()
    assert [tuple(row) for row in rows] == [("notice", "identity-topic-ready"), ("quarantined", "bug")]
    assert events(store, [connection_id], EventFilter()).events == []


def test_an_empty_batch_is_nothing(store: Store) -> None:
    with store.write() as conn:
        assert record(conn, []) == []


def test_the_topic_knows_when_it_was_last_heard(store: Store) -> None:
    connection_id = connect(store)
    with store.write() as conn:
        callback = callbacks.add(conn, connection_id, f"t{connection_id}", True, None, 1)
        topic = callbacks.pin(conn, callback, "arn:x", 1)
    for at in (AT, AT + 5000, AT + 2000):
        notification = Notification(connection_id, topic, f"id{at}", None, "text", at, at, "2")
        keep(store, [(notification, parse(notification))])
    assert callbacks.topics(store, connection_id)[0].last_event_at == AT + 5000


def test_hostile_tags_and_names_break_nothing(store: Store) -> None:
    connection_id = connect(store)
    tags = {"n" * 3000: ["v" * 3000, "w"], "": [""], "ünï": ["\u0000 x"], "empty": []}
    body = send("m" * 3000, "r" * 3000 + "@x.example", tags=tags, sourceArn="arn:identity/" + "i" * 3000)
    keep(store, [taken(body, connection_id, AT)])
    (event,) = events(store, [connection_id], EventFilter()).events
    assert event.tags["empty"] == []
    rows = rates.rates(store, [connection_id], FIRST, FIRST, "tag:" + "n" * 3000)
    assert [row.sent for row in rows] == [1, 1]


def test_events_page_by_page_are_all_events_newest_first(store: Store) -> None:
    one, other = connect(store), connect(store)
    keep(store, [taken(send(f"m{n}", "a@x.example", AT + n // 3), one, AT + n) for n in range(20)])
    keep(store, [taken(send(f"m{n}", "b@x.example", AT + n // 3), other, AT + n) for n in range(20)])
    seen, cursor = [], None
    while True:
        page = events(store, [one, other], EventFilter(), 7, cursor)
        seen += page.events
        cursor = page.next
        if cursor is None:
            break
    assert len({event.id for event in seen}) == 40
    assert seen == sorted(seen, key=lambda event: (-event.occurred_at, event.id))
    assert seen == events(store, [other, one], EventFilter(), 1000).events


def test_events_are_filtered_by_every_key(store: Store) -> None:
    connection_id = connect(store)
    keep(store, [taken(send("m1", "a@x.example", AT), connection_id, AT)])
    keep(store, [taken(send("m1", "a@x.example", AT + 10, "Bounce"), connection_id, AT + 1)])
    keep(store, [taken(send("m2", "b@x.example", AT + 20), connection_id, AT + 2)])

    def found(**wanted: Any) -> list[str]:
        return [
            f"{e.message_id} {e.type}" for e in events(store, [connection_id], EventFilter(**wanted)).events
        ]

    assert found(message_id="m1") == ["m1 Bounce", "m1 Send"]
    assert found(recipient="b@x.example") == ["m2 Send"]
    assert found(types=("Bounce", "Click")) == ["m1 Bounce"]
    assert found(since=AT + 10, until=AT + 20) == ["m1 Bounce"]
    assert found(since=AT + 20) == ["m2 Send"]
    assert events(store, [connection_id + 1], EventFilter()).events == []
    assert events(store, [], EventFilter()).events == []


@pytest.mark.parametrize("cursor", ["", "x", "1", "1-", "-1", "1-x", "٣-1", "1-1" + "0" * 99])
def test_a_cursor_that_is_none_of_ours_is_refused(sqlite_store: Store, cursor: str) -> None:
    with pytest.raises(BadInput):
        events(sqlite_store, [1], EventFilter(), 10, cursor)


@pytest.mark.parametrize("limit", [0, -1, 1001])
def test_a_limit_out_of_range_is_refused(sqlite_store: Store, limit: int) -> None:
    with pytest.raises(BadInput):
        events(sqlite_store, [1], EventFilter(), limit)


def test_beyond_two_hundred_values_there_is_one_row_for_the_rest(store: Store) -> None:
    connection_id = connect(store)
    bodies = [
        send(f"m{n}-{k}", f"p@d{n:03}.example") for n in range(205) for k in range(2 if n == 204 else 1)
    ]
    keep(store, [taken(body, connection_id, AT + n) for n, body in enumerate(bodies)], 300)
    rows = rates.rates(store, [connection_id], FIRST, FIRST, "recipient_domain")
    assert len(rows) == 201
    assert (rows[0].key, rows[0].sent) == ("d204.example", 2)
    assert [row.key for row in rows[1:200]] == [f"d{n:03}.example" for n in range(199)]
    assert (rows[200].key, rows[200].sent) == ("(other)", 5)


def test_two_connections_together_are_the_sum_and_identities_stay_apart(store: Store) -> None:
    one, other = connect(store), connect(store)
    keep(store, [taken(send("m", "a@x.example"), one, AT), taken(send("m", "a@x.example"), other, AT)])
    keep(
        store,
        [
            taken(
                send("m2", "b@x.example", kind="Bounce", sourceArn="arn:identity/blind.example"),
                other,
                AT + 1,
            )
        ],
    )
    (day,) = rates.rates(store, [one, other], FIRST, FIRST)
    assert (day.sent, day.bounced_permanent, day.unknown) == (2, 0, "partial_delivery_feed")
    rows = rates.rates(store, [one, other], FIRST, FIRST, "identity")
    assert [(row.key, row.sent, row.bounced_permanent, row.unknown) for row in rows] == [
        ("x.example", 2, 0, None), ("blind.example", None, 1, "no_delivery_feed"),
    ]  # fmt: skip
    assert [row.sent for row in rates.rates(store, [other], FIRST, FIRST, identities=["x.example"])] == [1]
    assert identities_of(store, [one, other]) == ["blind.example", "x.example"]
    why = daily.daily(store, [one, other], FIRST, FIRST, "reason")
    assert why == {"General": {FIRST: (0, 0, 1, 0, 0, 0)}}


def test_a_connection_that_never_heard_anything_sent_nothing(store: Store) -> None:
    (row,) = rates.rates(store, [connect(store)], FIRST, FIRST)
    assert (row.sent, row.bounce_rate, row.complaint_rate, row.unknown) == (0, None, None, None)


@pytest.mark.parametrize(
    ("by", "cohort"), [("week", "sent"), ("tag:", "sent"), ("", "sent"), ("day", "both")]
)
def test_an_unknown_grouping_or_cohort_is_refused(sqlite_store: Store, by: str, cohort: str) -> None:
    with pytest.raises(BadInput):
        rates.rates(sqlite_store, [1], FIRST, FIRST, by, cohort)


def test_hours_tell_what_happened_when(store: Store) -> None:
    connection_id = connect(store)
    keep(store, [taken(send("m", "a@x.example", AT + 3_600_000 * 5, "Bounce"), connection_id, AT)])
    hour = FIRST * 24 + 5
    assert daily.hourly(store, [connection_id], hour - 9, hour + 9) == {hour: (1, 0, 1, 0, 0, 0)}


def test_day_by_day_for_each_provider(store: Store) -> None:
    connection_id = connect(store)
    keep(
        store,
        [
            taken(send("m", "a@gmail.com"), connection_id, AT),
            taken(send("n", "a@x.example", AT + DAY), connection_id, AT),
        ],
    )
    found = daily.daily(store, [connection_id], FIRST, FIRST + 1, "mailbox_provider")
    sent = {name: {day: numbers.sent for day, numbers in days.items()} for name, days in found.items()}
    assert sent == {"google": {FIRST: 1}, "other": {FIRST + 1: 1}}


def test_raw_json_survives_as_it_was(store: Store) -> None:
    connection_id = connect(store)
    body = send("m", "a@x.example")
    keep(store, [taken(body, connection_id, AT)])
    (event,) = events(store, [connection_id], EventFilter()).events
    assert event.raw_id is not None
    found = raw.by_id(store, connection_id, event.raw_id)
    assert found is not None and json.loads(found.message) == body
