"""Partitions on PostgreSQL: where a row lies, what happens where its month has none, and months that go as a whole."""

import itertools
import random
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa
from half_migrated import make_old
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from stores import fresh_database
from test_rates_against_the_slow_model import connect, everything, keep
from test_record import send
from told import DAY, FIRST, bodies, taken

from core.events.parse import parse
from core.store import connections, copying, dropping, explorer, months, partitions, retention
from core.store.engine import Store, open_store
from core.store.explorer import EventFilter
from core.store.migrate import migrate
from core.store.record import Taken
from core.worker.forgetting import forget_of

pytestmark = pytest.mark.postgres
AT = FIRST * DAY
TABLES = ("events", "outcomes", "notifications")
_copies = itertools.count()


def ses(at: int, number: int = 0) -> str:
    """A message id as Amazon makes them."""
    return f"0102{at:012x}-{number:08x}-000000"


def lying(store: Store, name: str, where: str = "1=1") -> Counter[str]:
    """How many rows lie in which partition: the ends of their names."""
    with store.read() as conn:
        found = conn.exec_driver_sql(f"SELECT tableoid::regclass::text FROM {name} WHERE {where}")
        return Counter(each.removeprefix(f"{name}_") for each in found.scalars())


def made(store: Store, name: str) -> list[str]:
    with store.read() as conn:
        return [months.spelled(each) for each in partitions.made(conn, name)]


def make(store: Store, *spelled: str) -> None:
    for name in TABLES:  # one at a time, as the worker does, or writers and we would wait for each other
        with store.write() as conn:
            partitions.make(conn, name, [months.read(f"_{each}") or 0 for each in spelled])


def decide(store: Store, connection_id: int, message_days: int, event_days: int) -> None:
    with store.write() as conn:
        retention.change(conn, connection_id, message_days=message_days, event_days=event_days)


def mails(connection_id: int, days: int, begin: int = AT) -> list[Taken]:
    """One mail a day, delivered to one and bounced by another."""
    told = []
    for day in range(days):
        at = begin + day * DAY
        told.append(taken(send(ses(at), "a@x.example", at), connection_id, at))
        told.append(taken(send(ses(at), "b@x.example", at, "Bounce"), connection_id, at + 5))
    return told


def again(told: list[Taken], now: int, copy: bool = True) -> list[Taken]:
    found = []
    for notification, _ in told:
        name = f"copy-{next(_copies)}" if copy else notification.sns_message_id
        late = replace(notification, received_at=now, sns_message_id=name)
        found.append((late, parse(late)))
    return found


# AT is 2024-10-04
MONTHS = ("2024_10", "2024_11", "2024_12", "2025_01")


def test_every_copy_of_a_message_lies_in_one_partition_whatever_time_it_tells(pg_store: Store) -> None:
    connection_id, end = connect(pg_store), months.start_of(months.of_moment(AT) + 1)
    make(pg_store, *MONTHS)
    told = [
        taken(send(ses(end - 1), "a@x.example", end - 1 + shift, kind), connection_id, end + shift)
        for shift in (0, 1, 40 * DAY)
        for kind in ("Send", "Bounce", "Open")
    ]
    random.Random(1).shuffle(told)
    keep(pg_store, told, 2)
    keep(pg_store, again(told, end + DAY), 3)
    assert set(lying(pg_store, "events")) == set(lying(pg_store, "outcomes")) == {"2024_10"}
    assert lying(pg_store, "outcomes") == {"2024_10": 1}
    with pg_store.read() as conn:
        twice = conn.exec_driver_sql(
            "SELECT count(*) FROM events GROUP BY message_id, recipient, type, detail HAVING count(*) > 1"
        )
        assert twice.all() == []


def test_a_repeated_notification_is_one_row_in_the_month_it_was_published(pg_store: Store) -> None:
    connection_id = connect(pg_store)
    make(pg_store, *MONTHS)
    told = mails(connection_id, 3)
    assert keep(pg_store, told) == [True] * 6
    assert keep(pg_store, again(told, AT + 90 * DAY, copy=False)) == [False] * 6
    assert lying(pg_store, "notifications") == {"2024_10": 6}


def test_what_has_no_partition_is_kept_and_moves_when_its_month_is_made(pg_store: Store) -> None:
    connection_id, other = connect(pg_store), connect(pg_store)
    told = mails(connection_id, 40)
    keep(pg_store, [*told, taken(send("odd", "a@x.example", AT), connection_id, AT)])
    before = everything(pg_store, connection_id)
    assert set(lying(pg_store, "events")) == {"default"}
    make(pg_store, "2024_10")
    make(pg_store, "2024_10", "2024_11")
    assert lying(pg_store, "events") == {"2024_10": 56, "2024_11": 24, "default": 1}
    assert lying(pg_store, "outcomes") == {"2024_10": 56, "2024_11": 24, "default": 1}
    assert lying(pg_store, "notifications") == {"2024_10": 57, "2024_11": 24}
    assert keep(pg_store, again(told, AT + 50 * DAY, copy=False)) == [False] * 80
    keep(pg_store, again(told, AT + 50 * DAY))
    assert everything(pg_store, connection_id)["rollups"] == before["rollups"]
    assert sum(lying(pg_store, "events").values()) == 81 and not everything(pg_store, other)["events"]


def test_making_months_beside_writers_loses_nothing_and_counts_nothing_twice(pg_store: Store) -> None:
    connection_id, alone = connect(pg_store), connect(pg_store)
    problems: list[BaseException] = []

    def write(slot: int) -> None:
        own = open_store(pg_store.engine.url.render_as_string(hide_password=False))
        try:
            keep(own, again(mails(connection_id, 100)[:: slot * 2 - 1], AT + 1), 9, slot)
        except BaseException as error:
            problems.append(error)
        finally:
            own.close()

    writers = [threading.Thread(target=write, args=(slot,)) for slot in range(2)]
    for writer in writers:
        writer.start()
    for each in MONTHS:
        make(pg_store, each)
    for writer in writers:
        writer.join()
    assert problems == []
    keep(pg_store, again(mails(alone, 100), AT + 1), 200)
    assert everything(pg_store, connection_id) == everything(pg_store, alone)
    assert set(lying(pg_store, "outcomes", f"connection_id={connection_id}")) == set(MONTHS)


def test_the_months_to_come_are_made_ahead_once(pg_store: Store) -> None:
    now = AT + 5_000 * DAY
    assert dropping.make_ahead(pg_store, now) == 9
    assert dropping.make_ahead(pg_store, now) == 0
    assert made(pg_store, "events")[-3:] == ["2038_06", "2038_07", "2038_08"]


def test_a_fresh_store_has_this_month_and_the_next(pg_store: Store) -> None:
    with pg_store.read() as conn:
        now = int(conn.exec_driver_sql("SELECT extract(epoch FROM now())").scalar_one()) * 1000
        this = months.of_moment(now)
        assert all(partitions.made(conn, name) == list(range(this - 1, this + 3)) for name in TABLES)


def test_sqlite_has_none_of_this(sqlite_store: Store) -> None:
    assert dropping.make_ahead(sqlite_store, AT) == dropping.drop_months(sqlite_store, AT) == 0


def test_a_month_goes_as_a_whole_when_nobody_keeps_it_and_its_replay_counts_nothing_twice(
    pg_store: Store,
) -> None:
    connection_id = connect(pg_store)
    make(pg_store, *MONTHS)
    told = mails(connection_id, 80)
    keep(pg_store, told, 50)
    before = everything(pg_store, connection_id)["rollups"]
    decide(pg_store, connection_id, 30, 100)
    middle = months.start_of(months.of_moment(AT) + 1) + 100 * DAY - 1
    assert dropping.drop_months(pg_store, middle) == 0, "October is not over yet"
    forget_of(pg_store, connection_id, middle)
    assert lying(pg_store, "events") == {"2024_10": 56, "2024_11": 60, "2024_12": 44}, "not row by row either"
    assert dropping.drop_months(pg_store, middle + 1) == 3
    assert [made(pg_store, name)[0] for name in TABLES] == ["2024_11"] * 3
    assert sum(lying(pg_store, "events").values()) == sum(lying(pg_store, "outcomes").values()) == 104
    keep(pg_store, again(told, middle + DAY) + again(told, middle + DAY, copy=False), 64)
    assert everything(pg_store, connection_id)["rollups"] == before
    assert lying(pg_store, "events")["default"] == 56, "kept as events, each fact once"
    assert set(lying(pg_store, "outcomes")) == {"2024_11", "2024_12"}


def test_what_is_younger_than_the_line_moves_and_goes_on_counting_once(pg_store: Store) -> None:
    connection_id, now = connect(pg_store), AT + 140 * DAY
    make(pg_store, *MONTHS)
    keep(pg_store, mails(connection_id, 28), 50)
    late = taken(send(ses(AT + DAY), "a@x.example", AT + 100 * DAY, "Open"), connection_id, AT + 100 * DAY)
    back = again(mails(connection_id, 1, AT + 2 * DAY), AT + 120 * DAY, copy=True)
    newest = [
        taken(send(ses(AT + 3 * DAY), "a@x.example", AT + 3 * DAY, "Complaint"), connection_id, AT + 3 * DAY)
    ]
    keep(pg_store, [late, *back, *newest])
    before = everything(pg_store, connection_id)["rollups"]
    decide(pg_store, connection_id, 30, 100)
    assert dropping.drop_months(pg_store, now) == 3
    assert set(lying(pg_store, "events")) == set(lying(pg_store, "outcomes")) == {"default"}
    with pg_store.read() as conn:
        kept = conn.exec_driver_sql("SELECT type, message_id FROM events ORDER BY id").all()
        known = set(conn.exec_driver_sql("SELECT message_id FROM outcomes").scalars())
    assert [tuple(each) for each in kept] == [("Open", ses(AT + DAY)), ("Complaint", ses(AT + 3 * DAY))]
    assert known == {ses(AT + DAY), ses(AT + 3 * DAY)}, "all that is known of them"
    keep(pg_store, again(mails(connection_id, 28), now), 50)
    assert everything(pg_store, connection_id)["rollups"] == before
    forget_of(pg_store, connection_id, now + 300 * DAY)
    assert sum(lying(pg_store, "events").values()) == 1, "what moved goes row by row"


def test_a_month_that_one_connection_keeps_is_forgotten_of_the_others_row_by_row(pg_store: Store) -> None:
    short, forever = connect(pg_store), connect(pg_store)
    make(pg_store, *MONTHS)
    for each in (short, forever):
        keep(pg_store, mails(each, 28), 50)
    decide(pg_store, short, 30, 100)
    decide(pg_store, forever, 0, 0)
    elsewhere, now = everything(pg_store, forever), AT + 200 * DAY
    dropping.drop_months(pg_store, now)
    assert all(made(pg_store, name)[0] == "2024_10" for name in TABLES)
    forget_of(pg_store, short, now)
    assert lying(pg_store, "events", f"connection_id={short}") == {}
    assert lying(pg_store, "outcomes", f"connection_id={short}") == {}
    assert everything(pg_store, forever) == elsewhere


def test_who_keeps_little_has_it_forgotten_to_the_day(pg_store: Store) -> None:
    connection_id = connect(pg_store)
    make(pg_store, *MONTHS)
    keep(pg_store, mails(connection_id, 28), 50)
    decide(pg_store, connection_id, 10, 30)
    forget_of(pg_store, connection_id, AT + 40 * DAY)
    assert lying(pg_store, "events") == {"2024_10": 36}


def test_what_many_younger_rows_keep_is_late_by_a_month_at_most(
    pg_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection_id = connect(pg_store)
    make(pg_store, *MONTHS)
    told = mails(connection_id, 28)
    keep(pg_store, told, 50)
    keep(
        pg_store,
        [
            taken(send(ses(AT), "a@x.example", AT + day * DAY, "Open"), connection_id, AT)
            for day in range(100, 110)
        ],
    )
    monkeypatch.setattr(dropping, "FEW", 5)
    decide(pg_store, connection_id, 30, 100)
    at = AT + 145 * DAY
    dropping.drop_months(pg_store, at)
    assert {name for name in TABLES if "2024_10" in made(pg_store, name)} == {"events", "outcomes"}
    forget_of(pg_store, connection_id, at)
    assert sum(lying(pg_store, "events").values()) == 66
    at += 40 * DAY
    dropping.drop_months(pg_store, at)
    assert "2024_10" in made(pg_store, "events")
    forget_of(pg_store, connection_id, at)
    assert lying(pg_store, "events") == {"2024_10": 10}


def test_a_month_that_is_in_use_is_left_for_another_round(pg_store: Store) -> None:
    connection_id, now = connect(pg_store), AT + 200 * DAY
    make(pg_store, *MONTHS)
    keep(pg_store, mails(connection_id, 28), 50)
    decide(pg_store, connection_id, 30, 100)
    with pg_store.read() as conn:
        conn.exec_driver_sql("SELECT count(*) FROM outcomes").all()
        conn.exec_driver_sql("SELECT count(*) FROM events").all()
        dropping.drop_months(pg_store, now)
        assert {name for name in TABLES if "2024_10" in made(pg_store, name)} == {"events", "outcomes"}
    dropping.drop_months(pg_store, now)
    assert not any("2024_10" in made(pg_store, name) for name in TABLES)


def test_dropping_beside_writers_loses_and_moves_nothing(pg_store: Store) -> None:
    connection_id, now = connect(pg_store), AT + 900 * DAY
    make(pg_store, *MONTHS)
    old = mails(connection_id, 60)
    keep(pg_store, old, 50)
    before = everything(pg_store, connection_id)["rollups"]
    problems: list[BaseException] = []

    def replay(slot: int) -> None:
        try:
            for _ in range(3):
                keep(pg_store, again(old, now), 20, slot)
        except BaseException as error:
            problems.append(error)

    writers = [threading.Thread(target=replay, args=(slot,)) for slot in range(2)]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        dropping.drop_months(pg_store, now)
        forget_of(pg_store, connection_id, now)
        make(pg_store, *MONTHS)
    for writer in writers:
        writer.join()
    assert problems == [] and everything(pg_store, connection_id)["rollups"] == before


@settings(
    max_examples=4, deadline=None, database=None, phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip
@given(told=st.lists(bodies(), min_size=1, max_size=12), seed=st.integers())
def test_rollups_do_not_move_whatever_month_is_made_dropped_and_comes_again(
    pg_store: Store, told: list[dict[str, Any]], seed: int
) -> None:
    """Messages of three months, told in any order; the times that they tell lie in the first, whatever their ids say."""
    chance, connection_id = random.Random(seed), connect(pg_store)
    sent = {"m1": ses(AT), "m2": ses(AT + 30 * DAY), "m3": ses(AT + 60 * DAY)}
    for body in told:
        body["mail"]["messageId"] = sent[body["mail"]["messageId"]] + str(connection_id)
    came = [taken(body, connection_id, AT + 1 + index) for index, body in enumerate(told)]
    decide(pg_store, connection_id, *chance.choice([(1, 30), (90, 100), (0, 90)]))
    keep(pg_store, came, 5)
    before = everything(pg_store, connection_id)["rollups"]
    for day in (91, 130, 165, 400):
        make(pg_store, *chance.sample(MONTHS, chance.randint(0, 2)))
        if chance.random() < 0.7:
            dropping.drop_months(pg_store, AT + day * DAY)
        if chance.random() < 0.5:
            forget_of(pg_store, connection_id, AT + day * DAY)
        some = chance.sample(came, chance.randint(0, len(came)))
        keep(pg_store, again(some, AT + day * DAY) + again(some, AT + day * DAY, copy=False), 5)
        assert everything(pg_store, connection_id)["rollups"] == before, day
    with pg_store.write() as conn:
        connections.remove(conn, connection_id)  # or it would keep the months of the next example


def test_messages_are_looked_up_in_their_own_month_alone(pg_store: Store) -> None:
    make(pg_store, *MONTHS)
    outcomes = partitions.part("outcomes", None)
    with pg_store.read() as conn:
        within, bounds = partitions.span(_named(outcomes, "outcomes"), "message_id", [ses(AT), ses(AT + DAY)])
        asked = (
            f"EXPLAIN SELECT * FROM outcomes WHERE connection_id = 1 AND message_id = ANY('{{a}}'){within}"
        )
        plan = " ".join(conn.exec_driver_sql(asked, bounds).scalars())
    assert "outcomes_2024_10" in plan and "2024_11" not in plan and "default" not in plan


def _named(of: sa.Table, name: str) -> sa.Table:
    return of.to_metadata(sa.MetaData(), name=name)


def test_pages_come_in_order_across_months(pg_store: Store) -> None:
    connection_id = connect(pg_store)
    make(pg_store, *MONTHS)
    keep(pg_store, mails(connection_id, 80), 50)
    times, cursor = [], None
    while True:
        page = explorer.events(pg_store, [connection_id], EventFilter(), 37, cursor)
        times += [each.occurred_at for each in page.events]
        cursor = page.next
        if cursor is None:
            break
    assert len(times) == 160 and times == sorted(times, reverse=True)
    assert len(explorer.of_message(pg_store, connection_id, ses(AT + 40 * DAY))) == 2


@contextmanager
def another(pg_server: sa.URL) -> Iterator[Store]:
    with fresh_database(pg_server) as url:
        store = open_store(url)
        yield store
        store.close()


def test_a_store_of_the_first_release_is_divided_with_its_rows_and_goes_on_numbering(
    pg_store: Store, pg_server: sa.URL
) -> None:
    connection_id = connect(pg_store)
    told = [*mails(connection_id, 40), taken(send("odd", "a@x.example", AT), connection_id, AT)]
    keep(pg_store, told, 50)
    with another(pg_server) as old:
        make_old(old, pg_store)
        migrate(old)
        assert lying(old, "events") == {"2024_10": 56, "2024_11": 24, "default": 1}
        assert lying(old, "outcomes") == {"2024_10": 56, "2024_11": 24, "default": 1}
        assert lying(old, "notifications") == {"2024_10": 57, "2024_11": 24}
        assert keep(old, again(told, AT + 50 * DAY, copy=False)) == [False] * 81
        keep(old, again(told, AT + 50 * DAY))
        with old.read() as conn:
            numbers = list(conn.exec_driver_sql("SELECT id FROM notifications ORDER BY id").scalars())
            serial = conn.exec_driver_sql("SELECT pg_get_serial_sequence('events', 'id')").scalar()
        assert sum(lying(old, "events").values()) == 81
        assert len(numbers) == len(set(numbers)) == 162
        assert serial == "public.events_id_seq"


@pytest.mark.parametrize("source", ["sqlite_store", "pg_store"])
def test_a_copy_lies_in_the_months_of_its_rows(
    source: str, pg_server: sa.URL, request: pytest.FixtureRequest
) -> None:
    store: Any = request.getfixturevalue(source)
    connection_id = connect(store)
    keep(store, mails(connection_id, 40), 50)
    with another(pg_server) as target, store.read() as conn:
        migrate(target)
        copying.copy(conn, target, lambda *_: None)
        for name in TABLES:
            assert lying(target, name) == {"2024_10": 56, "2024_11": 24}
        assert everything(target, connection_id) == everything(store, connection_id)
