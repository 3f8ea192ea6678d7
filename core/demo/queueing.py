"""Messages into queues: from SNS, where the queue's policy lets it, and from a caller."""

import threading
import uuid

from core.demo import keyholders
from core.demo.amazon import Amazon
from core.demo.resource_policy import lets_in
from core.demo.world import Queue, QueuedMessage, Topic

SNS = "sns.amazonaws.com"
# Long polls wait here; one bell for all queues is enough for a demo.
ARRIVED = threading.Condition()


def queue_of(amazon: Amazon, arn: str) -> Queue | None:
    """The queue an ARN names."""
    parts = arn.split(":")
    region = amazon.region(parts[3]) if len(parts) == 6 else None
    return region.queues.get(parts[5]) if region is not None else None


def from_topic(amazon: Amazon, topic: Topic, queue_arn: str, body: str) -> bool:
    """Put a topic's message into a queue. Without a policy that lets SNS in, it is lost without a word, as with Amazon."""
    queue = queue_of(amazon, queue_arn)
    policy = queue.attributes.get("Policy", "") if queue is not None else ""
    if queue is None or not policy:
        return False
    if not lets_in(policy, SNS, queue.arn, topic.arn, "sqs:SendMessage"):
        return False
    region = amazon.region(queue.arn.split(":")[3])
    if region is None or not keyholders.opens(region, queue.attributes.get("KmsMasterKeyId", ""), SNS):
        return False
    put(queue, body, amazon.now())
    return True


def put(queue: Queue, body: str, now: int) -> QueuedMessage:
    """One more message."""
    delay = int(queue.attributes.get("DelaySeconds", "0") or 0) * 1000
    message = QueuedMessage(str(uuid.uuid4()), body, now, now + delay)
    queue.messages.append(message)
    with ARRIVED:
        ARRIVED.notify_all()
    return message
