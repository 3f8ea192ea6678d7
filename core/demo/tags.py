"""Tags on topics, queues, and what SES keeps. Each service spells the same thing its own way."""

from typing import Any

from core.demo import queued
from core.demo.call import Call
from core.demo.refusal import Refusal
from core.demo.world import Topic

MOST = 50


def rows(tags: dict[str, str]) -> list[dict[str, str]]:
    """Tags as they are answered."""
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def given(call: Call, name: str = "Tags") -> dict[str, str]:
    """Tags as they are sent: a list of Key and Value."""
    return {str(tag["Key"]): str(tag.get("Value", "")) for tag in call.items(name)}


def _topic(call: Call) -> Topic:
    arn = call.text("ResourceArn")
    call.may(f"sns:{call.action}", arn)
    topic = call.region.topics.get(arn)
    if topic is None:
        raise Refusal("ResourceNotFound", "Resource does not exist", 404)
    return topic


def tag_topic(call: Call) -> dict[str, Any]:
    """Add or change."""
    topic = _topic(call)
    added = topic.tags | given(call)
    if len(added) > MOST:
        raise Refusal(
            "TagLimitExceeded", f"Could not complete request: tag quota of per resource exceeded ({MOST})"
        )
    topic.tags = added
    return {}


def untag_topic(call: Call) -> dict[str, Any]:
    """Take away."""
    topic = _topic(call)
    topic.tags = {key: value for key, value in topic.tags.items() if key not in call.items("TagKeys")}
    return {}


def tags_of_topic(call: Call) -> dict[str, Any]:
    """All of them."""
    return {"Tags": rows(_topic(call).tags)}


def tag_queue(call: Call) -> dict[str, Any]:
    """Add or change."""
    queue = queued.existing(call)
    queue.tags |= {str(key): str(value) for key, value in (call.given.get("Tags") or {}).items()}
    return {}


def untag_queue(call: Call) -> dict[str, Any]:
    """Take away."""
    queue = queued.existing(call)
    queue.tags = {key: value for key, value in queue.tags.items() if key not in call.items("TagKeys")}
    return {}


def tags_of_queue(call: Call) -> dict[str, Any]:
    """All of them; none at all are left out."""
    tags = queued.existing(call).tags
    return {"Tags": tags} if tags else {}


def _ses(call: Call) -> dict[str, str]:
    """The tags of an identity, configuration set or contact list."""
    arn = call.text("ResourceArn")
    call.may(f"ses:{call.action}", arn)
    kind, _, name = arn.partition(f"arn:aws:ses:{call.region.code}:")[2].partition(":")[2].partition("/")
    held: dict[str, dict[str, Any]] = {
        "identity": dict(call.region.identities),
        "configuration-set": dict(call.region.configuration_sets),
        "contact-list": dict(call.region.contact_lists),
    }
    found = held.get(kind, {}).get(name)
    if found is None:
        raise Refusal("NotFoundException", f"Resource {arn} does not exist.", 404)
    tags: dict[str, str] = found.tags
    return tags


def tag_ses(call: Call) -> dict[str, Any]:
    """Add or change."""
    _ses(call).update(given(call))
    return {}


def untag_ses(call: Call) -> dict[str, Any]:
    """Take away."""
    tags = _ses(call)
    for key in call.items("TagKeys"):
        tags.pop(str(key), None)
    return {}


def tags_of_ses(call: Call) -> dict[str, Any]:
    """All of them."""
    return {"Tags": rows(_ses(call))}


SNS = {"TagResource": tag_topic, "UntagResource": untag_topic, "ListTagsForResource": tags_of_topic}
SQS = {"TagQueue": tag_queue, "UntagQueue": untag_queue, "ListQueueTags": tags_of_queue}
ACTIONS = {"TagResource": tag_ses, "UntagResource": untag_ses, "ListTagsForResource": tags_of_ses}
