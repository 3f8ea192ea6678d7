"""Ninety days of sample mail: believable, always the same, never in the future, with two stories worth finding."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa

from core.demo import sample, stories
from core.events.event import EventFlag
from core.metrics.verdict import judge
from core.moment import DAY, HOUR, day_of
from core.store import callbacks, connections
from core.store.engine import Store, open_store
from core.store.migrate import migrate
from core.store.rates import rates
from core.store.tables import Connection, Topic

NOW = int(datetime(2026, 3, 17, 15, 30, tzinfo=UTC).timestamp() * 1000)
TODAY = day_of(NOW)


def connected(store: Store) -> tuple[Connection, Topic]:
    row = Connection(
        uuid=str(uuid4()), name="Demo", region="eu-west-1", demo=True, created_at=NOW, updated_at=NOW
    )
    with store.write() as conn:
        made = connections.add(conn, row)
        callback = callbacks.add(conn, made.id or 0, str(uuid4()), True, None, NOW)
        callbacks.pin(conn, callback, "arn:aws:sns:eu-west-1:000000000000:ses-desk", NOW, "PEM", True)
    return made, callbacks.topics(store, made.id or 0)[0]


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, int]]:
    """The days in which both stories happen."""
    store = open_store(f"sqlite:///{tmp_path_factory.mktemp('sample') / 'store.db'}")
    migrate(store)
    connection, topic = connected(store)
    sample.load(store, connection, topic, NOW, days=stories.IMPORT_DAYS_AGO + 3)
    yield store, connection.id or 0
    store.close()


def test_one_day_went_far_over_amazons_line_and_no_other(loaded: tuple[Store, int]) -> None:
    store, number = loaded
    rows = rates(store, [number], TODAY - stories.IMPORT_DAYS_AGO - 2, TODAY)
    words = {row.key: judge("bounce", row.bounced_permanent, row.sent, row.unknown).word for row in rows}
    bad = datetime.fromtimestamp((TODAY - stories.IMPORT_DAYS_AGO) * DAY / 1000, UTC).date().isoformat()
    assert [day for day, word in words.items() if word in ("At risk", "In danger")] == [bad]
    assert words[bad] == "In danger"
    complaints = [judge("complaint", row.complained, row.sent, row.unknown).word for row in rows]
    assert not {"At risk", "In danger"} & set(complaints)


def test_the_import_is_found_by_its_tag(loaded: tuple[Store, int]) -> None:
    store, number = loaded
    by_list = {row.key: row for row in rates(store, [number], TODAY - 25, TODAY, by="tag:list")}
    assert (by_list[stories.IMPORT_LIST].bounce_rate or 0) > 0.15
    assert (by_list["customers"].bounce_rate or 1) < 0.02


def test_one_provider_began_to_defer_and_no_other(loaded: tuple[Store, int]) -> None:
    store, number = loaded
    begun = TODAY - stories.DEFERRED_SINCE_DAYS_AGO
    before = {row.key: row for row in rates(store, [number], begun - 10, begun - 1, by="mailbox_provider")}
    after = {row.key: row for row in rates(store, [number], begun, TODAY, by="mailbox_provider")}
    assert all(row.delayed == 0 for row in before.values())
    assert {key for key, row in after.items() if row.delayed} == {"yahoo"}
    held = after["yahoo"]
    assert held.delayed > 0.2 * (held.sent or 0)
    assert held.bounced_transient > 3 * before["yahoo"].bounced_transient
    assert (held.bounce_rate or 0) < 0.05


def test_nothing_is_in_the_future_late_or_unmarked(loaded: tuple[Store, int]) -> None:
    store, _ = loaded
    with store.read() as conn:
        latest = conn.execute(sa.text("SELECT max(occurred_at) FROM events")).scalar_one()
        flags = conn.execute(sa.text("SELECT DISTINCT flags FROM events")).scalars().all()
        unread = conn.execute(sa.text("SELECT count(*) FROM events WHERE type = 'UNKNOWN'")).scalar_one()
    assert NOW - 12 * HOUR < latest <= NOW
    assert flags == [int(EventFlag.DEMO)]
    assert unread == 0


def test_every_identity_can_be_judged_and_two_of_three_report_by_configuration_set(
    loaded: tuple[Store, int],
) -> None:
    store, number = loaded
    rows = rates(store, [number], TODAY - 25, TODAY, by="identity")
    assert {row.key for row in rows} == {"news.example.com", "example.com", "hello@example.net"}
    assert all(row.unknown is None for row in rows)
    sets = {row.key for row in rates(store, [number], TODAY - 25, TODAY, by="configuration_set")}
    assert sets == {"newsletter", "transactional", None}


def test_ninety_days_are_about_two_hundred_thousand_events() -> None:
    count = sum(1 for _ in sample._notifications(1, 1, NOW, sample.DAYS))
    assert 185_000 <= count <= 215_000


def test_the_same_days_are_always_the_same_mail_and_never_stored_twice(store: Store, tmp_path: Path) -> None:
    connection, topic = connected(store)
    heard: list[float] = []
    first = sample.load(store, connection, topic, NOW, heard.append, days=2)
    assert first > 500
    assert heard == sorted(heard)
    assert heard[-1] == 1.0
    assert sample.load(store, connection, topic, NOW, days=2) == 0
    later = sample.load(store, connection, topic, NOW + 2 * HOUR, days=2)
    assert 0 < later < first
    with store.read() as conn:
        assert conn.execute(sa.text("SELECT count(*) FROM events")).scalar_one() == first + later


def test_loading_can_be_broken_off_by_its_listener_and_taken_up_again(sqlite_store: Store) -> None:
    class Enough(Exception):
        pass

    def stop(done: float) -> None:
        raise Enough

    connection, topic = connected(sqlite_store)
    with pytest.raises(Enough):
        sample.load(sqlite_store, connection, topic, NOW, stop, days=2)
    rest = sample.load(sqlite_store, connection, topic, NOW, days=2)
    with sqlite_store.read() as conn:
        assert conn.execute(sa.text("SELECT count(*) FROM events")).scalar_one() == rest + sample.BATCH


def test_loading_ends_when_its_connection_is_removed(sqlite_store: Store) -> None:
    connection, topic = connected(sqlite_store)

    def remove(done: float) -> None:
        with sqlite_store.write() as conn:
            connections.remove(conn, connection.id or 0)

    assert sample.load(sqlite_store, connection, topic, NOW, remove, days=2) == sample.BATCH
    with sqlite_store.read() as conn:
        assert conn.execute(sa.text("SELECT count(*) FROM events")).scalar_one() == 0


def test_the_stories_are_told_in_words() -> None:
    for story in stories.STORIES:
        assert story.title
        assert story.told.endswith(".")
        assert story.look_at.endswith(".")
