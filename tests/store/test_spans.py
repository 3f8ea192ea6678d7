"""Long tables by way of spans: exact to the last recipient, whatever came when, and whether the worker has run or not."""

import random
from collections import Counter
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from core.moment import DAY
from core.store import connections, rates
from core.store.cover import LENGTHS, Cover, Known
from core.store.engine import Store
from core.store.record import record
from core.store.rows import add, table
from core.store.sums import Asked
from core.store.tables import Connection, RollupSpan
from core.worker.summing_up import RECENT, sum_up

from told import taken, written  # isort: skip

FIRST = 20_000
TODAY = FIRST + 150
BY = ("recipient_domain", "tag:campaign")


def connect(store: Store, name: str = "Shop") -> int:
    with store.write() as conn:
        return add(conn, Connection(uuid=name, name=name, region="eu-west-1", created_at=0, updated_at=0))


def told(kind: str, message: str, to: str, day: int, **more: Any) -> dict[str, Any]:
    """One event of a mail to one person; `identity`, `on` (the day it happened) and `tags`."""
    at, on = written(day * DAY + 5_000), written(more.get("on", day) * DAY + 9_000)
    mail = {
        "messageId": message, "destination": [to], "timestamp": at, "source": f"n@{more.get('identity', 'x.example')}",
        "tags": more.get("tags", {}),
    }  # fmt: skip
    who = [{"emailAddress": to}]
    payload = {
        "Send": {}, "Delivery": {"recipients": [to]},
        "Bounce": {"bounceType": "Permanent", "bounceSubType": more.get("why", "General"), "bouncedRecipients": who},
        "Complaint": {"complainedRecipients": who},
    }[kind]  # fmt: skip
    return {"eventType": kind, "mail": mail, kind.lower(): {"timestamp": on, **payload}}


def keep(store: Store, connection_id: int, bodies: list[dict[str, Any]], slot: int = 0) -> None:
    for start in range(0, len(bodies), 100):
        with store.write() as conn:
            record(
                conn, [taken(each, connection_id, TODAY * DAY) for each in bodies[start : start + 100]], slot
            )


def mail(dice: random.Random, count: int, domains: int) -> list[dict[str, Any]]:
    """Mail of 150 days to many domains, some of it bounced or complained about later; one identity tells bounces alone."""
    found: list[dict[str, Any]] = []
    for number in range(count):
        day = FIRST + dice.randrange(150)
        to = f"p{number}@d{int(dice.random() ** 2 * domains)}.example"
        tags = {} if dice.random() < 0.2 else {"campaign": [f"c{dice.randrange(domains)}"]}
        if tags and dice.random() < 0.1:
            tags["campaign"].append(f"c{dice.randrange(domains)}")
        blind = dice.random() < 0.1
        common = {"identity": "blind.example" if blind else f"i{dice.randrange(3)}.example", "tags": tags}
        fate = dice.random()
        if not blind:
            found.append(told("Send", f"m{number}", to, day, **common))
        if blind or fate < 0.2:
            why = dice.choice(["General", "OnAccountSuppressionList"])
            found.append(told("Bounce", f"m{number}", to, day, on=day + dice.randrange(3), why=why, **common))
        elif fate < 0.3:
            found.append(told("Complaint", f"m{number}", to, day, on=day + dice.randrange(9), **common))
    return found


def by_every_row(
    store: Store, connection_id: int, first: int, last: int, by: str, cohort: str, who: list[str] | None
) -> list[rates.RatesRow]:
    """The same table from the rollups alone, each value judged, ordered and cut as the definition says."""
    with store.read() as conn:
        asked = Asked(conn, [connection_id], first, last, cohort, who)
        values: dict[str | None, Any] = asked.sums(by, "value")
        if by == "recipient_domain":
            values = {value or None: owners for value, owners in values.items()}
        else:
            without: Counter[tuple[Any, int]] = Counter()
            for sign, sums in [(1, asked.sums("")), (1, asked.sums("again:campaign"))]:
                for owner, numbers in sums.get((), {}).items():
                    without.update({(owner, at): sign * number for at, number in enumerate(numbers)})
            for owners in values.values():
                for owner, numbers in owners.items():
                    without.subtract({(owner, at): number for at, number in enumerate(numbers)})
            values[None] = {owner: [without[owner, at] for at in range(6)] for owner, _ in without}
    rows = {value: rates.row_of(value, owners, asked.fed) for value, owners in values.items()
            if any(any(numbers[:5]) for numbers in owners.values())}  # fmt: skip
    order = sorted(rows, key=lambda v: (rows[v].sent is None, -(rows[v].sent or 0), v is None, v or ""))
    if len(order) <= rates.MOST_ROWS:
        return [rows[value] for value in order]
    rest: dict[Any, list[int]] = {}
    for value in order[rates.MOST_ROWS :]:
        for owner, numbers in values[value].items():
            rest[owner] = [a + b for a, b in zip(rest.get(owner, [0] * 6), numbers, strict=True)]
    return [
        *(rows[value] for value in order[: rates.MOST_ROWS]),
        rates.row_of(rates.OTHER, rest, asked.fed),
    ]


def check(store: Store, connection_id: int, dice: random.Random) -> None:
    ranges = [(FIRST, TODAY), (FIRST + 3, FIRST + 70)]
    ranges.append(tuple(sorted(dice.sample(range(FIRST - 5, TODAY + 40), 2))))  # type: ignore[arg-type]
    for first, last in ranges:
        for by in BY:
            for cohort in rates.COHORTS:
                for who in (None, ["i2.example", "blind.example"]):
                    found = rates.rates(store, [connection_id], first, last, by, cohort, who)
                    assert found == by_every_row(store, connection_id, first, last, by, cohort, who)


@pytest.mark.parametrize("domains", [6, 400])
def test_long_tables_are_exact_at_any_moment_of_the_workers_life(store: Store, domains: int) -> None:
    dice = random.Random(domains)
    connection_id = connect(store)
    bodies = mail(dice, 900, domains)
    dice.shuffle(bodies)
    third = len(bodies) // 3
    keep(store, connection_id, bodies[:third])
    check(store, connection_id, dice)
    assert sum_up(store, connection_id, (FIRST + 90) * DAY, share=0)
    check(store, connection_id, dice)
    keep(store, connection_id, bodies[third : 2 * third], slot=3)
    check(store, connection_id, dice)
    assert sum_up(store, connection_id, TODAY * DAY, share=0)
    assert sum_up(store, connection_id, TODAY * DAY, share=0)  # days that have rested go into larger spans
    assert not sum_up(store, connection_id, TODAY * DAY, share=0)
    check(store, connection_id, dice)
    keep(store, connection_id, bodies[2 * third :] + bodies[:third])
    sum_up(store, connection_id, TODAY * DAY, RECENT, share=0)
    check(store, connection_id, dice)
    if domains > rates.MOST_ROWS:
        rows = rates.rates(store, [connection_id], FIRST, TODAY, "recipient_domain")
        assert len(rows) == rates.MOST_ROWS + 1 and rows[-1].key == rates.OTHER


def spoil(store: Store) -> None:
    """Make every span say that each value was sent a thousand more."""
    spans = table(RollupSpan)
    with store.write() as conn:
        conn.execute(
            sa.update(spans).values(
                body='[["d.example"],[[1007],[0],[0],[0],[0],[0]]]', made_at=spans.c.made_at + 1
            )
        )


def of_domain(store: Store, connection_id: int) -> int | None:
    (row,) = rates.rates(store, [connection_id], FIRST, FIRST + 9, "recipient_domain")
    assert row.key == "d.example"
    return row.sent


def test_a_span_is_used_while_it_is_true_and_not_when_its_days_have_changed(store: Store) -> None:
    connection_id = connect(store)
    keep(store, connection_id, [told("Send", f"m{n}", f"a{n}@d.example", FIRST + 3) for n in range(7)])
    sum_up(store, connection_id, TODAY * DAY, share=0)
    assert of_domain(store, connection_id) == 7
    spoil(store)
    assert of_domain(store, connection_id) == 1_007
    keep(store, connection_id, [told("Send", "later", "b@d.example", FIRST + 3)])
    assert of_domain(store, connection_id) == 8


@pytest.mark.parametrize("tag", ["one", "two"])
def test_changes_that_weigh_each_other_out_are_noticed(store: Store, tag: str) -> None:
    """One recipient leaves the numbers in the very transaction in which another enters them, under the same tag or not."""
    connection_id = connect(store)
    keep(store, connection_id, [told("Send", "m1", "a@x.example", FIRST, tags={"campaign": ["one"]})])
    sum_up(store, connection_id, TODAY * DAY, share=0)
    keep(
        store,
        connection_id,
        [
            told("Bounce", "m1", "a@x.example", FIRST, why="OnAccountSuppressionList"),
            told("Send", "m2", "b@y.example", FIRST, tags={"campaign": [tag]}),
        ],
    )
    for by, key in (("recipient_domain", "y.example"), ("tag:campaign", tag)):
        rows = rates.rates(store, [connection_id], FIRST, FIRST, by)
        assert [(row.key, row.sent) for row in rows] == [(key, 1)]


def test_a_removed_connection_takes_its_spans_along_and_gets_no_more(store: Store) -> None:
    connection_id = connect(store)
    keep(store, connection_id, [told("Send", "m1", "a@x.example", FIRST)])
    assert sum_up(store, connection_id, TODAY * DAY, share=0)
    with store.write() as conn:
        connections.remove(conn, connection_id)
    assert sum_up(store, connection_id, TODAY * DAY, share=0) == 0
    with store.read() as conn:
        assert conn.execute(sa.select(sa.func.count()).select_from(table(RollupSpan))).scalar() == 0


@settings(max_examples=200, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_pieces_add_up_to_the_days_asked_for(seed: int) -> None:
    dice = random.Random(seed)
    spans = {
        (length, start): Known(dice.randrange(start, start + length), dice.randrange(1, 30_000))
        for length in LENGTHS
        for start in range(0, 256, length)
        if dice.random() < 0.6
    }
    busy = set(dice.sample(range(256), dice.randrange(256)))
    first, last = sorted((dice.randrange(256), dice.randrange(256)))
    counted: Counter[int] = Counter()
    for piece in Cover(spans, busy).of(first, last):
        assert not piece.length or spans[piece.length, piece.first].last == piece.last
        for each in range(piece.first, piece.last + 1):
            counted[each] += piece.sign
    assert {each: counted[each] for each in busy} == {each: int(first <= each <= last) for each in busy}
