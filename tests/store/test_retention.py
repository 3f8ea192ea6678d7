"""Forgetting: what is old goes, rollups never move, and what comes again afterwards counts nothing twice."""

import itertools
import random
import threading
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from test_rates_against_the_slow_model import connect, everything, keep
from test_record import send
from told import DAY, FIRST, bodies, taken

from core.events.event import Notification
from core.events.parse import parse
from core.store import forgetting, rates, retention, suppressions
from core.store.engine import Store
from core.store.explorer import EventFilter, events
from core.store.record import Taken
from core.worker.forgetting import forget_of

AT = FIRST * DAY
_copies = itertools.count()


def decide(store: Store, connection_id: int, message_days: int, event_days: int) -> None:
    with store.write() as conn:
        retention.change(conn, connection_id, message_days=message_days, event_days=event_days)


def again(told: list[Taken], now: int, copy: bool = False) -> list[Taken]:
    """The same notifications, arriving now; as copies: the same facts under SNS ids of their own."""
    found = []
    for notification, _ in told:
        name = f"copy-{next(_copies)}" if copy else notification.sns_message_id
        late = replace(notification, received_at=now, sns_message_id=name)
        found.append((late, parse(late)))
    return found


def count(store: Store, name: str, connection_id: int, where: str = "1=1") -> int:
    with store.read() as conn:
        statement = f"SELECT count(*) FROM {name} WHERE connection_id={connection_id} AND {where}"
        return int(conn.execute(sa.text(statement)).scalar_one())


def rollups(store: Store, connection_id: int) -> Any:
    return everything(store, connection_id)["rollups"]


def year(store: Store, connection_id: int, days: int = 120) -> list[Taken]:
    """One mail a day, delivered to one and bounced by another."""
    told = []
    for day in range(days):
        at = AT + day * DAY
        told.append(taken(send(f"m{day:03}", "a@x.example", at), connection_id, at))
        told.append(taken(send(f"m{day:03}", "b@x.example", at, "Bounce"), connection_id, at + 5))
    keep(store, told, 50)
    return told


def test_each_thing_is_kept_as_long_as_was_decided(store: Store) -> None:
    connection_id, other = connect(store), connect(store)
    year(store, connection_id)
    year(store, other)
    decide(store, connection_id, 10, 30)
    decide(store, other, 0, 0)
    before, elsewhere, now = rollups(store, connection_id), everything(store, other), AT + 120 * DAY
    assert forget_of(store, connection_id, now) > 0
    assert count(store, "notifications", connection_id, "message <> ''") == 20
    assert count(store, "events", connection_id) == 60
    assert count(store, "outcomes", connection_id) == 180, "as long as a late event may come"
    assert count(store, "notifications", connection_id) == 180, "a key outlives its text and its events"
    assert rollups(store, connection_id) == before
    assert everything(store, other) == elsewhere and count(store, "notifications", other, "message = ''") == 0
    assert forget_of(store, connection_id, now) == 0, "doing it twice changes nothing more"
    assert forget_of(store, other, now + 5_000 * DAY) == 0


def test_a_replay_after_retention_counts_nothing_twice(store: Store) -> None:
    connection_id = connect(store)
    told = year(store, connection_id)
    before, now = rollups(store, connection_id), AT + 900 * DAY
    forget_of(store, connection_id, now)
    assert count(store, "outcomes", connection_id) <= 2 and count(store, "events", connection_id) == 1
    assert count(store, "notifications", connection_id) == 1, (
        "the newest, so that its number never comes again"
    )
    random.Random(3).shuffle(told)
    keep(store, again(told, now) + again(told, now, copy=True), 64)
    assert rollups(store, connection_id) == before
    assert count(store, "events", connection_id) == 240, "kept as events, each fact once"
    forget_of(store, connection_id, now + 500 * DAY)
    keep(store, again(told, now + 501 * DAY, copy=True), 64)
    assert rollups(store, connection_id) == before


def test_a_replay_while_only_the_text_is_gone_is_a_duplicate(store: Store) -> None:
    connection_id = connect(store)
    told = year(store, connection_id, 20)
    decide(store, connection_id, 1, 400)
    forget_of(store, connection_id, AT + 60 * DAY)
    assert count(store, "notifications", connection_id, "message <> ''") == 0
    assert keep(store, again(told, AT + 60 * DAY)) == [False] * 40


def test_an_event_for_a_message_still_known_counts_however_late(store: Store) -> None:
    connection_id = connect(store)
    year(store, connection_id, 100)
    decide(store, connection_id, 1, 30)
    now = AT + 150 * DAY
    forget_of(store, connection_id, now)
    late = [taken(send("m099", "a@x.example", AT + 99 * DAY, "Bounce"), connection_id, AT + 99 * DAY)]
    keep(store, again(late, now))
    row = rates.rates(store, [connection_id], FIRST + 99, FIRST + 99)[0]
    assert (row.sent, row.bounced_permanent) == (2, 2)


def test_where_nothing_was_forgotten_the_oldest_event_counts(store: Store) -> None:
    connection_id = connect(store)
    forget_of(store, connection_id, AT + 900 * DAY)
    keep(store, again([taken(send("m1", "a@x.example", AT, "Bounce"), connection_id, AT)], AT + 900 * DAY))
    assert rates.rates(store, [connection_id], FIRST, FIRST)[0].bounced_permanent == 1
    forget_of(store, connection_id, AT + 901 * DAY)
    assert len(events(store, [connection_id], EventFilter()).events) == 1, "kept from when it came"
    assert count(store, "outcomes", connection_id) == 1


def test_who_bounces_by_old_mail_is_still_put_on_the_list(store: Store) -> None:
    connection_id, now = connect(store), AT + 900 * DAY
    year(store, connection_id, 5)
    with store.write() as conn:
        suppressions.release(conn, connection_id, "b@x.example", "bounce", AT + 100 * DAY)
    forget_of(store, connection_id, now)
    old = send("m001", "c@x.example", AT + DAY, "Bounce")
    replayed = send("m001", "b@x.example", AT + DAY, "Bounce")
    keep(store, again([taken(old, connection_id, AT + DAY), taken(replayed, connection_id, AT + DAY)], now))
    reasons = {one: suppressions.reasons(store, connection_id, one) for one in ("c@x.example", "b@x.example")}
    assert list(reasons["c@x.example"]) == ["bounce"]
    assert not reasons["b@x.example"], "a replay never brings back who was taken off since"


def test_what_could_not_be_read_keeps_its_text(store: Store) -> None:
    connection_id = connect(store)
    notification = Notification(connection_id, None, "odd", "S", "what is this", AT, AT, "2")
    parsed = replace(parse(notification), quarantine="reading failed: KeyError", events=())
    keep(store, [(notification, parsed), taken(send("m1", "a@x.example", AT), connection_id, AT)])
    decide(store, connection_id, 1, 400)
    forget_of(store, connection_id, AT + 30 * DAY)
    with store.read() as conn:
        rows = conn.execute(sa.text("SELECT state, message <> '' FROM notifications ORDER BY id")).all()
    assert [(row[0], bool(row[1])) for row in rows] == [("quarantined", True), ("parsed", False)]


def test_one_from_a_clock_that_ran_ahead_stops_nobody(store: Store) -> None:
    connection_id = connect(store)
    ahead = taken(send("m0", "a@x.example", AT), connection_id, AT + 9_000 * DAY)
    keep(store, [ahead, taken(send("m1", "a@x.example", AT), connection_id, AT)])
    decide(store, connection_id, 1, 400)
    forget_of(store, connection_id, AT + 30 * DAY)
    assert count(store, "notifications", connection_id, "message = ''") == 1


def test_a_connection_that_is_removed_takes_its_settings_with_it(store: Store) -> None:
    from core.store import connections

    connection_id = connect(store)
    decide(store, connection_id, 1, 2)
    with store.write() as conn:
        connections.remove(conn, connection_id)
    assert count(store, "retentions", connection_id) == 0


@pytest.mark.parametrize("days", [(1, 30), (90, 400), (0, 90)])
@settings(
    max_examples=25, deadline=None, database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip
@given(told=st.lists(bodies(), min_size=1, max_size=12), seed=st.integers())
def test_rollups_do_not_move_whatever_is_forgotten_and_comes_again(
    sqlite_store: Store, days: tuple[int, int], told: list[dict[str, Any]], seed: int
) -> None:
    store, chance = sqlite_store, random.Random(seed)
    connection_id = connect(store)
    decide(store, connection_id, *days)
    came = [taken(body, connection_id, AT + 1 + index) for index, body in enumerate(told)]
    keep(store, came, 5)
    before = rollups(store, connection_id)
    for day in (29, 32, 91, 92, 93, 401, 402, 403, 500):
        forget_of(store, connection_id, AT + day * DAY)
        some = chance.sample(came, chance.randint(0, len(came)))
        keep(store, again(some, AT + day * DAY) + again(some, AT + day * DAY, copy=True), 5)
        assert rollups(store, connection_id) == before, day


def test_forgetting_beside_writers_loses_and_moves_nothing(store: Store) -> None:
    connection_id = connect(store)
    old = year(store, connection_id, 60)
    before, now = rollups(store, connection_id), AT + 900 * DAY
    problems: list[BaseException] = []

    def replay() -> None:
        try:
            for _ in range(3):
                keep(store, again(old, now, copy=True), 20)
        except BaseException as error:
            problems.append(error)

    writers = [threading.Thread(target=replay) for _ in range(2)]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        forget_of(store, connection_id, now)
    for writer in writers:
        writer.join()
    assert problems == [] and rollups(store, connection_id) == before


def test_one_step_is_a_small_transaction(store: Store) -> None:
    connection_id = connect(store)
    year(store, connection_id, 30)
    with store.write() as conn:
        assert forgetting.forget_events(conn, connection_id, AT + 99 * DAY, 7) == (7, 7)
        assert forgetting.empty_texts(conn, connection_id, AT + 99 * DAY, AT + 99 * DAY, 7) == (7, 7)
    assert count(store, "events", connection_id) == 53
    assert count(store, "notifications", connection_id, "message = ''") == 7
