"""SQS (JSON): the queues between SNS and a poller; their messages are in queued.py."""

import json
import re
from typing import Any

from core.demo import queued, tags
from core.demo.call import Call
from core.demo.queued import existing
from core.demo.refusal import Refusal
from core.demo.world import ACCOUNT, Queue

SETTABLE = (
    "DelaySeconds", "MaximumMessageSize", "MessageRetentionPeriod", "Policy", "ReceiveMessageWaitTimeSeconds",
    "RedrivePolicy", "RedriveAllowPolicy", "VisibilityTimeout", "KmsMasterKeyId", "SqsManagedSseEnabled",
)  # fmt: skip
# Seconds, seconds, bytes, seconds, seconds: the least and the most that SQS takes.
RANGES = {
    "DelaySeconds": (0, 900),
    "VisibilityTimeout": (0, 43_200),
    "MaximumMessageSize": (1_024, 1_048_576),
    "MessageRetentionPeriod": (60, 1_209_600),
    "ReceiveMessageWaitTimeSeconds": (0, 20),
}


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
    if call.given.get("tags"):
        call.may("sqs:TagQueue", arn)
    rest = call.amazon.world.tuning.queue_rest * 1000
    if call.amazon.now() < call.region.deleted_queues.get(name, 0) + rest:
        raise Refusal(
            "QueueDeletedRecently",
            "You must wait 60 seconds after deleting a queue before you can create another with the same name.",
        )
    found = call.region.queues.get(name)
    if found is None:
        url = f"{call.given['_base']}/{ACCOUNT}/{name}"
        found = call.region.queues[name] = Queue(name, url, arn, call.amazon.now(), attributes)
        found.tags = {str(key): str(value) for key, value in (call.given.get("tags") or {}).items()}
    elif other := [key for key, value in attributes.items() if found.attributes.get(key) != value]:
        raise Refusal(
            "QueueNameExists",
            f"A queue already exists with the same name and a different value for attribute {other[0]}",
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
    """A queue and what is in it. Its name rests for a while."""
    name = existing(call).name
    del call.region.queues[name]
    call.region.deleted_queues[name] = call.amazon.now()
    return {}


def get_attributes(call: Call) -> dict[str, Any]:
    """What is set, and how much is in it."""
    queue = existing(call)
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
    queue = existing(call)
    queue.attributes |= _attributes(call.given.get("Attributes") or {})
    return {}


def _url(call: Call, queue: Queue) -> str:
    """The queue's URL at this demo: its port may change from one start to the next."""
    return f"{call.given['_base']}/{ACCOUNT}/{queue.name}"


def _attributes(given: dict[str, Any]) -> dict[str, str]:
    for name, value in given.items():
        if name not in SETTABLE:
            raise Refusal("InvalidAttributeName", f"Unknown Attribute {name}.")
        least, most = RANGES.get(name, (0, 0))
        if name in RANGES and not (str(value).isdigit() and least <= int(str(value)) <= most):
            raise Refusal("InvalidAttributeValue", f"Invalid value for the parameter {name}.")
        if name in ("Policy", "RedrivePolicy") and value and not _is_object(str(value)):
            raise Refusal("InvalidAttributeValue", f"Invalid value for the parameter {name}.")
    return {str(name): str(value) for name, value in given.items()}


def _is_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False


ACTIONS = {
    "CreateQueue": create_queue,
    "GetQueueUrl": get_queue_url,
    "ListQueues": list_queues,
    "DeleteQueue": delete_queue,
    "GetQueueAttributes": get_attributes,
    "SetQueueAttributes": set_attributes,
    **queued.ACTIONS,
    **tags.SQS,
}
