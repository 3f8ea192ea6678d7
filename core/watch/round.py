"""One round of the watch over every enabled connection. Reads of Amazon are spaced out: counts every hour, the chain every
quarter of an hour, sooner while the feed is silent; a round ends after a while and the next goes on where it stopped."""

import time

import structlog

from core.desk import Desk
from core.errors import SesDeskError
from core.moment import HOUR, MINUTE
from core.store import amazon_counts, connections, findings, heard, pauses
from core.store.tables import Connection
from core.watch import feed, links, proved
from core.watch.counting import count
from core.watch.seen import seen
from core.watch.silence import listening_since

log = structlog.get_logger("watch")
COUNTS_EVERY, COUNTS_SOON = HOUR, 10 * MINUTE
CHAIN_EVERY, CHAIN_SOON = 15 * MINUTE, 5 * MINUTE
QUIET = 30 * MINUTE  # without an event: Amazon's counts are asked for sooner
ENOUGH = 25.0  # seconds after which no further connection is begun; the job's lease is 60


def watch(desk: Desk, now: int) -> int:
    """The job. Returns how many findings it raised or resolved."""
    pauses.note(desk.store, now)
    with desk.store.write() as conn:
        amazon_counts.sweep(conn, now)
        proved.at_work(conn, now)
    begun, changed = time.monotonic(), 0
    for connection in sorted(connections.all(desk.store), key=lambda one: _looked(desk, one)):
        if connection.disabled:
            continue
        if time.monotonic() - begun > ENOUGH:
            break
        try:
            changed += watch_one(desk, connection, now)
        except SesDeskError as error:  # locked, no keys, disabled meanwhile: the others are still watched
            log.info("connection-not-watched", connection=connection.name, why=str(error))
        except Exception:
            log.exception("connection-not-watched", connection=connection.name)
    return changed


def watch_one(desk: Desk, connection: Connection, now: int) -> int:
    """One connection: Amazon's counts and the chain where they are due, then what the store tells. Raises SesDeskError."""
    connection_id = connection.id or 0
    last = heard.last_event(desk.store, connection_id) or 0
    listens = listening_since(desk.store, connection_id) is not None
    silent = any(one.reference == feed.SILENT for one in findings.standing(desk.store, [connection_id]))
    changed = 0
    read = amazon_counts.known(desk.store, connection_id).tried
    due = now - read >= (COUNTS_SOON if listens and now - last > QUIET else COUNTS_EVERY)
    if due and count(desk, connection, now) is None:
        changed += feed.compare(desk.store, connection, now)
    changed += feed.listen_for(desk.store, connection, now) + proved.over(desk, connection, now)
    if listens and now - seen(desk.store, connection_id).chain_at >= (CHAIN_SOON if silent else CHAIN_EVERY):
        changed += links.look(desk, connection, now)
    return changed


def _looked(desk: Desk, connection: Connection) -> int:
    return amazon_counts.known(desk.store, connection.id or 0).tried
