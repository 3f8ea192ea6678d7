"""SNS subscriptions: who listens to a topic, and how. Source: SNS API, Subscribe, SetSubscriptionAttributes, Unsubscribe."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from core.aws.account import NotAmazon
from core.aws.talk import Talk, is_gone
from core.aws.topics import region_of

LEFT = "Deleted"  # in place of an ARN: the subscription has ended, and is listed for some days more


@dataclass(frozen=True, slots=True)
class Listed:
    """One subscription as a topic lists it. While it is pending Amazon does not tell its ARN: then `arn` is ""."""

    arn: str
    protocol: str
    endpoint: str = field(repr=False)


def of_topic(talk: Talk, topic_arn: str) -> list[Listed]:
    """ListSubscriptionsByTopic, every page, without those that have ended; [] when the topic is gone."""
    found: list[Listed] = []
    token = ""
    while True:
        given: dict[str, Any] = {"NextToken": token} if token else {}
        try:
            said = talk.ask(
                "sns", "list_subscriptions_by_topic", region_of(topic_arn), TopicArn=topic_arn, **given
            )
        except Exception as error:
            if is_gone(error):
                return []
            raise
        for each in said.get("Subscriptions") or ():
            arn = str(each.get("SubscriptionArn", ""))
            if arn == LEFT:
                continue
            known = arn if arn.startswith("arn:") else ""
            found.append(Listed(known, str(each.get("Protocol", "")), str(each.get("Endpoint", ""))))
        token = str(said.get("NextToken") or "")
        if not token:
            return found


def attributes(talk: Talk, arn: str) -> dict[str, str] | None:
    """GetSubscriptionAttributes; None when there is no such subscription."""
    try:
        said = talk.ask("sns", "get_subscription_attributes", SubscriptionArn=arn)
    except Exception as error:
        if is_gone(error):
            return None
        raise
    return dict(said.get("Attributes") or {})


def subscribe(talk: Talk, topic_arn: str, protocol: str, endpoint: str, wanted: Mapping[str, str]) -> str:
    """Subscribe; repeated for an endpoint that waits, it asks the endpoint again. Returns the subscription's ARN."""
    given: dict[str, Any] = {"Attributes": dict(wanted)} if wanted else {}
    said = talk.ask(
        "sns", "subscribe", TopicArn=topic_arn, Protocol=protocol, Endpoint=endpoint, ReturnSubscriptionArn=True,
        **given,
    )  # fmt: skip
    if not str(said.get("SubscriptionArn", "")).startswith("arn:"):
        raise NotAmazon("subscription")
    return str(said["SubscriptionArn"])


def set_attribute(talk: Talk, arn: str, name: str, value: str) -> None:
    """SetSubscriptionAttributes."""
    talk.ask(
        "sns", "set_subscription_attributes", SubscriptionArn=arn, AttributeName=name, AttributeValue=value
    )


def unsubscribe(talk: Talk, arn: str) -> None:
    """Unsubscribe; one that is gone is no error. One that is pending Amazon refuses to take away."""
    try:
        talk.ask("sns", "unsubscribe", SubscriptionArn=arn)
    except Exception as error:
        if not is_gone(error):
            raise
