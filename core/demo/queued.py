"""SQS: the messages in a queue. One that was received is hidden until it is deleted or its time is up."""

import hashlib
import secrets
import time
from typing import Any

from core.demo.batches import each
from core.demo.call import Call
from core.demo.queueing import ARRIVED, put, queue_of
from core.demo.refusal import Refusal
from core.demo.retries import read_json
from core.demo.world import ACCOUNT, Queue, QueuedMessage

LARGEST = 1_048_576


def existing(call: Call) -> Queue:
    """The queue a URL names; whatever host it was given with, its path decides."""
    parts = call.text("QueueUrl").rstrip("/").rsplit("/", 2)
    name = parts[-1] if len(parts) > 1 else ""
    call.may(f"sqs:{call.action}", f"arn:aws:sqs:{call.region.code}:{ACCOUNT}:{name}")
    if name not in call.region.queues:
        raise Refusal("QueueDoesNotExist", "The specified queue does not exist.")
    return call.region.queues[name]


def send_message(call: Call) -> dict[str, Any]:
    """One more message."""
    queue = existing(call)
    body = call.text("MessageBody")
    if len(body.encode()) > LARGEST:
        raise Refusal(
            "InvalidParameterValue", f"One or more parameters are invalid. Reason: Message must be shorter than {LARGEST} bytes."
        )  # fmt: skip
    if not body:
        raise Refusal("MissingParameter", "The request must contain the parameter MessageBody.")
    return {"MessageId": put(queue, body, call.amazon.now()).id, "MD5OfMessageBody": _md5(body)}


def receive_message(call: Call) -> dict[str, Any]:
    """Up to ten messages, waiting for the first at most 20 s. Messages received too often go to the dead letters."""
    queue = existing(call)
    most = int(call.given.get("MaxNumberOfMessages") or 1)
    wait = _asked(call, "WaitTimeSeconds", queue, "ReceiveMessageWaitTimeSeconds", 0)
    if not 1 <= most <= 10 or not 0 <= wait <= 20:
        raise Refusal(
            "InvalidParameterValue", "MaxNumberOfMessages must be 1 to 10, WaitTimeSeconds 0 to 20."
        )
    hidden = _asked(call, "VisibilityTimeout", queue, "VisibilityTimeout", 30)
    wanted = {
        str(name) for kind in ("AttributeNames", "MessageSystemAttributeNames") for name in call.items(kind)
    }
    until = time.monotonic() + wait
    while True:
        with call.amazon.lock:
            taken = _take(call, queue, most, hidden * 1000)
        if taken or time.monotonic() >= until:
            return {"Messages": [_shown(each, wanted) for each in taken]} if taken else {}
        with ARRIVED:
            ARRIVED.wait(min(0.5, max(0.0, until - time.monotonic())))


def _asked(call: Call, name: str, queue: Queue, attribute: str, otherwise: int) -> int:
    """What the call asks for, also where that is 0; else what the queue is set to."""
    given = call.given.get(name)
    return int(queue.attributes.get(attribute) or otherwise) if given is None else int(given)


def _take(call: Call, queue: Queue, most: int, hidden: int) -> list[QueuedMessage]:
    now = call.amazon.now()
    retention = int(queue.attributes.get("MessageRetentionPeriod", "345600")) * 1000
    queue.messages = [each for each in queue.messages if each.sent_at > now - retention]
    taken: list[QueuedMessage] = []
    for message in list(queue.messages):
        if len(taken) == most:
            break
        if message.visible_at > now or _given_up(call, queue, message):
            continue
        message.received += 1
        message.first_received_at = message.first_received_at or now
        message.visible_at = now + hidden
        message.receipt = secrets.token_urlsafe(48)
        taken.append(message)
    return taken


def _given_up(call: Call, queue: Queue, message: QueuedMessage) -> bool:
    """Move a message to the dead-letter queue once it was received as often as its policy allows."""
    text = queue.attributes.get("RedrivePolicy")
    policy = read_json(text, "RedrivePolicy") if text else {}
    if not policy or message.received < int(policy.get("maxReceiveCount", 1)):
        return False
    dead = queue_of(call.amazon, str(policy.get("deadLetterTargetArn")))
    queue.messages.remove(message)
    if dead is not None:
        dead.messages.append(QueuedMessage(message.id, message.body, message.sent_at))
    return True


def _shown(message: QueuedMessage, wanted: set[str]) -> dict[str, Any]:
    """A received message; of its attributes only those that were asked for."""
    every = {
        "SentTimestamp": str(message.sent_at),
        "ApproximateReceiveCount": str(message.received),
        "ApproximateFirstReceiveTimestamp": str(message.first_received_at),
        "SenderId": "AIDAISMY7JYY5F7RTT6AO",
    }
    asked = {name: value for name, value in every.items() if name in wanted or "All" in wanted}
    shown: dict[str, Any] = {
        "MessageId": message.id,
        "ReceiptHandle": message.receipt,
        "MD5OfBody": _md5(message.body),
        "Body": message.body,
    }
    return {**shown, "Attributes": asked} if asked else shown


def delete_message(call: Call) -> dict[str, Any]:
    """Done with it."""
    queue = existing(call)
    _delete(queue, call.text("ReceiptHandle"))
    return {}


def delete_message_batch(call: Call) -> dict[str, Any]:
    """Done with up to ten."""
    call.action = "DeleteMessage"
    queue = existing(call)
    return each(call, lambda entry: _delete(queue, str(entry.get("ReceiptHandle", ""))))


def _delete(queue: Queue, receipt: str) -> None:
    if len(receipt) < 20:
        raise Refusal("ReceiptHandleIsInvalid", "The input receipt handle is invalid.")
    queue.messages = [each for each in queue.messages if each.receipt != receipt]


def change_visibility(call: Call) -> dict[str, Any]:
    """Hide a received message longer, or show it again."""
    _change_visibility(call, existing(call), call.given)
    return {}


def change_visibility_batch(call: Call) -> dict[str, Any]:
    """The same for up to ten."""
    call.action = "ChangeMessageVisibility"
    queue = existing(call)
    return each(call, lambda entry: _change_visibility(call, queue, entry))


def _change_visibility(call: Call, queue: Queue, given: dict[str, Any]) -> None:
    for message in queue.messages:
        if message.receipt == str(given.get("ReceiptHandle", "")):
            message.visible_at = call.amazon.now() + int(given.get("VisibilityTimeout") or 0) * 1000
            return
    raise Refusal("ReceiptHandleIsInvalid", "The input receipt handle is invalid.")


def purge_queue(call: Call) -> dict[str, Any]:
    """Empty it."""
    existing(call).messages.clear()
    return {}


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


ACTIONS = {
    "SendMessage": send_message,
    "ReceiveMessage": receive_message,
    "DeleteMessage": delete_message,
    "DeleteMessageBatch": delete_message_batch,
    "ChangeMessageVisibility": change_visibility,
    "ChangeMessageVisibilityBatch": change_visibility_batch,
    "PurgeQueue": purge_queue,
}
