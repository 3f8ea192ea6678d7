"""Thousands of orders and repetitions of the same few reports, in batches of any size: what is stored is the same (F8).

Each try happens in a transaction that is undone: the store is asked what it holds before that, and is empty for the next.
"""

import hashlib
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from test_rates_against_the_slow_model import LENIENT, connect, everything, published
from told import bodies, taken

from core.store.engine import Store
from core.store.record import Taken, record

ORDERS = 25  # of each list
told = st.lists(bodies(), min_size=2, max_size=8)


class Undone(Exception):
    """Nothing of it is kept."""


@dataclass
class Inside:
    """A store as seen from within one transaction."""

    conn: sa.Connection

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        yield self.conn


def digest(store: Store, connection_id: int, notifications: list[Taken], batch: int) -> str:
    """What the store would hold after these: events, outcomes and sums."""
    found: Any = None
    try:
        with store.write() as conn:
            for start in range(0, len(notifications), batch):
                record(conn, notifications[start : start + batch], slot=start % 3 + 1)
            found = everything(Inside(conn), connection_id)  # type: ignore[arg-type]
            raise Undone
    except Undone:
        return hashlib.sha256(repr(found).encode()).hexdigest()


def in_any_order(store: Store, bodies: list[dict[str, Any]], seed: int) -> None:
    dice, connection_id = random.Random(seed), connect(store)
    straight = [
        taken(body, connection_id, published(body, number), number) for number, body in enumerate(bodies)
    ]
    as_told = digest(store, connection_id, straight, 1)
    for _ in range(ORDERS):
        again = straight + dice.choices(straight, k=dice.randrange(len(straight) + 1))
        dice.shuffle(again)
        assert digest(store, connection_id, again, dice.randrange(1, 9)) == as_told


@settings(LENIENT, max_examples=240)
@given(told=told, seed=st.integers())
def test_six_thousand_orders_leave_the_same(
    sqlite_store: Store, told: list[dict[str, Any]], seed: int
) -> None:
    in_any_order(sqlite_store, told, seed)


@pytest.mark.postgres
@settings(LENIENT, max_examples=40)
@given(told=told, seed=st.integers())
def test_a_thousand_orders_leave_the_same_on_postgresql(
    pg_store: Store, told: list[dict[str, Any]], seed: int
) -> None:
    in_any_order(pg_store, told, seed)
