"""A queue that somebody made by hand, given by its URL: looked at, tried, and read from then on."""

import json
from dataclasses import dataclass, replace

from core.aws.access import Access
from core.aws.pulling import Line, QueueLook, look
from core.connect import access
from core.connect.regions import partition, spoken
from core.desk import Desk
from core.diagnosis import Context, explain, finding
from core.diagnosis.diagnosis import Diagnosis
from core.errors import BadInput, NotFound, SesDeskError
from core.members.actor import Actor
from core.members.roles import require, require_sight
from core.queues import address
from core.queues.senders import Senders, senders
from core.store import audit, findings, queues
from core.store.tables import Connection

FOUND = ("queue-not-readable", "queue-messages-put-aside")


@dataclass(frozen=True, slots=True)
class Given:
    """The queue's number when it is read from now on; else `finding` says why not. `topics` may report through it."""

    queue_id: int | None = None
    arn: str = ""
    topics: tuple[str, ...] = ()
    event_bridge: bool = False
    finding: Diagnosis | None = None


def give(desk: Desk, connection: Connection, url: str, actor: Actor, now: int) -> Given:
    """Read this queue from now on, once Amazon has shown that we may and that SNS may write to it. Admin only.

    Given again, its topics are read afresh. Raises BadInput (`url`) for what is no queue of this connection.
    """
    require(actor, "admin")
    require_sight(actor, connection.id or 0)
    where = _address(connection, url)
    arn = where.arn(connection.region)
    known = next(
        (one for one in queues.of_connection(desk.store, connection.id or 0) if one.arn == arn), None
    )
    if known is not None and not known.by_hand:
        raise BadInput("SES Desk reads this queue already.", "url")
    way = access.of(desk.store, desk.vault, desk.settings, connection)
    try:
        seen = _tried(way, where.url, connection.region)
    except SesDeskError:
        raise
    except Exception as error:  # what Amazon said is shown; nothing was changed
        host = f"sqs.{connection.region}.amazonaws.com"
        about = Context(
            region=connection.region, service="sqs", operation="ReceiveMessage", host=host, now=now
        )
        return Given(arn=arn, finding=explain(error, about))
    who = senders(seen.policy, partition(connection.region))
    if found := _refused(connection, seen, who):
        return Given(arn=seen.arn, topics=who.topics, event_bridge=who.event_bridge, finding=found)
    with desk.store.write() as conn:
        number = queues.add(
            conn, connection.id or 0, seen.arn, where.url, queues.EVENTS, now,
            by_hand=True, demo=connection.demo, topics=who.topics,
        )  # fmt: skip
        audit.append(conn, actor.name, "queue-given", connection.name, {"queue": seen.arn}, now)
    return Given(number, seen.arn, who.topics, who.event_bridge)


def take_away(desk: Desk, connection: Connection, queue_id: int, actor: Actor, now: int) -> None:
    """Leave a queue alone from now on; what is in it stays there, what was put aside from it is forgotten. Admin only."""
    require(actor, "admin")
    require_sight(actor, connection.id or 0)
    queue = queues.by_id(desk.store, queue_id)
    if queue is None or queue.connection_id != connection.id:
        raise NotFound("This queue is not read any more.")
    with desk.store.write() as conn:
        queues.remove(conn, queue.connection_id, queue.arn)
        for reference in FOUND:
            findings.resolve(conn, queue.connection_id, reference, queue.arn, now)
        audit.append(conn, actor.name, "queue-left-alone", connection.name, {"queue": queue.arn}, now)


def _address(connection: Connection, url: str) -> address.Address:
    where = address.read(url, own_endpoint=connection.demo or "://" in connection.endpoint)
    if where.region and where.region != connection.region:
        raise BadInput(
            f"This queue is in {spoken(where.region)}, the connection in {spoken(connection.region)}. "
            "Make a queue there, beside the topic.",
            "url",
        )
    if where.name.endswith(".fifo"):
        raise BadInput("This is a FIFO queue. SNS delivers what SES reports to standard queues only.", "url")
    return where


def _tried(way: Access, url: str, region: str) -> QueueLook:
    """Look at it, receive without hiding anything, delete nothing. Raises botocore's errors."""
    seen = look(way, url, region)
    line = Line(way, url, region)
    line.receive(wait=0, hidden=0)
    line.may_delete()
    return seen


def _refused(connection: Connection, seen: QueueLook, who: Senders) -> Diagnosis | None:
    said = {"queue": seen.arn}
    if who.anybody:
        return finding("queue-open-to-all", said, connection.region)
    if not who.topics and not who.event_bridge:
        return replace(
            finding("queue-lets-nobody-in", said, connection.region), snippet=_statement(connection, seen.arn)
        )
    if seen.kms_key.endswith("alias/aws/sqs"):
        return finding("queue-encrypted", said, connection.region)
    return None


def _statement(connection: Connection, arn: str) -> str:
    """The statement to add, for the topics of this account in this region."""
    start, account = partition(connection.region), connection.account_id or arn.split(":")[4]
    topics = f"arn:{start}:sns:{connection.region}:{account}:*"
    said = {
        "Sid": "AllowTheTopic", "Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage", "Resource": arn, "Condition": {"ArnLike": {"aws:SourceArn": topics}},
    }  # fmt: skip
    return json.dumps(said, indent=2)
