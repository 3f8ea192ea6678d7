"""How many messages wait in a queue, as the worker saw it; one that cannot be asked keeps what was seen, with its time."""

from shops import Shop, bounce

from core.store import depths, queues
from core.store.depths import Depth
from core.worker.depths import look

NOW = 1_780_000_000_000


def test_what_waits_and_what_is_hidden_is_noted(shop: Shop) -> None:
    queue = shop.read_from_now_on(queues.DEAD_LETTERS)
    shop.publish(*(bounce() for _ in range(12)))
    assert len(shop.line.receive(0)) == 10
    look(shop.desk, NOW)
    assert depths.seen(shop.store) == [Depth(queue.id or 0, "dead-letters", 2, 10, NOW)]


def test_a_queue_that_cannot_be_asked_keeps_what_was_last_seen_and_one_that_is_gone_goes(shop: Shop) -> None:
    queue = shop.read_from_now_on()
    shop.publish(bounce())
    look(shop.desk, NOW)
    faults = shop.amazon.amazon.faults
    faults.add({"name": "denied", "service": "sqs", "action": "GetQueueAttributes", "count": -1})
    shop.publish(bounce())
    look(shop.desk, NOW + 60_000)
    assert depths.seen(shop.store) == [Depth(queue.id or 0, "events", 1, 0, NOW)]
    faults.clear()
    look(shop.desk, NOW + 120_000)
    assert depths.seen(shop.store) == [Depth(queue.id or 0, "events", 2, 0, NOW + 120_000)]
    with shop.store.write() as conn:
        queues.remove(conn, shop.connection.id or 0, shop.arn)
    look(shop.desk, NOW + 180_000)
    assert depths.seen(shop.store) == []


def test_without_queues_nothing_is_written(shop: Shop) -> None:
    look(shop.desk, NOW)
    assert shop.count("meta WHERE name = 'queue-depths'") == 0
