"""What can be set on a subscription, and what SNS refuses to set there."""

import json
from collections.abc import Mapping

from core.demo import filters, retries
from core.demo.refusal import Refusal
from core.demo.world import ACCOUNT, Topic

SETTABLE = ("DeliveryPolicy", "FilterPolicy", "FilterPolicyScope", "RawMessageDelivery", "RedrivePolicy")
_JSON = ("DeliveryPolicy", "FilterPolicy", "RedrivePolicy")


def check(topic: Topic, protocol: str, name: str, value: str, scope: str) -> None:
    """Refuse what SNS refuses. An empty value takes a policy away. `scope` is the FilterPolicyScope that holds."""
    if name not in SETTABLE:
        raise Refusal("InvalidParameter", "Invalid parameter: AttributeName")
    if name == "RawMessageDelivery" and value not in ("true", "false"):
        raise Refusal(
            "InvalidParameter",
            f"Invalid parameter: Attributes Reason: RawMessageDelivery: Invalid value [{value}]. Must be true or false.",
        )
    if name == "FilterPolicyScope" and value not in filters.SCOPES:
        raise Refusal(
            "InvalidParameter",
            f"Invalid parameter: FilterPolicyScope: Invalid value [{value}]. Please use either MessageBody or MessageAttributes",
        )
    if name in _JSON and value:
        if name == "DeliveryPolicy":
            if protocol not in ("http", "https"):
                raise Refusal(
                    "InvalidParameter", f"Invalid parameter: Delivery policy is not supported for {protocol}"
                )
            retries.check(value, "healthyRetryPolicy")
        elif name == "FilterPolicy":
            filters.check(value, scope)
        else:
            _check_redrive(topic, value)


def _check_redrive(topic: Topic, value: str) -> None:
    """A queue for dead letters: of the topic's own account and region."""
    policy = retries.read_json(value, "RedrivePolicy")
    arn = policy.get("deadLetterTargetArn")
    if not arn:
        raise Refusal("InvalidParameter", "Invalid parameter: RedrivePolicy: deadLetterTargetArn is required")
    here = f"arn:aws:sqs:{topic.arn.split(':')[3]}:{ACCOUNT}:"
    if not isinstance(arn, str) or not arn.startswith(here) or arn.count(":") != 5:
        raise Refusal(
            "InvalidParameter", "Invalid parameter: RedrivePolicy: deadLetterTargetArn is an invalid arn"
        )


def set_one(attributes: dict[str, str], name: str, value: str) -> None:
    """Set a checked one; an empty policy, and a filter of nothing, is none."""
    if name in _JSON and (not value or (name == "FilterPolicy" and json.loads(value) == {})):
        attributes.pop(name, None)
        return
    attributes[name] = value


def differs(held: Mapping[str, str], wanted: Mapping[str, str]) -> bool:
    """Whether a Subscribe asks for something else than the subscription that is there already has."""
    return any(_plain(name, held.get(name, "")) != _plain(name, value) for name, value in wanted.items())


def _plain(name: str, value: str) -> object:
    if name == "RawMessageDelivery":
        return value or "false"
    return json.loads(value) if name in _JSON and value else value
