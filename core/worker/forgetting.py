"""Forgetting what is older than each connection keeps, in small transactions, with pauses in which the receiver writes."""

import time

from core.desk import Desk
from core.moment import DAY
from core.store import connections, forgetting, retention
from core.store.engine import Store

MOST = 500  # rows in one transaction: some milliseconds
MESSAGES = 100  # messages in one transaction; PostgreSQL holds a lock for each
LOOKED = 2_000  # messages looked at without writing
SHARE = 3.0  # for each second of writing, so many are left to others
AGAIN = DAY  # ms until a connection is gone through again, unless its settings change


def forget(desk: Desk, now: int) -> int:
    """Go through every connection that is due. Returns how many rows changed or went. Doing it twice changes nothing more."""
    gone = 0
    for connection in connections.all(desk.store):
        number = connection.id or 0
        if retention.get(desk.store, number).swept_at <= now - AGAIN:
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
    gone += _all(store, lambda conn: forgetting.forget_events(conn, connection_id, events, MOST))
    gone += _outcomes(store, connection_id, outcomes)
    if kept.message_days != retention.FOREVER:
        keys = min(outcomes, messages)
        gone += _all(store, lambda conn: forgetting.forget_notifications(conn, connection_id, keys, MOST))
    return gone


def _all(store: Store, step: forgetting.Step) -> int:
    gone, full = 0, True
    while full:
        began = time.monotonic()
        with store.write() as conn:
            looked, changed = step(conn)
        gone, full = gone + changed, looked == MOST
        _yield_to_others(began)
    return gone


def _outcomes(store: Store, connection_id: int, horizon: int) -> int:
    gone, after = 0, ""
    while True:
        began = time.monotonic()
        with store.read() as conn:
            old, last = forgetting.old_messages(conn, connection_id, horizon, after, LOOKED)
        _yield_to_others(began)
        for start in range(0, len(old), MESSAGES):
            began = time.monotonic()
            with store.write() as conn:
                ids = old[start : start + MESSAGES]
                gone += forgetting.forget_outcomes(conn, connection_id, horizon, ids)
            _yield_to_others(began)
        if last is None:
            return gone
        after = last


def _yield_to_others(began: float) -> None:
    time.sleep((time.monotonic() - began) * SHARE)
