"""SNS messages as they are posted: the envelope around a message, and the two confirmations, each signed.

URLs carry Amazon's own hosts, as in the real thing; the certificate's contents are the demo's.
"""

import json
import uuid

from core.demo.amazon import Amazon
from core.demo.world import Subscription, Topic
from core.moment import rfc3339


def notification(
    amazon: Amazon,
    topic: Topic,
    subscription: Subscription,
    message_id: str,
    at: int,
    message: str,
    subject: str | None,
) -> str:
    """A Notification as text, keys in Amazon's order. `at` is when it was published."""
    body = {"Type": "Notification", "MessageId": message_id, "TopicArn": topic.arn}
    if subject is not None:
        body["Subject"] = subject
    body |= {"Message": message, "Timestamp": rfc3339(at)}
    leave = f"{_host(topic)}/?Action=Unsubscribe&SubscriptionArn={subscription.arn}"
    return _text(_signed(amazon, topic, body) | {"UnsubscribeURL": leave})


def confirmation(
    amazon: Amazon, topic: Topic, token: str, kind: str = "SubscriptionConfirmation", subscription: str = ""
) -> tuple[str, str]:
    """A SubscriptionConfirmation or UnsubscribeConfirmation: its MessageId and its text."""
    if kind == "SubscriptionConfirmation":
        words = f"You have chosen to subscribe to the topic {topic.arn}.\nTo confirm the subscription, visit the SubscribeURL included in this message."
    else:
        words = f"You have chosen to deactivate subscription {subscription}.\nTo cancel this operation and restore the subscription, visit the SubscribeURL included in this message."
    body = {
        "Type": kind,
        "MessageId": str(uuid.uuid4()),
        "Token": token,
        "TopicArn": topic.arn,
        "Message": words,
        "SubscribeURL": f"{_host(topic)}/?Action=ConfirmSubscription&TopicArn={topic.arn}&Token={token}",
        "Timestamp": rfc3339(amazon.now()),
    }
    return body["MessageId"], _text(_signed(amazon, topic, body))


def _signed(amazon: Amazon, topic: Topic, body: dict[str, str]) -> dict[str, str]:
    version = topic.attributes.get("SignatureVersion", "1")
    signature = amazon.signer.sign(body, version)
    url = f"{_host(topic)}/{amazon.world.certificate_name}"
    return body | {"SignatureVersion": version, "Signature": signature, "SigningCertURL": url}


def _host(topic: Topic) -> str:
    return f"https://sns.{topic.arn.split(':')[3]}.amazonaws.com"


def _text(body: dict[str, str]) -> str:
    return json.dumps(body, indent=2, separators=(",", " : "), ensure_ascii=False)
