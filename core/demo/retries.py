"""When SNS tries again: the delivery policy of a subscription or topic, checked as SNS checks it, and its pauses.

Four phases: at once, the least pause, growing pauses, the longest pause. Source: SNS developer guide, "Amazon SNS message
delivery retries" and "Creating an HTTP/S delivery policy": at most 100 retries, pauses of 1 to 3,600 s, 3,600 s in all.
The guide gives no words for a refusal; these are the demo's own, after `Invalid parameter: DeliveryPolicy:`.
"""

import json
from typing import Any

from core.demo.refusal import Refusal
from core.demo.world import Subscription, Topic

LONGEST = 3600  # seconds, for one pause and for all of them together
MOST = 100  # retries
FUNCTIONS = ("arithmetic", "exponential", "geometric", "linear")
DEFAULT = {"numRetries": 3, "minDelayTarget": 20, "maxDelayTarget": 20, "backoffFunction": "linear"}
_PHASES = ("numNoDelayRetries", "numMinDelayRetries", "numMaxDelayRetries")
_KNOWN = {*DEFAULT, *_PHASES}
_BESIDE = {
    "throttlePolicy",
    "requestPolicy",
    "sicklyRetryPolicy",
    "disableSubscriptionOverrides",
    "guaranteed",
}


def check(text: str, retries: str) -> None:
    """Refuse a policy that SNS refuses. `retries` is where its retries are: healthyRetryPolicy (a subscription's) or http (a topic's)."""
    policy = read_json(text, "DeliveryPolicy")
    if unknown := [name for name in policy if name not in (retries, *_BESIDE)]:
        raise _refusal(f"unknown field {unknown[0]}")
    inner = policy.get(retries)
    if retries == "http":
        inner = inner.get("defaultHealthyRetryPolicy") if isinstance(inner, dict) else None
    throttle = (policy.get("throttlePolicy") or {}).get("maxReceivesPerSecond")
    if throttle is not None and not _whole(throttle, 1, None):
        raise _refusal("maxReceivesPerSecond must be 1 or more")
    if inner is not None:
        _check_retries(inner)


def _check_retries(inner: Any) -> None:
    if not isinstance(inner, dict):
        raise _refusal("healthyRetryPolicy must be an object")
    if unknown := [name for name in inner if name not in _KNOWN]:
        raise _refusal(f"unknown field {unknown[0]}")
    policy = {**DEFAULT, **{name: value for name, value in inner.items() if value is not None}}
    if not _whole(policy["numRetries"], 0, MOST):
        raise _refusal(f"numRetries must be 0 to {MOST}")
    for name in _PHASES:
        if not _whole(policy.get(name, 0), 0, None):
            raise _refusal(f"{name} must be 0 or more")
    if sum(policy.get(name, 0) for name in _PHASES) > policy["numRetries"]:
        raise _refusal("the retries of the phases are more than numRetries")
    if not _whole(policy["maxDelayTarget"], 1, LONGEST):
        raise _refusal(f"maxDelayTarget must be 1 to {LONGEST}")
    if not _whole(policy["minDelayTarget"], 1, policy["maxDelayTarget"]):
        raise _refusal("minDelayTarget must be 1 to maxDelayTarget")
    if policy["backoffFunction"] not in FUNCTIONS:
        raise _refusal(f"backoffFunction must be one of {', '.join(FUNCTIONS)}")
    if sum(_pauses(policy)) > LONGEST:
        raise _refusal(f"total retry time must not exceed {LONGEST} seconds")


def pauses_of(topic: Topic, subscription: Subscription) -> list[float]:
    """Seconds before each retry: the subscription's policy, else the topic's, else the default."""
    policy: dict[str, Any] = {}
    if text := topic.attributes.get("DeliveryPolicy"):
        policy = json.loads(text).get("http", {}).get("defaultHealthyRetryPolicy") or {}
    if text := subscription.attributes.get("DeliveryPolicy"):
        policy = json.loads(text).get("healthyRetryPolicy") or policy
    return _pauses({**DEFAULT, **{name: value for name, value in policy.items() if value is not None}})


def _pauses(policy: dict[str, Any]) -> list[float]:
    least, most = float(policy["minDelayTarget"]), float(policy["maxDelayTarget"])
    at_once, early, late = (int(policy.get(name, 0)) for name in _PHASES)
    between = max(0, int(policy["numRetries"]) - at_once - early - late)
    growing = _backoff(str(policy["backoffFunction"]), least, most, between)
    return [0.0] * at_once + [least] * early + growing + [most] * late


def _backoff(function: str, least: float, most: float, steps: int) -> list[float]:
    """Pauses that grow from the least to the most: evenly (linear, arithmetic), or ever faster."""
    if steps <= 1 or most <= least:
        return [least] * steps
    shares = [step / (steps - 1) for step in range(steps)]
    if function == "exponential":
        return [float(least * (most / least) ** share) for share in shares]
    if function == "geometric":
        return [least + (most - least) * share**2 for share in shares]
    return [least + (most - least) * share for share in shares]


def read_json(text: str, name: str) -> dict[str, Any]:
    """An attribute that must hold a JSON object."""
    try:
        value = json.loads(text)
    except ValueError:
        raise Refusal("InvalidParameter", f"Invalid parameter: {name}: failed to parse JSON") from None
    if not isinstance(value, dict):
        raise Refusal("InvalidParameter", f"Invalid parameter: {name}: not an object")
    return value


def _whole(value: object, least: int, most: int | None) -> bool:
    whole = isinstance(value, int) and not isinstance(value, bool)
    return whole and least <= int(str(value)) and (most is None or int(str(value)) <= most)


def _refusal(words: str) -> Refusal:
    return Refusal("InvalidParameter", f"Invalid parameter: DeliveryPolicy: {words}")
