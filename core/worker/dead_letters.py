"""The dead-letter queues: what HTTPS could not deliver in time waits there for us, up to 14 days."""

import time

from core.desk import Desk
from core.errors import Locked, NotFound, Unavailable
from core.log import log
from core.members.actor import Actor
from core.members.roles import require, require_sight
from core.store import queues
from core.store.tables import Connection, Queue
from core.worker.line import note_trouble, open_line, readable
from core.worker.round import once

WAIT = 1  # seconds; a receive that does not wait at all asks only some of Amazon's servers
LONGEST = 240.0  # seconds for one drain of one queue; the rest is for the next


def drain(desk: Desk, now: int) -> int:
    """Empty every dead-letter queue. Returns how many messages came. One that cannot be read does not stop the others."""
    came = 0
    for queue in queues.all(desk.store):
        if queue.kind != queues.DEAD_LETTERS:
            continue
        try:
            came += drain_one(desk, queue)
        except Unavailable:
            raise
        except Locked:
            continue
        except Exception as error:
            note_trouble(desk, queue.id or 0, error, lasting=queue.trouble is not None)
    return came


def drain_now(desk: Desk, connection: Connection, queue_id: int, actor: Actor) -> int:
    """Empty one because somebody asks. Returns how many messages came. Admin only.

    Raises NotFound, Unavailable, Locked and botocore's errors.
    """
    require(actor, "admin")
    require_sight(actor, connection.id or 0)
    queue = queues.by_id(desk.store, queue_id)
    if queue is None or queue.connection_id != connection.id:
        raise NotFound("This queue is not read any more.")
    return drain_one(desk, queue)


def drain_one(desk: Desk, queue: Queue) -> int:
    """Empty one. Returns how many messages came. Raises Unavailable, Locked and botocore's errors."""
    line = open_line(desk, queue)
    if line is None:
        return 0
    came, until = 0, time.monotonic() + LONGEST
    while time.monotonic() < until:
        done = once(desk.store, queue, line, WAIT)
        if not done.came:
            break
        came += done.came
        log.info(
            "dead-letters-read", queue=queue.id, came=done.came, stored=done.stored, put_aside=done.put_aside
        )
    readable(desk, queue)
    return came
