"""SNS: topics, and publishing to them. Subscriptions are in subscriptions.py, the posting itself in delivery.py.

Source: SNS API reference; message forms: SNS developer guide, "Parsing message formats".
"""

import re
import uuid
from typing import Any

from core.demo import delivery, queueing
from core.demo.amazon import Amazon
from core.demo.call import Call
from core.demo.envelope import notification
from core.demo.paging import page
from core.demo.query import Entries
from core.demo.refusal import Refusal
from core.demo.world import ACCOUNT, Region, Topic

NAMESPACE = "http://sns.amazonaws.com/doc/2010-03-31/"
SETTABLE = (
    "Policy", "DisplayName", "DeliveryPolicy", "SignatureVersion", "TracingConfig", "KmsMasterKeyId",
    "HTTPSuccessFeedbackRoleArn", "HTTPSuccessFeedbackSampleRate", "HTTPFailureFeedbackRoleArn", "FifoTopic",
)  # fmt: skip


def publish(amazon: Amazon, region: Region, topic: Topic, message: str, subject: str | None) -> str:
    """Hand a message to every confirmed subscription of a topic; returns its MessageId."""
    message_id = str(uuid.uuid4())
    for subscription in topic.present:
        if not subscription.confirmed:
            continue
        raw = subscription.attributes.get("RawMessageDelivery") == "true"
        body = message if raw else notification(amazon, topic, subscription, message_id, message, subject)
        if subscription.protocol in ("http", "https"):
            delivery.deliver(amazon, region, topic, subscription, "Notification", message_id, body, raw)
        elif subscription.protocol == "sqs":
            queueing.from_topic(amazon, topic, subscription.endpoint, body)
    return message_id


def existing(call: Call) -> Topic:
    """The topic the call names, or Amazon's NotFound; an ARN of another region is no topic here."""
    arn = call.text("TopicArn")
    if not re.fullmatch(r"arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}(?:\.fifo)?", arn):
        raise Refusal("InvalidParameter", "Invalid parameter: TopicArn")
    call.may(f"sns:{call.action}", arn)
    topic = call.region.topics.get(arn)
    if topic is None:
        raise Refusal("NotFound", "Topic does not exist", 404)
    return topic


def create_topic(call: Call) -> dict[str, Any]:
    """Make a topic; one of the same name is simply given back."""
    name = call.text("Name")
    fifo = (
        call.given.get("Attributes", {}).get("FifoTopic") == "true"
        if isinstance(call.given.get("Attributes"), dict)
        else False
    )
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", name.removesuffix(".fifo") if fifo else name):
        raise Refusal("InvalidParameter", "Invalid parameter: Topic Name")
    arn = f"arn:aws:sns:{call.region.code}:{ACCOUNT}:{name}"
    call.may("sns:CreateTopic", arn)
    topic = call.region.topics.setdefault(arn, Topic(arn))
    attributes = call.given.get("Attributes")
    for key, value in (attributes if isinstance(attributes, dict) else {}).items():
        _set(topic, str(key), str(value))
    topic.tags |= {str(tag["Key"]): str(tag.get("Value", "")) for tag in call.items("Tags")}
    return {"TopicArn": arn}


def delete_topic(call: Call) -> None:
    """Delete a topic with its subscriptions; deleting none is no error."""
    call.may("sns:DeleteTopic", call.text("TopicArn"))
    call.region.topics.pop(call.text("TopicArn"), None)


def list_topics(call: Call) -> dict[str, Any]:
    """Topic ARNs, a hundred at a time."""
    call.may("sns:ListTopics")
    arns, following = page(sorted(call.region.topics), call.given, 100)
    return {"Topics": [{"TopicArn": arn} for arn in arns], **following}


def get_topic_attributes(call: Call) -> dict[str, Any]:
    """What is set on a topic, and how many subscribe."""
    topic = existing(call)
    confirmed = sum(1 for each in topic.present if each.confirmed)
    pending = len(topic.present) - confirmed
    return {
        "Attributes": Entries(
            {
                "TopicArn": topic.arn,
                "Owner": ACCOUNT,
                "DisplayName": "",
                "Policy": default_policy(topic.arn),
                "SubscriptionsConfirmed": str(confirmed),
                "SubscriptionsPending": str(pending),
                "SubscriptionsDeleted": "0",
                **topic.attributes,
            }
        )
    }


def set_topic_attributes(call: Call) -> None:
    """Set one attribute, for example SignatureVersion to 2."""
    _set(existing(call), call.text("AttributeName"), call.text("AttributeValue"))


def _set(topic: Topic, name: str, value: str) -> None:
    if name not in SETTABLE:
        raise Refusal("InvalidParameter", "Invalid parameter: AttributeName")
    if name == "SignatureVersion" and value not in ("1", "2"):
        raise Refusal("InvalidParameter", "Invalid parameter: SignatureVersion")
    if name in ("Policy", "DeliveryPolicy") and value:
        delivery.read_json(value, name)
    topic.attributes[name] = value


def publish_call(call: Call) -> dict[str, Any]:
    """Publish what the caller says."""
    topic = existing(call)
    message = call.text("Message")
    if not message or len(message.encode()) > 262_144:
        raise Refusal(
            "InvalidParameter",
            "Invalid parameter: Message too long" if message else "Invalid parameter: Empty message",
        )
    subject = call.given.get("Subject")
    return {
        "MessageId": publish(
            call.amazon, call.region, topic, message, None if subject is None else str(subject)
        )
    }


def default_policy(arn: str) -> str:
    """The policy a topic is born with: its own account may use it, and so may SES for that account."""
    return (
        '{"Version":"2008-10-17","Id":"__default_policy_ID","Statement":[{"Sid":"__default_statement_ID","Effect":"Allow",'
        '"Principal":{"AWS":"*"},"Action":["SNS:GetTopicAttributes","SNS:SetTopicAttributes","SNS:AddPermission",'
        '"SNS:RemovePermission","SNS:DeleteTopic","SNS:Subscribe","SNS:ListSubscriptionsByTopic","SNS:Publish"],'
        f'"Resource":"{arn}","Condition":{{"StringEquals":{{"AWS:SourceOwner":"{ACCOUNT}"}}}}}}]}}'
    )


ACTIONS = {
    "CreateTopic": create_topic,
    "DeleteTopic": delete_topic,
    "ListTopics": list_topics,
    "GetTopicAttributes": get_topic_attributes,
    "SetTopicAttributes": set_topic_attributes,
    "Publish": publish_call,
}
