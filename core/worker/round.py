"""One round with a queue: receive, store, and only then delete.

Whatever ends this process between storing and deleting costs nothing: the message comes again, and counts once.
"""

from collections.abc import Callable
from dataclasses import dataclass

from core import moment
from core.aws.pulling import AT_ONCE, Line, Received
from core.log import log
from core.queues.accepting import accepts
from core.queues.bodies import NotOurs, read
from core.queues.put_aside import PUT_ASIDE
from core.receiver.batch import take_in_now
from core.store import connections, findings, poison, queues
from core.store.engine import Store
from core.store.tables import Poison, Queue

BATCH = 200  # messages per commit when the queue is busy


@dataclass(frozen=True, slots=True)
class Round:
    """What became of the messages of one round."""

    came: int = 0
    stored: int = 0  # for the first time; the others were stored before
    put_aside: int = 0


def once(store: Store, queue: Queue, line: Line, wait: int, busy: Callable[[bool], object] = bool) -> Round:
    """Receive what is there (waiting for the first at most `wait` seconds), store it in one commit, then delete it.

    `busy` is told True before the commit and False after the deletion. Raises Unavailable (nothing is deleted then) and
    botocore's errors.
    """
    came = line.receive(wait)
    if not came:
        return Round()
    busy(True)
    try:
        if len(came) == AT_ONCE:
            came += _more(line)
        return _take_in(store, queue.id or 0, line, came)
    finally:
        busy(False)


def _more(line: Line) -> list[Received]:
    """What else is there at once: a busy queue is stored by the hundred, not by the ten."""
    more: list[Received] = []
    try:
        while len(more) < BATCH - AT_ONCE and (next_ones := line.receive(0)):
            more += next_ones
    except Exception as error:  # those that came already are stored first; the next round meets it again
        log.warning("a queue stopped answering", why=type(error).__name__)
    return more


def _take_in(store: Store, queue_id: int, line: Line, came: list[Received]) -> Round:
    now, queue = moment.now(), queues.by_id(store, queue_id)
    connection = connections.by_id(store, queue.connection_id) if queue else None
    if queue is None or connection is None:
        return Round()  # removed a moment ago: the messages stay where they are
    allowed = accepts(store, connection, queue)
    good, bad = [], []
    for each in came:
        try:
            good.append((each, read(each, allowed, now)))
        except NotOurs as reason:
            bad.append((each, str(reason)))
        except (
            Exception
        ) as error:  # a fault of ours must not keep the others waiting: it is kept, to be taken in again
            log.exception("a queue's message could not be read; put aside", queue=queue_id)
            bad.append((each, f"SES Desk could not read it ({type(error).__name__})."))
    stored = take_in_now(store, [one for _, one in good]) if good else []
    done = [each for (each, _), new in zip(good, stored, strict=True) if new is not None]
    if bad:
        _put_aside(store, queue, bad, now)
    with store.write() as conn:
        queues.polled(conn, queue_id, now, now)
    refused = line.delete(done + [each for each, _ in bad])
    if refused:
        log.warning("some messages could not be deleted; they come again", queue=queue_id, count=refused)
    return Round(len(came), sum(new is True for new in stored), len(bad))


def _put_aside(store: Store, queue: Queue, bad: list[tuple[Received, str]], now: int) -> None:
    rows = [
        Poison(
            connection_id=queue.connection_id, queue_id=queue.id or 0, sqs_message_id=each.id, body=each.body,
            reason=reason, sent_at=each.sent_at, received_at=now,
        )
        for each, reason in bad
    ]  # fmt: skip
    with store.write() as conn:
        poison.put_aside(conn, rows)
        findings.raise_(conn, queue.connection_id, PUT_ASIDE, queue.arn, {"why": bad[-1][1]}, now)
