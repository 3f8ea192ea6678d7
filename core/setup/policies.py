"""The policies of the chain, as plain values: who may publish, who may put into a queue, how often delivery is tried.

Pure. The saga and the CloudFormation template both take them from here. Sources: SES developer guide, "Configuring Amazon
SNS notifications"; SNS developer guide, "Message delivery retries" and "Dead-letter queues".
"""

import hashlib
import json
from collections.abc import Sequence
from typing import Any

LONGEST = 3_600  # seconds: what Amazon allows one delivery policy in all
RETENTION = 14 * 86_400  # seconds a queue keeps a message: the most there is
VISIBILITY = 120  # seconds a fetched message stays hidden; longer than a commit may take
POLL = 20  # seconds a fetch waits
OURS = ("SesDeskPublish", "SesDeskSend")  # how the names of our statements begin
Statement = dict[str, Any]
Policy = dict[str, Any]

# Three tries at once, twenty 5 s apart (a restart), then one a minute: 3,580 s. No back-off phase, so the sum is exact.
RETRIES: dict[str, Any] = {
    "minDelayTarget": 5,
    "maxDelayTarget": 60,
    "numRetries": 81,
    "numNoDelayRetries": 3,
    "numMinDelayRetries": 20,
    "numMaxDelayRetries": 58,
    "backoffFunction": "linear",
}


def publish_statement(topic_arn: str, account: str, sources: Sequence[str]) -> Statement:
    """SES may publish to the topic, for this account and these configuration sets or identities alone."""
    return {
        "Sid": _sid(OURS[0], sources),
        "Effect": "Allow",
        "Principal": {"Service": "ses.amazonaws.com"},
        "Action": "SNS:Publish",
        "Resource": topic_arn,
        "Condition": {
            "StringEquals": {"AWS:SourceAccount": account, "AWS:SourceArn": _one_or_many(sources)},
        },
    }


def key_statement(account: str, source: str) -> Statement:
    """SES may use a customer's key for the topic: what the key's own policy needs, with the topic's policy besides."""
    return {
        "Sid": f"{OURS[0]}Encrypted",
        "Effect": "Allow",
        "Principal": {"Service": "ses.amazonaws.com"},
        "Action": ["kms:GenerateDataKey", "kms:Decrypt"],
        "Resource": "*",
        "Condition": {"StringEquals": {"AWS:SourceAccount": account, "AWS:SourceArn": source}},
    }


def queue_statement(queue_arn: str, topic_arn: str) -> Statement:
    """SNS may put this topic's messages into the queue."""
    return {
        "Sid": _sid(OURS[1], [topic_arn]),
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": queue_arn,
        "Condition": {"ArnEquals": {"aws:SourceArn": topic_arn}},
    }


def with_statement(policy: str, statement: Statement) -> str:
    """A policy (JSON text, may be empty) with our statement in it, and everything else as it was."""
    said = _read(policy)
    others = [each for each in _statements(said) if each.get("Sid") != statement["Sid"]]
    return json.dumps({"Version": "2012-10-17", **said, "Statement": [*others, statement]})


def without_statement(policy: str, sid: str) -> str:
    """A policy without our statement; "" when nothing is left."""
    said = _read(policy)
    others = [each for each in _statements(said) if each.get("Sid") != sid]
    return json.dumps({**said, "Statement": others}) if others else ""


def statement_of(policy: str, sid: str) -> Statement | None:
    """Our statement in a policy."""
    return next((each for each in _statements(_read(policy)) if each.get("Sid") == sid), None)


def strangers(policy: str) -> list[str]:
    """The names of a policy's statements that no set-up of ours wrote."""
    return [
        str(each.get("Sid") or "a statement without a name")
        for each in _statements(_read(policy))
        if not str(each.get("Sid", "")).startswith(OURS)
    ]


def same(one: Any, other: Any) -> bool:
    """Whether two parts of a policy say the same: Amazon changes the case of actions, and lists of one into words."""
    return bool(_plain(one) == _plain(other))


def delivery_policy() -> Policy:
    """How often SNS tries to reach us: just under an hour. Asserted, because Amazon refuses a second more."""
    total = total_seconds(RETRIES)
    assert LONGEST * 0.95 < total <= LONGEST, f"the delivery policy takes {total} s"
    return {"healthyRetryPolicy": dict(RETRIES)}


def redrive_policy(dead_letters_arn: str) -> Policy:
    """Where SNS puts what it could not deliver."""
    return {"deadLetterTargetArn": dead_letters_arn}


def total_seconds(retries: dict[str, Any]) -> float:
    """The seconds a delivery policy takes from the first try to the last, the back-off phase at its steepest."""
    least, most = float(retries["minDelayTarget"]), float(retries["maxDelayTarget"])
    early, late = int(retries.get("numMinDelayRetries", 0)), int(retries.get("numMaxDelayRetries", 0))
    between = int(retries["numRetries"]) - int(retries.get("numNoDelayRetries", 0)) - early - late
    if between < 0:
        raise ValueError("The phases of the delivery policy hold more retries than it has.")
    return early * least + late * most + between * most


def queue_attributes() -> dict[str, str]:
    """What our queues are made with."""
    return {
        "MessageRetentionPeriod": str(RETENTION),
        "VisibilityTimeout": str(VISIBILITY),
        "ReceiveMessageWaitTimeSeconds": str(POLL),
    }


def _sid(word: str, sources: Sequence[str]) -> str:
    return word + hashlib.sha256("\n".join(sorted(sources)).encode()).hexdigest()[:12]


def _one_or_many(values: Sequence[str]) -> str | list[str]:
    return values[0] if len(values) == 1 else list(values)


def _read(policy: str) -> Policy:
    said = json.loads(policy) if policy.strip() else {}
    return said if isinstance(said, dict) else {}


def _statements(policy: Policy) -> list[Statement]:
    found = policy.get("Statement", [])
    return [each for each in (found if isinstance(found, list) else [found]) if isinstance(each, dict)]


def _plain(part: Any) -> Any:
    if isinstance(part, dict):
        return {
            key if key in ("Sid",) else key.lower(): (_actions(value) if key == "Action" else _plain(value))
            for key, value in part.items()
        }
    if isinstance(part, list):
        return _plain(part[0]) if len(part) == 1 else sorted((_plain(each) for each in part), key=str)
    return part


def _actions(value: Any) -> Any:
    named = value if isinstance(value, list) else [value]
    return sorted(str(each).lower() for each in named)
