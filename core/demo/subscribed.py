"""SNS: looking at subscriptions, and setting their raw delivery, retries and dead letters."""

import re
from typing import Any

from core.demo.call import Call
from core.demo.paging import page
from core.demo.query import Entries
from core.demo.refusal import Refusal
from core.demo.sns import existing
from core.demo.subscriptions import check_attribute, find
from core.demo.world import ACCOUNT, Subscription


def list_by_topic(call: Call) -> dict[str, Any]:
    """The subscriptions of one topic. Those not confirmed have no ARN yet."""
    return _listed(call, existing(call).present)


def list_all(call: Call) -> dict[str, Any]:
    """The subscriptions of the account here."""
    call.may("sns:ListSubscriptions")
    return _listed(call, [each for topic in call.region.topics.values() for each in topic.present])


def _listed(call: Call, subscriptions: list[Subscription]) -> dict[str, Any]:
    rows, following = page(subscriptions, call.given, 100)
    return {
        "Subscriptions": [
            {
                "SubscriptionArn": each.arn if each.confirmed else "PendingConfirmation",
                "Owner": ACCOUNT,
                "Protocol": each.protocol,
                "Endpoint": re.sub(r"(?<=:)[^:@/]+(?=@)", "****", each.endpoint),
                "TopicArn": each.topic_arn,
            }
            for each in rows
        ],
        **following,
    }


def _existing(call: Call) -> Subscription:
    arn = call.text("SubscriptionArn")
    call.may(f"sns:{call.action}", arn)
    subscription = find(call.region, arn)[1]
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
    check_attribute(name, value)
    subscription.attributes[name] = value


ACTIONS = {
    "ListSubscriptionsByTopic": list_by_topic,
    "ListSubscriptions": list_all,
    "GetSubscriptionAttributes": get_attributes,
    "SetSubscriptionAttributes": set_attributes,
}
