"""Writers side by side add to different rows of the rollups, so that none waits for another's sums."""

import os
from contextlib import ExitStack

import pytest
import sqlalchemy as sa
from test_rates_against_the_slow_model import connect, keep
from told import DAY, FIRST, taken, written

from core.store import slots
from core.store.engine import Store
from core.store.record import Taken, record
from core.store.slots import free_slot


def sent(connection_id: int, number: int) -> Taken:
    """One mail; everything that is counted of it, others count as well."""
    at = FIRST * DAY + number
    mail = {
        "messageId": f"m{number}", "destination": ["a@x.example"], "timestamp": written(at), "source": "n@x.example",
    }  # fmt: skip
    body = {"eventType": "Send", "mail": mail, "send": {}}
    return taken(body, connection_id, at, number)


def rows(store: Store) -> list[tuple[int, int]]:
    """What was sent, by slot."""
    with store.read() as conn:
        found = conn.exec_driver_sql(
            "SELECT slot, sent FROM rollups WHERE dimension = '' AND grain = 'd' AND cohort = 's' ORDER BY slot"
        )
        return [(int(slot), int(count)) for slot, count in found]


@pytest.mark.postgres
def test_who_writes_beside_others_waits_for_none_of_them(pg_store: Store) -> None:
    connection_id = connect(pg_store)
    with ExitStack() as open_ones:
        for number in range(4):
            conn = open_ones.enter_context(pg_store.write())
            conn.exec_driver_sql("SET LOCAL lock_timeout = '200ms'")  # whoever has to wait fails
            assert record(conn, [sent(connection_id, number)]) == [True]
    assert rows(pg_store) == [(0, 1), (1, 1), (2, 1), (3, 1)]


@pytest.mark.postgres
def test_one_after_the_other_they_share_one_slot(pg_store: Store) -> None:
    connection_id = connect(pg_store)
    keep(pg_store, [sent(connection_id, number) for number in range(6)], batch=1)
    assert rows(pg_store) == [(0, 6)]


@pytest.mark.postgres
def test_the_lowest_free_slot_is_taken_and_held_alone_until_the_end_however_that_comes(
    pg_store: Store,
) -> None:
    with pg_store.write() as first:
        assert free_slot(first) == 0
        with pytest.raises(ZeroDivisionError), pg_store.write() as second:
            assert free_slot(second) == 1
            held = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = :name"
            assert second.execute(sa.text(held), {"name": slots._NAME}).scalar() == 2
            raise ZeroDivisionError
        with pg_store.write() as third:
            assert free_slot(third) == 1


@pytest.mark.postgres
def test_where_none_is_free_one_is_shared(pg_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slots, "SLOTS", 1)
    with pg_store.write() as first, pg_store.write() as second:
        assert (free_slot(first), free_slot(second)) == (0, os.getpid() % 1)


def test_on_sqlite_there_is_one(sqlite_store: Store) -> None:
    with sqlite_store.write() as conn:
        assert free_slot(conn) == 0
