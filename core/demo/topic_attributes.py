"""What can be set on a topic, and what SNS refuses to set there."""

from collections.abc import Mapping
from typing import Any

from core.demo import retries
from core.demo.permission import as_list
from core.demo.refusal import Refusal
from core.demo.world import ACCOUNT, Topic

SETTABLE = (
    "Policy", "DisplayName", "DeliveryPolicy", "SignatureVersion", "TracingConfig", "KmsMasterKeyId",
    "HTTPSuccessFeedbackRoleArn", "HTTPSuccessFeedbackSampleRate", "HTTPFailureFeedbackRoleArn",
    "ContentBasedDeduplication",
)  # fmt: skip


def check(topic: Topic, name: str, value: str) -> None:
    """Refuse what SNS refuses."""
    if name not in SETTABLE:
        raise Refusal("InvalidParameter", "Invalid parameter: AttributeName")
    if name == "SignatureVersion" and value not in ("1", "2"):
        raise Refusal("InvalidParameter", "Invalid parameter: SignatureVersion")
    if name == "ContentBasedDeduplication" and not topic.fifo:
        raise Refusal("InvalidParameter", "Invalid parameter: AttributeName")
    if name == "DeliveryPolicy" and value:
        retries.check(value, "http")
    if name == "Policy":
        _check_policy(topic, value)


def set_one(topic: Topic, name: str, value: str) -> None:
    """Set a checked one; an empty one is none, but for the name shown."""
    check(topic, name, value)
    if value or name == "DisplayName":
        topic.attributes[name] = value
    else:
        topic.attributes.pop(name, None)


def differs(topic: Topic, wanted: Mapping[str, str]) -> bool:
    """Whether CreateTopic asks for other attributes than the topic of that name has."""
    held = {"FifoTopic": "true" if topic.fifo else "false", **topic.attributes}
    return any(held.get(name, "") != value for name, value in wanted.items())


def _check_policy(topic: Topic, value: str) -> None:
    document = retries.read_json(value, "Policy") if value else {}
    statements = as_list(document.get("Statement", []))
    if not statements:
        raise Refusal("InvalidParameter", "Invalid parameter: Policy Error: null")
    for statement in statements:
        _check_statement(topic, statement)


def _check_statement(topic: Topic, statement: Any) -> None:
    if not isinstance(statement, dict) or statement.get("Effect") not in ("Allow", "Deny"):
        raise Refusal("InvalidParameter", "Invalid parameter: Policy Error: null")
    principal = statement.get("Principal")
    if principal != "*" and not (isinstance(principal, dict) and principal):
        raise Refusal("InvalidParameter", "Invalid parameter: Policy Error: PrincipalNotFound")
    for action in as_list(statement.get("Action", [])):
        if not str(action).lower().startswith("sns:"):
            raise Refusal(
                "InvalidParameter", "Invalid parameter: Policy statement action out of service scope!"
            )
    for resource in as_list(statement.get("Resource", "")):
        if str(resource) not in (topic.arn, "*"):
            raise Refusal(
                "InvalidParameter", "Invalid parameter: Policy Reason: Resource must be this topic's ARN"
            )


def default_policy(arn: str) -> str:
    """The policy a topic is born with: its own account may use it, and so may SES for that account."""
    return (
        '{"Version":"2008-10-17","Id":"__default_policy_ID","Statement":[{"Sid":"__default_statement_ID","Effect":"Allow",'
        '"Principal":{"AWS":"*"},"Action":["SNS:GetTopicAttributes","SNS:SetTopicAttributes","SNS:AddPermission",'
        '"SNS:RemovePermission","SNS:DeleteTopic","SNS:Subscribe","SNS:ListSubscriptionsByTopic","SNS:Publish"],'
        f'"Resource":"{arn}","Condition":{{"StringEquals":{{"AWS:SourceOwner":"{ACCOUNT}"}}}}}}]}}'
    )
