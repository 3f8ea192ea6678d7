"""What was put aside from a queue: taken in again once the reason is gone, or forgotten."""

from core.aws.pulling import Received
from core.desk import Desk
from core.errors import BadInput, NotFound
from core.members.actor import Actor
from core.members.roles import require, require_sight
from core.queues.accepting import accepts
from core.queues.bodies import NotOurs, read
from core.receiver.batch import take_in_now
from core.store import audit, findings, poison, queues
from core.store.tables import Connection, Poison

PUT_ASIDE = "queue-messages-put-aside"


def again(desk: Desk, connection: Connection, poison_id: int, actor: Actor, now: int) -> bool:
    """Take a message in after all. True = stored now, False = it had come another way. Admin only.

    Raises BadInput with the reason while it still cannot be taken in.
    """
    kept = _mine(desk, connection, poison_id, actor)
    queue = queues.by_id(desk.store, kept.queue_id)
    if queue is None:
        raise NotFound("The queue it came from is not read any more.")
    try:
        came = Received(kept.sqs_message_id, "", kept.body, kept.sent_at)
        notification = read(came, accepts(desk.store, connection, queue), now)
    except NotOurs as reason:
        raise BadInput(str(reason)) from None
    stored = take_in_now(desk.store, [notification])[0]
    _forget(desk, connection, kept, actor, "queue-message-taken-in", now)
    return bool(stored)


def forget(desk: Desk, connection: Connection, poison_id: int, actor: Actor, now: int) -> None:
    """Throw a message away for good. Admin only."""
    _forget(
        desk, connection, _mine(desk, connection, poison_id, actor), actor, "queue-message-forgotten", now
    )


def _mine(desk: Desk, connection: Connection, poison_id: int, actor: Actor) -> Poison:
    require(actor, "admin")
    require_sight(actor, connection.id or 0)
    kept = poison.by_id(desk.store, connection.id or 0, poison_id)
    if kept is None:
        raise NotFound("This message is gone. Look at the list again.")
    return kept


def _forget(desk: Desk, connection: Connection, kept: Poison, actor: Actor, action: str, now: int) -> None:
    queue = queues.by_id(desk.store, kept.queue_id)
    with desk.store.write() as conn:
        poison.remove(conn, kept.connection_id, kept.id or 0)
        if queue is not None and not poison.count(conn, kept.queue_id):
            findings.resolve(conn, kept.connection_id, PUT_ASIDE, queue.arn, now)
        about = {"queue": queue.arn if queue else "", "message": kept.sqs_message_id}
        audit.append(conn, actor.name, action, connection.name, about, now)
