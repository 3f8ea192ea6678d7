"""SNS: looking at subscriptions, and setting their raw delivery, retries and dead letters."""

import re
from typing import Any

from core.demo import subscription_attributes
from core.demo.call import Call
from core.demo.paging import page
from core.demo.query import Entries
from core.demo.refusal import Refusal
from core.demo.sns import existing
from core.demo.subscriptions import expire, find
from core.demo.world import ACCOUNT, Subscription, Topic


def list_by_topic(call: Call) -> dict[str, Any]:
    """The subscriptions of one topic. Those not confirmed have no ARN yet, and those that left have none any more."""
    topic = existing(call)
    expire(call.region, call.amazon.now())
    return _listed(call, list(topic.subscriptions.values()))


def list_all(call: Call) -> dict[str, Any]:
    """The subscriptions of the account here."""
    call.may("sns:ListSubscriptions")
    expire(call.region, call.amazon.now())
    listed = [each for topic in call.region.topics.values() for each in topic.subscriptions.values()]
    return _listed(call, [*listed, *call.region.orphans.values()])


def _listed(call: Call, subscriptions: list[Subscription]) -> dict[str, Any]:
    rows, following = page(subscriptions, call.given, 100)
    return {
        "Subscriptions": [
            {
                "SubscriptionArn": _shown_arn(each),
                "Owner": ACCOUNT,
                "Protocol": each.protocol,
                "Endpoint": re.sub(r"(?<=:)[^:@/]+(?=@)", "****", each.endpoint),
                "TopicArn": each.topic_arn,
            }
            for each in rows
        ],
        **following,
    }


def _shown_arn(subscription: Subscription) -> str:
    """Amazon goes on listing what was unsubscribed, under this word."""
    if subscription.left:
        return "Deleted"
    return subscription.arn if subscription.confirmed else "PendingConfirmation"


def _existing(call: Call) -> Subscription:
    arn = call.text("SubscriptionArn")
    call.may(f"sns:{call.action}")  # IAM knows no resource for it
    expire(call.region, call.amazon.now())
    subscription = find(call.region, arn)[1] or call.region.orphans.get(arn)
    if subscription is None:
        raise Refusal("NotFound", "Subscription does not exist", 404)
    return subscription


def get_attributes(call: Call) -> dict[str, Any]:
    """What is set on a subscription, and whether it still waits."""
    subscription = _existing(call)
    return {
        "Attributes": Entries(
            {
                "SubscriptionArn": subscription.arn,
                "TopicArn": subscription.topic_arn,
                "Owner": ACCOUNT,
                "Protocol": subscription.protocol,
                "Endpoint": subscription.endpoint,
                "RawMessageDelivery": "false",
                "PendingConfirmation": "false" if subscription.confirmed else "true",
                "ConfirmationWasAuthenticated": "true" if subscription.signed_leave else "false",
                **subscription.attributes,
            }
        )
    }


def set_attributes(call: Call) -> None:
    """Set one attribute: raw delivery, retries, dead letters."""
    subscription = _existing(call)
    name, value = call.text("AttributeName"), call.text("AttributeValue")
    scope = subscription.attributes.get("FilterPolicyScope", "MessageAttributes")
    topic = call.region.topics.get(subscription.topic_arn) or Topic(subscription.topic_arn)
    subscription_attributes.check(topic, subscription.protocol, name, value, scope)
    subscription_attributes.set_one(subscription.attributes, name, value)


ACTIONS = {
    "ListSubscriptionsByTopic": list_by_topic,
    "ListSubscriptions": list_all,
    "GetSubscriptionAttributes": get_attributes,
    "SetSubscriptionAttributes": set_attributes,
}
