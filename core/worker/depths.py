"""Looking how many messages wait in each queue, once a minute."""

from core.desk import Desk
from core.errors import Unavailable
from core.log import log
from core.store import depths, queues
from core.store.depths import Depth
from core.store.tables import Queue
from core.worker.line import open_line


def look(desk: Desk, now: int) -> None:
    """Note the depth of every queue. One that cannot be asked keeps what was last seen of it, with its time."""
    known = {one.queue: one for one in depths.seen(desk.store)}
    there = queues.all(desk.store)
    found = [_asked(desk, queue, now) or known.get(queue.id or 0) for queue in there]
    if there or known:
        depths.note(desk.store, [one for one in found if one is not None])


def _asked(desk: Desk, queue: Queue, now: int) -> Depth | None:
    try:
        line = open_line(desk, queue)
        if line is None:
            return None
        waiting, hidden = line.depth()
    except Unavailable:
        raise
    except Exception as error:  # whoever reads the queue meets it as well, and says what it is
        log.info("queue-not-looked-at", queue=queue.id, why=type(error).__name__)
        return None
    return Depth(queue.id or 0, queue.kind, waiting, hidden, now)
