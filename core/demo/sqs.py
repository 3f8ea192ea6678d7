"""SQS (JSON): the queues between SNS and a poller. A received message is hidden until it is deleted or its time is up."""

import hashlib
import re
import secrets
import time
from typing import Any

from core.demo.call import Call
from core.demo.delivery import read_json
from core.demo.queueing import ARRIVED, put, queue_of
from core.demo.refusal import Refusal
from core.demo.world import ACCOUNT, Queue, QueuedMessage

SETTABLE = (
    "DelaySeconds", "MaximumMessageSize", "MessageRetentionPeriod", "Policy", "ReceiveMessageWaitTimeSeconds",
    "RedrivePolicy", "RedriveAllowPolicy", "VisibilityTimeout", "KmsMasterKeyId", "SqsManagedSseEnabled",
)  # fmt: skip


def create_queue(call: Call) -> dict[str, Any]:
    """Make a queue; the same name with the same attributes is given back, with others refused."""
    name = call.text("QueueName")
    arn = f"arn:aws:sqs:{call.region.code}:{ACCOUNT}:{name}"
    call.may("sqs:CreateQueue", arn)
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,80}", name):
        raise Refusal(
            "InvalidParameterValue",
            "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length",
        )
    attributes = _attributes(call.given.get("Attributes") or {})
    found = call.region.queues.get(name)
    if found is None:
        url = f"{call.given['_base']}/{ACCOUNT}/{name}"
        found = call.region.queues[name] = Queue(name, url, arn, call.amazon.now(), attributes)
        found.tags = {str(key): str(value) for key, value in (call.given.get("tags") or {}).items()}
    elif any(found.attributes.get(key) != value for key, value in attributes.items()):
        raise Refusal(
            "QueueNameExists",
            "A queue already exists with the same name and a different value for attribute "
            + next(iter(attributes)),
        )
    return {"QueueUrl": _url(call, found)}


def get_queue_url(call: Call) -> dict[str, Any]:
    """Where a queue is."""
    found = call.region.queues.get(call.text("QueueName"))
    if found is None:
        raise Refusal("QueueDoesNotExist", "The specified queue does not exist.")
    call.may("sqs:GetQueueUrl", found.arn)
    return {"QueueUrl": _url(call, found)}


def list_queues(call: Call) -> dict[str, Any]:
    """All queues here."""
    call.may("sqs:ListQueues")
    head = call.text("QueueNamePrefix")
    return {
        "QueueUrls": [_url(call, each) for each in call.region.queues.values() if each.name.startswith(head)]
    }


def delete_queue(call: Call) -> dict[str, Any]:
    """A queue and what is in it."""
    del call.region.queues[_queue(call).name]
    return {}


def get_attributes(call: Call) -> dict[str, Any]:
    """What is set, and how much is in it."""
    queue = _queue(call)
    now = call.amazon.now()
    hidden = sum(1 for each in queue.messages if each.visible_at > now and each.received)
    delayed = sum(1 for each in queue.messages if each.visible_at > now and not each.received)
    every = {
        "QueueArn": queue.arn,
        "CreatedTimestamp": str(queue.created_at // 1000),
        "VisibilityTimeout": "30",
        "MessageRetentionPeriod": "345600",
        "ApproximateNumberOfMessages": str(len(queue.messages) - hidden - delayed),
        "ApproximateNumberOfMessagesNotVisible": str(hidden),
        "ApproximateNumberOfMessagesDelayed": str(delayed),
        "SqsManagedSseEnabled": "true",
        **queue.attributes,
    }
    wanted = call.items("AttributeNames")
    return {
        "Attributes": every if "All" in wanted else {name: every[name] for name in wanted if name in every}
    }


def set_attributes(call: Call) -> dict[str, Any]:
    """Change some."""
    queue = _queue(call)
    queue.attributes |= _attributes(call.given.get("Attributes") or {})
    return {}


def send_message(call: Call) -> dict[str, Any]:
    """One more message."""
    queue = _queue(call)
    body = call.text("MessageBody")
    if not body:
        raise Refusal("MissingParameter", "The request must contain the parameter MessageBody.")
    return {"MessageId": put(queue, body, call.amazon.now()).id, "MD5OfMessageBody": _md5(body)}


def receive_message(call: Call) -> dict[str, Any]:
    """Up to ten messages, waiting for the first at most 20 s. Messages received too often go to the dead letters."""
    queue = _queue(call)
    most = int(call.given.get("MaxNumberOfMessages") or 1)
    wait = int(
        call.given.get("WaitTimeSeconds") or queue.attributes.get("ReceiveMessageWaitTimeSeconds") or 0
    )
    if not 1 <= most <= 10 or not 0 <= wait <= 20:
        raise Refusal(
            "InvalidParameterValue", "MaxNumberOfMessages must be 1 to 10, WaitTimeSeconds 0 to 20."
        )
    hidden = int(call.given.get("VisibilityTimeout") or queue.attributes.get("VisibilityTimeout") or 30)
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
    queue = _queue(call)
    _delete(queue, call.text("ReceiptHandle"))
    return {}


def delete_message_batch(call: Call) -> dict[str, Any]:
    """Done with up to ten."""
    call.action = "DeleteMessage"
    queue = _queue(call)
    done: list[dict[str, Any]] = []
    failed: list[dict[str, Any]] = []
    for entry in call.items("Entries"):
        try:
            _delete(queue, str(entry.get("ReceiptHandle", "")))
            done.append({"Id": entry["Id"]})
        except Refusal as refusal:
            failed.append(
                {"Id": entry["Id"], "SenderFault": True, "Code": refusal.code, "Message": refusal.message}
            )
    return {"Successful": done, "Failed": failed}


def _delete(queue: Queue, receipt: str) -> None:
    if len(receipt) < 20:
        raise Refusal("ReceiptHandleIsInvalid", "The input receipt handle is invalid.")
    queue.messages = [each for each in queue.messages if each.receipt != receipt]


def change_visibility(call: Call) -> dict[str, Any]:
    """Hide a received message longer, or show it again."""
    queue = _queue(call)
    for message in queue.messages:
        if message.receipt == call.text("ReceiptHandle"):
            message.visible_at = call.amazon.now() + int(call.given.get("VisibilityTimeout") or 0) * 1000
            return {}
    raise Refusal("ReceiptHandleIsInvalid", "The input receipt handle is invalid.")


def purge_queue(call: Call) -> dict[str, Any]:
    """Empty it."""
    _queue(call).messages.clear()
    return {}


def _queue(call: Call) -> Queue:
    """The queue a URL names; whatever host it was given with, its path decides."""
    parts = call.text("QueueUrl").rstrip("/").rsplit("/", 2)
    name = parts[-1] if len(parts) > 1 else ""
    call.may(f"sqs:{call.action}", f"arn:aws:sqs:{call.region.code}:{ACCOUNT}:{name}")
    if name not in call.region.queues:
        raise Refusal("QueueDoesNotExist", "The specified queue does not exist.")
    return call.region.queues[name]


def _url(call: Call, queue: Queue) -> str:
    """The queue's URL at this demo: its port may change from one start to the next."""
    return f"{call.given['_base']}/{ACCOUNT}/{queue.name}"


def _attributes(given: dict[str, Any]) -> dict[str, str]:
    for name in given:
        if name not in SETTABLE:
            raise Refusal("InvalidAttributeName", f"Unknown Attribute {name}.")
    return {str(name): str(value) for name, value in given.items()}


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


ACTIONS = {
    "CreateQueue": create_queue,
    "GetQueueUrl": get_queue_url,
    "ListQueues": list_queues,
    "DeleteQueue": delete_queue,
    "GetQueueAttributes": get_attributes,
    "SetQueueAttributes": set_attributes,
    "SendMessage": send_message,
    "ReceiveMessage": receive_message,
    "DeleteMessage": delete_message,
    "DeleteMessageBatch": delete_message_batch,
    "ChangeMessageVisibility": change_visibility,
    "PurgeQueue": purge_queue,
}
