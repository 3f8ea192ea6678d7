"""The Doctor's own round, once a day for every enabled connection, so that drift is seen when nobody looks."""

import time

import structlog

from core.desk import Desk
from core.doctor import history
from core.doctor.round import by_itself
from core.errors import SesDeskError
from core.moment import HOUR
from core.store import connections

log = structlog.get_logger("doctor")
EVERY = 24 * HOUR
ENOUGH = 30.0  # seconds after which no further connection is begun; the job's lease is 60


def daily(desk: Desk, now: int) -> int:
    """The job: those whose last round is a day old, the longest first. Returns how many were looked at."""
    begun, done = time.monotonic(), 0
    last = {one.id: _last(desk, one.id or 0) for one in connections.all(desk.store)}
    for connection in sorted(connections.all(desk.store), key=lambda one: last.get(one.id, 0)):
        if connection.disabled or now - last.get(connection.id, 0) < EVERY:
            continue
        if time.monotonic() - begun > ENOUGH:
            break
        try:
            by_itself(desk, connection, now)
            done += 1
        except SesDeskError as error:  # removed meanwhile, store away: the others are still looked at
            log.info("connection-not-looked-at", connection=connection.name, why=str(error))
    return done


def _last(desk: Desk, connection_id: int) -> int:
    found = history.last(desk.store, connection_id)
    return found.at if found else 0
