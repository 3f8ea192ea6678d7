"""Every sentence of the definition at once: random mail, in random order, told twice and thrice, against a slow model."""

import itertools
import random
from typing import Any

import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from slow_model import Slow
from told import FIRST, bodies, taken

from core.period import day_name
from core.store import rates
from core.store.engine import Store
from core.store.explorer import EventFilter, events
from core.store.record import Taken, mark_drill, record
from core.store.rows import add, table
from core.store.tables import Connection, OutcomeRow, Rollup, StoredEvent

LENIENT = settings(
    max_examples=60,
    deadline=None,
    database=None,
    phases=[
        Phase.explicit,
        Phase.generate,
    ],  # every example asks a database many things: shrinking would take an hour
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
    ],
)
BY = (
    "day",
    "identity",
    "configuration_set",
    "mailbox_provider",
    "recipient_domain",
    "tag:campaign",
    "tag:none",
)
_names = itertools.count()


def connect(store: Store) -> int:
    with store.write() as conn:
        name = f"c{next(_names)}"
        return add(conn, Connection(uuid=name, name=name, region="eu-west-1", created_at=0, updated_at=0))


def keep(store: Store, notifications: list[Taken], batch: int = 7, slot: int | None = None) -> list[bool]:
    new: list[bool] = []
    for start in range(0, len(notifications), batch):
        with store.write() as conn:
            new += record(conn, notifications[start : start + batch], slot)
    return new


def published(body: dict[str, Any], index: int) -> int:
    return FIRST * 86_400_000 + index


def shown(row: rates.RatesRow, by: str, first: int) -> tuple[Any, ...]:
    key: Any = (
        first + [day_name(first + n) for n in range(9)].index(row.key or "") if by == "day" else row.key
    )
    return (key, row.sent, row.delivered, row.bounced_permanent, row.bounced_transient, row.complained, row.bounce_rate,
            row.complaint_rate, row.unknown)  # fmt: skip


def everything(store: Store, connection_id: int) -> dict[str, list[tuple[Any, ...]]]:
    """What the store holds of one connection, without its own numbers."""
    found: dict[str, list[tuple[Any, ...]]] = {}
    with store.read() as conn:
        for model, hidden in ((StoredEvent, {"id", "raw_id"}), (OutcomeRow, set())):
            where = table(model)
            columns = [c for c in where.c if c.name not in hidden | {"connection_id"}]
            rows = conn.execute(sa.select(*columns).where(where.c.connection_id == connection_id))
            found[str(model.__tablename__)] = sorted((tuple(row) for row in rows), key=repr)
        sums = table(Rollup)
        keys = [sums.c[name] for name in ("dimension", "grain", "cohort", "bucket", "identity", "value")]
        numbers = [sa.func.sum(sums.c[name]) for name in rates.NUMBERS]
        rows = conn.execute(
            sa.select(*keys, *numbers).where(sums.c.connection_id == connection_id).group_by(*keys)
        )
        found["rollups"] = sorted((*row[:6], *(int(n) for n in row[6:])) for row in rows if any(row[6:]))
    return found


def check(store: Store, connection_id: int, slow: Slow) -> None:
    for by, cohort in itertools.product(BY, rates.COHORTS):
        for first, last in ((FIRST - 1, FIRST + 3), (FIRST + 1, FIRST + 1)):
            rows = rates.rates(store, [connection_id], first, last, by, cohort)
            assert [shown(row, by, first) for row in rows] == slow.rows(first, last, by, cohort), (by, cohort)
    page = events(store, [connection_id], EventFilter(), 1000).events
    assert {(e.message_id, e.recipient, e.type) for e in page if e.counts} == slow.counting()
    for event in page:
        assert ("drill" in event.flags) == (event.message_id in slow.drills)


@LENIENT
@given(
    told=st.lists(bodies(), min_size=1, max_size=14),
    drills=st.sets(st.sampled_from(["m1", "m2", "m9"]), max_size=1),
    seed=st.integers(),
)
def test_rates_are_those_of_the_slow_model_in_any_order_and_however_often(
    sqlite_store: Store, told: list[dict[str, Any]], drills: set[str], seed: int
) -> None:
    compare(sqlite_store, told, drills, seed)


@settings(LENIENT, max_examples=25)
@given(
    told=st.lists(bodies(), min_size=1, max_size=14),
    drills=st.sets(st.sampled_from(["m1", "m2", "m9"]), max_size=1),
    seed=st.integers(),
)
def test_postgresql_holds_the_very_same(
    sqlite_store: Store, pg_store: Store, told: list[dict[str, Any]], drills: set[str], seed: int
) -> None:
    one = compare(sqlite_store, told, drills, seed)
    other = compare(pg_store, told, drills, seed + 1)
    assert everything(sqlite_store, one) == everything(pg_store, other)


def compare(store: Store, told: list[dict[str, Any]], drills: set[str], seed: int) -> int:
    dice = random.Random(seed)
    dated = [(body, published(body, index)) for index, body in enumerate(told)]
    slow = Slow(dated, drills)
    straight, shuffled = connect(store), connect(store)
    keep(store, [taken(body, straight, at, index) for index, (body, at) in enumerate(dated)])
    copies = [
        taken(body, shuffled, at, index + 1000 * copy)
        for copy in range(3)
        for index, (body, at) in enumerate(dated)
    ]
    dice.shuffle(copies)
    half = dice.randrange(len(copies) + 1)
    keep(store, copies[:half], dice.randrange(1, 9), slot=1)
    for connection_id in (straight, shuffled):
        with store.write() as conn:
            for message in drills:
                mark_drill(conn, connection_id, message, "", FIRST * 86_400_000)
    keep(store, copies[half:], dice.randrange(1, 9), slot=2)
    check(store, straight, slow)
    assert everything(store, straight) == everything(store, shuffled)
    return straight


def test_a_replayed_notification_is_told_as_such_and_changes_nothing(store: Store) -> None:
    connection_id = connect(store)
    body = {
        "eventType": "Send",
        "mail": {"messageId": "m", "destination": ["a@x.example"], "timestamp": "2026-01-02T03:04:05.000Z"},
    }
    one = taken(body, connection_id, 1_767_323_045_000)
    other = taken(body, connection_id, 1_767_323_045_000)
    assert keep(store, [one, one, other]) == [True, False, True]
    before = everything(store, connection_id)
    assert keep(store, [other, one]) == [False, False]
    assert everything(store, connection_id) == before
    assert len(before["events"]) == 1
