"""SNS: who listens to a topic. HTTP endpoints must confirm with a token, which lives two days.

Amazon refuses endpoints on this machine and takes any other; the demo takes only those on this machine.
"""

import secrets
import uuid
from typing import Any
from urllib.parse import urlsplit

from core.demo import delivery, queueing, subscription_attributes
from core.demo.amazon import Amazon
from core.demo.call import Call
from core.demo.envelope import confirmation
from core.demo.refusal import Refusal
from core.demo.sns import existing
from core.demo.world import Region, Subscription, Topic

TOKEN_LIFE = 48 * 3_600_000
PENDING_LIFE = 72 * 3_600_000
PENDING = "pending confirmation"


def subscribe(call: Call) -> dict[str, Any]:
    """Ask an endpoint whether it wants the topic; asking again asks again. A queue of ours needs no asking."""
    topic = existing(call)
    protocol, endpoint = call.text("Protocol"), call.text("Endpoint")
    _check_endpoint(call.amazon, topic, protocol, endpoint)
    given = call.given.get("Attributes")
    attributes = {str(name): str(value) for name, value in given.items()} if isinstance(given, dict) else {}
    scope = attributes.get("FilterPolicyScope", "MessageAttributes")
    for name, value in attributes.items():
        subscription_attributes.check(topic, protocol, name, value, scope)
    found = next((s for s in topic.present if (s.protocol, s.endpoint) == (protocol, endpoint)), None)
    if found is None:
        found = Subscription(f"{topic.arn}:{uuid.uuid4()}", topic.arn, protocol, endpoint)
        topic.subscriptions[found.arn] = found
        for name, value in attributes.items():
            subscription_attributes.set_one(found.attributes, name, value)
    elif subscription_attributes.differs(found.attributes, attributes):
        raise Refusal(
            "InvalidParameter",
            "Invalid parameter: Attributes Reason: Subscription already exists with different attributes",
        )
    if protocol == "sqs":
        found.confirmed = True
    if not found.confirmed:
        ask(call.amazon, call.region, topic, found)
    shown = found.confirmed or call.text("ReturnSubscriptionArn").lower() == "true"
    return {"SubscriptionArn": found.arn if shown else PENDING}


def ask(amazon: Amazon, region: Region, topic: Topic, subscription: Subscription) -> None:
    """Post a SubscriptionConfirmation with a fresh token."""
    token = new_token(amazon, subscription)
    message_id, body = confirmation(amazon, topic, token)
    delivery.deliver(amazon, region, topic, subscription, "SubscriptionConfirmation", message_id, body)


def new_token(amazon: Amazon, subscription: Subscription) -> str:
    """A token that confirms this subscription, good for two days."""
    token = "2336412f37fb687f5d51e6e241d09c80" + secrets.token_hex(80)
    subscription.tokens[token] = amazon.now() + TOKEN_LIFE
    return token


def confirm_subscription(call: Call) -> dict[str, Any]:
    """Yes, it wants it. Repeating a good token is no error."""
    call.may("sns:ConfirmSubscription", call.text("TopicArn"))
    signed = call.text("AuthenticateOnUnsubscribe").lower() == "true"
    return {
        "SubscriptionArn": confirm(
            call.amazon, call.region, call.text("TopicArn"), call.text("Token"), signed
        )
    }


def confirm(amazon: Amazon, region: Region, topic_arn: str, token: str, signed_leave: bool) -> str:
    """Confirm by token, with or without a signed call; returns the subscription's ARN."""
    topic = region.topics.get(topic_arn)
    if topic is None:
        raise Refusal("NotFound", "Topic does not exist", 404)
    for subscription in topic.subscriptions.values():
        if token and token in subscription.tokens:
            if subscription.tokens[token] <= amazon.now():
                raise Refusal("InvalidParameter", "Invalid parameter: Token")
            subscription.confirmed, subscription.left = True, False
            subscription.signed_leave = signed_leave
            return subscription.arn
    raise Refusal("InvalidParameter", "Invalid parameter: Token")


def unsubscribe(call: Call) -> None:
    """Leave. The endpoint is told, with a token that would bring it back. One that is pending cannot leave: it runs out."""
    arn = call.text("SubscriptionArn")
    if arn.count(":") < 5:
        raise Refusal(
            "InvalidParameter",
            "Invalid parameter: SubscriptionArn Reason: An ARN must have at least 6 elements, not "
            f"{arn.count(':') + 1}",
        )
    call.may("sns:Unsubscribe")  # IAM knows no resource for it
    if call.region.orphans.pop(arn, None) is not None:
        return
    found = find(call.region, arn)[1]
    if found is not None and not found.confirmed:
        raise Refusal("InvalidParameter", "Invalid parameter: This subscription is pending confirmation")
    leave(call.amazon, call.region, arn, signed=True)


def leave(amazon: Amazon, region: Region, arn: str, signed: bool) -> None:
    """Take a subscription away; an unsigned call may not, where AuthenticateOnUnsubscribe was set."""
    topic, subscription = find(region, arn)
    if topic is None or subscription is None:
        return
    if subscription.signed_leave and not signed:
        raise Refusal(
            "denied", "Anonymous user is not authorized to perform: SNS:Unsubscribe on resource: " + topic.arn
        )
    if subscription.protocol in ("http", "https") and subscription.confirmed:
        token = new_token(amazon, subscription)
        message_id, body = confirmation(amazon, topic, token, "UnsubscribeConfirmation", arn)
        delivery.deliver(amazon, region, topic, subscription, "UnsubscribeConfirmation", message_id, body)
    subscription.confirmed, subscription.left = False, True


def expire(region: Region, now: int) -> None:
    """Those that nobody confirmed within three days are gone. Source: SNS developer guide, "Deleting a subscription"."""
    for topic in region.topics.values():
        for arn, each in list(topic.subscriptions.items()):
            asked = max(each.tokens.values(), default=now) - TOKEN_LIFE
            if not each.confirmed and not each.left and each.tokens and asked + PENDING_LIFE < now:
                del topic.subscriptions[arn]


def find(region: Region, arn: str) -> tuple[Topic | None, Subscription | None]:
    """A subscription and its topic."""
    for topic in region.topics.values():
        if arn in topic.subscriptions and not topic.subscriptions[arn].left:
            return topic, topic.subscriptions[arn]
    return None, None


def _check_endpoint(amazon: Amazon, topic: Topic, protocol: str, endpoint: str) -> None:
    if topic.fifo and protocol != "sqs":
        raise Refusal(
            "InvalidParameter", f"Invalid parameter: Invalid protocol type for FIFO topic: {protocol}"
        )
    if protocol in ("http", "https"):
        if urlsplit(endpoint).scheme != protocol:
            raise Refusal("InvalidParameter", "Invalid parameter: Endpoint must match the specified protocol")
        if not delivery.is_loopback(urlsplit(endpoint).hostname or ""):
            raise Refusal("InvalidParameter", "Invalid parameter: Unreachable Endpoint")
    elif protocol == "sqs":
        if queueing.queue_of(amazon, endpoint) is None:
            raise Refusal("InvalidParameter", "Invalid parameter: SQS endpoint ARN")
    elif protocol != "email":
        raise Refusal(
            "InvalidParameter", f"Invalid parameter: Does not support this protocol string: {protocol}"
        )


ACTIONS = {
    "Subscribe": subscribe,
    "ConfirmSubscription": confirm_subscription,
    "Unsubscribe": unsubscribe,
}
