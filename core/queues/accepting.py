"""Whose messages a queue may carry, as the store has it now."""

from core.queues.bodies import Accepts
from core.store import callbacks, queues
from core.store.engine import Store
from core.store.tables import Connection, Queue


def accepts(store: Store, connection: Connection, queue: Queue) -> Accepts:
    """Its own topics, and those pinned at the connection's callbacks; a queue made by hand carries only its own."""
    pinned = () if queue.by_hand else callbacks.topics(store, connection.id or 0)
    known = [topic.arn for topic in pinned if topic.state != "waiting"]
    topics = (*queues.topics_of(queue), *known)
    return Accepts(connection.id or 0, connection.account_id, connection.region, topics, queue.demo)
