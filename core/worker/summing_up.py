"""Summing up days that are over, so that long tables are read fast. Nothing depends on it but speed."""

import time

from core import moment
from core.desk import Desk
from core.moment import day_of
from core.store import connections, summing_up
from core.store.engine import Store

RECENT = 16  # days looked at often; the earlier ones now and then
MOST = 8  # spans in one transaction
SHARE = 3.0  # for each second of work, so many are left to others


def recent(desk: Desk, now: int) -> int:
    """Sum up what changed in the last days."""
    return sum(sum_up(desk.store, each.id or 0, now, RECENT) for each in connections.all(desk.store))


def all_days(desk: Desk, now: int) -> int:
    """Sum up everything that changed, however long ago it was sent."""
    return sum(sum_up(desk.store, each.id or 0, now) for each in connections.all(desk.store))


def sum_up(store: Store, connection_id: int, now: int, days: int | None = None, share: float = SHARE) -> int:
    """Bring the spans of one connection up to date; returns how many were made. `days`: only those of so many days."""
    today, done = day_of(now), 0
    since = 0 if days is None else today - days
    with store.read() as conn:
        dimensions = summing_up.dimensions(conn, connection_id)
    for dimension in dimensions:
        with store.read() as conn:
            rested = summing_up.rested(conn, connection_id, dimension, today)
        for length in summing_up.lengths():
            with store.read() as conn:
                end = today - 1 if length == 1 else rested
                missing = list(summing_up.due(conn, connection_id, dimension, length, since, end))
            for start in range(0, len(missing), MOST):
                began = time.monotonic()
                done += _make(store, connection_id, missing[start : start + MOST], moment.now())
                time.sleep((time.monotonic() - began) * share)
    return done


def _make(store: Store, connection_id: int, some: list[summing_up.Due], now: int) -> int:
    with store.read(still=True) as conn:
        rows = [summing_up.made(conn, connection_id, one, now) for one in some]
    with store.write() as conn:
        if not connections.existing(conn, [connection_id]):
            return 0
        summing_up.keep(conn, rows)
    return len(rows)
