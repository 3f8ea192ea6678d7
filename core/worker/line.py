"""The line to one queue: opened for a turn, and what is noted when it cannot be."""

from core import moment
from core.aws.pulling import Line
from core.connect import access
from core.desk import Desk
from core.diagnosis import Context, explain
from core.log import log
from core.store import connections, findings, queues
from core.store.tables import Queue

NOT_READABLE = "queue-not-readable"


def open_line(desk: Desk, queue: Queue) -> Line | None:
    """A client for this queue, also where its connection is disabled; None where there is nobody to ask just now.

    Raises Locked, and NotFound or BadInput when there are no usable keys.
    """
    connection = connections.by_id(desk.store, queue.connection_id)
    if connection is None or (queue.demo and not _demo_runs(desk)):
        return None
    way = access.of(desk.store, desk.vault, desk.settings, connection, even_disabled=True)
    return Line(way, queue.url, region_of(queue.arn))


def note_trouble(desk: Desk, queue_id: int, error: Exception, lasting: bool) -> None:
    """Write down why a queue cannot be read; what lasts becomes a finding as well. Never raises."""
    try:
        queue = queues.by_id(desk.store, queue_id)
        if queue is None:
            return
        now, region = moment.now(), region_of(queue.arn)
        host = f"sqs.{region}.amazonaws.com"
        found = explain(
            error, Context(region=region, service="sqs", operation="ReceiveMessage", host=host, now=now)
        )
        with desk.store.write() as conn:
            queues.trouble(conn, queue_id, found.as_json())
            if lasting:
                evidence = {"why": found.title}
                findings.raise_(conn, queue.connection_id, NOT_READABLE, queue.arn, evidence, now)
        log.warning("a queue cannot be read", queue=queue_id, why=found.reference)
    except Exception as second:  # the store is away: then that is the trouble, and it is told elsewhere
        log.warning("a queue's trouble could not be noted", queue=queue_id, why=type(second).__name__)


def readable(desk: Desk, queue: Queue) -> None:
    """Note that a queue can be read, and end the finding that it could not."""
    now = moment.now()
    with desk.store.write() as conn:
        queues.polled(conn, queue.id or 0, now)
        findings.resolve(conn, queue.connection_id, NOT_READABLE, queue.arn, now)


def region_of(arn: str) -> str:
    """The region in a queue's ARN, arn:aws:sqs:REGION:ACCOUNT:NAME."""
    return arn.split(":")[3] if arn.count(":") == 5 else ""


def _demo_runs(desk: Desk) -> bool:
    """The demo Amazon is never started for its queues alone."""
    from core.demo import process

    return process.running_now(desk.settings) is not None
