"""SNS: topics, and publishing to them. Subscriptions are in subscriptions.py, the posting itself in delivery.py.

Source: SNS API reference; message forms: SNS developer guide, "Parsing message formats".
"""

import re
import uuid
from collections.abc import Mapping
from typing import Any

from core.demo import delivery, filters, keyholders, permission, queueing, topic_attributes
from core.demo.amazon import Amazon
from core.demo.call import Call
from core.demo.envelope import notification
from core.demo.paging import page
from core.demo.query import Entries
from core.demo.refusal import Refusal
from core.demo.world import ACCOUNT, Region, Topic

NAMESPACE = "http://sns.amazonaws.com/doc/2010-03-31/"
LARGEST = 262_144


def publish(
    amazon: Amazon,
    region: Region,
    topic: Topic,
    message: str,
    subject: str | None,
    given: Mapping[str, Any] | None = None,
) -> str:
    """Hand a message to every confirmed subscription whose filter lets it pass; returns its MessageId."""
    message_id, at = str(uuid.uuid4()), amazon.now()  # the same for every subscription
    for subscription in topic.present:
        if not subscription.confirmed or not filters.lets_pass(subscription.attributes, message, given or {}):
            continue
        if amazon.drops.take(subscription.protocol, message):
            delivery.note(amazon, topic, "Notification", message_id, 1, 0, dropped=True)
            continue
        raw = subscription.attributes.get("RawMessageDelivery") == "true"
        body = message if raw else notification(amazon, topic, subscription, message_id, at, message, subject)
        if subscription.protocol in ("http", "https"):
            delivery.deliver(amazon, region, topic, subscription, "Notification", message_id, body, raw)
        elif subscription.protocol == "sqs" and not queueing.from_topic(
            amazon, topic, subscription.endpoint, body
        ):
            delivery.give_up(amazon, topic, subscription, body)
    return message_id


def existing(call: Call) -> Topic:
    """The topic the call names, or Amazon's NotFound; one of another account is not ours to touch."""
    arn = call.text("TopicArn")
    if not re.fullmatch(r"arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}(?:\.fifo)?", arn):
        raise Refusal("InvalidParameter", "Invalid parameter: TopicArn")
    call.may(f"sns:{call.action}", arn)
    if arn.split(":")[4] != ACCOUNT:
        raise Refusal(
            "denied",
            f"User: {call.key.arn} is not authorized to perform: SNS:{call.action} on resource: {arn}"
            f" because no resource-based policy allows the SNS:{call.action} action",
        )
    topic = call.region.topics.get(arn)
    if topic is None:
        raise Refusal("NotFound", "Topic does not exist", 404)
    return topic


def create_topic(call: Call) -> dict[str, Any]:
    """Make a topic; the same name with the same attributes and tags is given back, with others refused."""
    name, given = call.text("Name"), call.given.get("Attributes")
    wanted = {str(key): str(value) for key, value in given.items()} if isinstance(given, dict) else {}
    fifo = wanted.get("FifoTopic") == "true"
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,256}" + (r"\.fifo" if fifo else ""), name):
        why = " Fifo Topic names must end with .fifo and must be made up of" if fifo else ""
        raise Refusal("InvalidParameter", f"Invalid parameter: Topic Name{why}")
    arn = f"arn:aws:sns:{call.region.code}:{ACCOUNT}:{name}"
    tags = {str(tag["Key"]): str(tag.get("Value", "")) for tag in call.items("Tags")}
    call.may("sns:CreateTopic", arn)
    if tags:
        call.may("sns:TagResource", arn)
    topic = call.region.topics.get(arn)
    if topic is not None:
        if topic_attributes.differs(topic, wanted):
            raise Refusal(
                "InvalidParameter",
                "Invalid parameter: Attributes Reason: Topic already exists with different attributes",
            )
        if any(topic.tags.get(key) != value for key, value in tags.items()):
            raise Refusal(
                "InvalidParameter", "Invalid parameter: Tags Reason: Topic already exists with different tags"
            )
        return {"TopicArn": arn}
    topic = Topic(arn, tags=tags)
    for key, value in wanted.items():
        if key != "FifoTopic":
            topic_attributes.set_one(topic, key, value)
    call.region.topics[arn] = topic
    return {"TopicArn": arn}


def delete_topic(call: Call) -> None:
    """Delete a topic; deleting none is no error. Who had confirmed stays listed, as an orphan, until it is unsubscribed."""
    arn = call.text("TopicArn")
    call.may("sns:DeleteTopic", arn)
    topic = call.region.topics.pop(arn, None)
    for each in topic.present if topic is not None else ():
        if each.confirmed:
            call.region.orphans[each.arn] = each


def list_topics(call: Call) -> dict[str, Any]:
    """Topic ARNs, a hundred at a time."""
    call.may("sns:ListTopics")
    arns, following = page(sorted(call.region.topics), call.given, 100)
    return {"Topics": [{"TopicArn": arn} for arn in arns], **following}


def get_topic_attributes(call: Call) -> dict[str, Any]:
    """What is set on a topic, and how many subscribe."""
    topic = existing(call)
    confirmed = sum(1 for each in topic.present if each.confirmed)
    shown = {
        "TopicArn": topic.arn,
        "Owner": ACCOUNT,
        "DisplayName": "",
        "Policy": topic_attributes.default_policy(topic.arn),
        "SubscriptionsConfirmed": str(confirmed),
        "SubscriptionsPending": str(len(topic.present) - confirmed),
        "SubscriptionsDeleted": str(len(topic.subscriptions) - len(topic.present)),
        **({"FifoTopic": "true", "ContentBasedDeduplication": "false"} if topic.fifo else {}),
        **topic.attributes,
    }
    return {"Attributes": Entries(shown)}


def set_topic_attributes(call: Call) -> None:
    """Set one attribute, for example SignatureVersion to 2."""
    topic_attributes.set_one(existing(call), call.text("AttributeName"), call.text("AttributeValue"))


def publish_call(call: Call) -> dict[str, Any]:
    """Publish what the caller says. An encrypted topic needs its key as well."""
    topic = existing(call)
    message = call.text("Message")
    if not message or len(message.encode()) > LARGEST:
        why = "Message too long" if message else "Empty message"
        raise Refusal("InvalidParameter", f"Invalid parameter: {why}")
    if topic.fifo and not call.text("MessageGroupId"):
        raise Refusal(
            "InvalidParameter",
            "Invalid parameter: The MessageGroupId parameter is required for FIFO topics",
        )
    if key := topic.attributes.get("KmsMasterKeyId", ""):
        _may_encrypt(call, key)
    subject = call.given.get("Subject")
    words = None if subject is None else str(subject)
    return {"MessageId": publish(call.amazon, call.region, topic, message, words, _attributes(call))}


def _may_encrypt(call: Call, key: str) -> None:
    arn = keyholders.arn_of(call.region, key)
    for action in ("kms:GenerateDataKey", "kms:Decrypt"):
        if permission.verdict(call.key, action, arn) != "allow":
            raise Refusal(
                "KMSAccessDenied", f"User: {call.key.arn} is not authorized to perform: {action} on resource: {arn}"
            )  # fmt: skip


def _attributes(call: Call) -> dict[str, Any]:
    """Message attributes by name: text, or numbers for filters that compare them."""
    given = call.given.get("MessageAttributes")
    found: dict[str, Any] = {}
    for name, value in given.items() if isinstance(given, dict) else ():
        text = str(value.get("StringValue", "")) if isinstance(value, dict) else str(value)
        number = isinstance(value, dict) and str(value.get("DataType", "")).startswith("Number")
        found[str(name)] = float(text) if number else text
    return found


ACTIONS = {
    "CreateTopic": create_topic,
    "DeleteTopic": delete_topic,
    "ListTopics": list_topics,
    "GetTopicAttributes": get_topic_attributes,
    "SetTopicAttributes": set_topic_attributes,
    "Publish": publish_call,
}
