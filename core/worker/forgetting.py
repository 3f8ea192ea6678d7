"""Forgetting what is older than each connection keeps, in small transactions, with pauses in which the receiver writes."""

import time

from core.desk import Desk
from core.moment import DAY
from core.store import connections, dropping, forgetting, retention
from core.store.engine import Store

MOST = 500  # rows in one transaction: some milliseconds
MESSAGES = 100  # messages in one transaction; PostgreSQL holds a lock for each
LOOKED = 2_000  # messages looked at without writing
SHARE = 3.0  # for each second of writing, so many are left to others
AGAIN = DAY  # ms until a connection is gone through again, unless its settings change


def forget(desk: Desk, now: int) -> int:
    """Go through every connection that is due. Returns how many rows changed or went. Doing it twice changes nothing more."""
    gone = dropping.make_ahead(desk.store, now)
    due = [
        each
        for each in connections.all(desk.store)
        if retention.get(desk.store, each.id or 0).swept_at <= now - AGAIN
    ]
    if due:
        gone += dropping.drop_months(desk.store, now)
    for connection in due:
        number = connection.id or 0
        gone += forget_of(desk.store, number, now)
        with desk.store.write() as conn:
            if connections.existing(conn, [number]):
                retention.change(conn, number, swept_at=now)
    return gone


def forget_of(store: Store, connection_id: int, now: int) -> int:
    """Forget what one connection keeps no longer: texts, events, then what is known of messages, then keys."""
    kept, gone = retention.get(store, connection_id), 0
    messages = now - kept.message_days * DAY
    if kept.message_days != retention.FOREVER:
        gone += _all(store, lambda conn: forgetting.empty_texts(conn, connection_id, messages, now, MOST))
    outcomes = retention.outcome_horizon(kept, now)
    if outcomes is None:
        return gone
    events = now - kept.event_days * DAY
    for here in _places(store, "events", connection_id, now):
        gone += _deleted(store, forgetting.forget_events, connection_id, events, here)
    for here in _places(store, "outcomes", connection_id, now):
        gone += _outcomes(store, connection_id, outcomes, here)
    if kept.message_days != retention.FOREVER:
        keys = min(outcomes, messages)
        for here in _places(store, "notifications", connection_id, now):
            gone += _deleted(store, forgetting.forget_notifications, connection_id, keys, here)
    return gone


def _places(store: Store, name: str, connection_id: int, now: int) -> list[forgetting.Place]:
    with store.read() as conn:
        return dropping.row_by_row(conn, name, connection_id, now)


def _deleted(
    store: Store, delete: forgetting.Delete, connection_id: int, horizon: int, here: forgetting.Place
) -> int:
    return _all(store, lambda conn: delete(conn, connection_id, horizon, MOST, here))


def _all(store: Store, step: forgetting.Step) -> int:
    gone, full = 0, True
    while full:
        began = time.monotonic()
        with store.write() as conn:
            looked, changed = step(conn)
        gone, full = gone + changed, looked == MOST
        _yield_to_others(began)
    return gone


def _outcomes(store: Store, connection_id: int, horizon: int, here: forgetting.Place) -> int:
    gone, after = 0, ""
    while True:
        began = time.monotonic()
        with store.read() as conn:
            old, last = forgetting.old_messages(conn, connection_id, horizon, after, LOOKED, here)
        _yield_to_others(began)
        for start in range(0, len(old), MESSAGES):
            began = time.monotonic()
            with store.write() as conn:
                ids = old[start : start + MESSAGES]
                gone += forgetting.forget_outcomes(conn, connection_id, horizon, ids, here)
            _yield_to_others(began)
        if last is None:
            return gone
        after = last


def _yield_to_others(began: float) -> None:
    time.sleep((time.monotonic() - began) * SHARE)
