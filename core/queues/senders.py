"""Who may put messages into a queue, read from its policy. Pure. Source: SQS developer guide, "Access policy language"."""

from dataclasses import dataclass
from typing import Any

SEND = ("sqs:sendmessage", "sqs:*", "*")
ALIKE = ("StringEquals", "StringLike", "ArnEquals", "ArnLike")


@dataclass(frozen=True, slots=True)
class Senders:
    """`topics` are ARNs with `*` and `?`; `anybody`: a statement lets everybody in, whoever they are."""

    topics: tuple[str, ...] = ()
    event_bridge: bool = False
    anybody: bool = False


def senders(policy: dict[str, Any] | None, partition: str = "aws") -> Senders:
    """What the Allow statements for sending say. A statement bound to something we do not know counts as none."""
    topics: set[str] = set()
    event_bridge = anybody = False
    for statement in _list((policy or {}).get("Statement", [])):
        if not isinstance(statement, dict) or statement.get("Effect") != "Allow":
            continue
        if not any(str(action).lower() in SEND for action in _list(statement.get("Action", []))):
            continue
        who, arns, accounts = _principals(statement), _bound(statement, "aws:sourcearn"), _bound(statement, "aws:sourceaccount")  # fmt: skip
        if "events.amazonaws.com" in who:
            event_bridge = True
        if "sns.amazonaws.com" in who or "*" in who:
            topics.update(arn for arn in arns if ":sns:" in arn)
            if not arns:
                topics.update(f"arn:{partition}:sns:*:{account}:*" for account in accounts)
        if "*" in who and not statement.get("Condition"):
            anybody = True
        if "sns.amazonaws.com" in who and not arns and not accounts:
            anybody = True  # any topic of any account
    return Senders(tuple(sorted(topics)), event_bridge, anybody)


def _principals(statement: dict[str, Any]) -> set[str]:
    principal = statement.get("Principal")
    if not isinstance(principal, dict):
        return {str(name) for name in _list(principal)}
    return {str(name) for kind in ("Service", "AWS") for name in _list(principal.get(kind, []))}


def _bound(statement: dict[str, Any], key: str) -> list[str]:
    """The values a condition allows for this key."""
    found: list[str] = []
    for operator, wanted in (statement.get("Condition") or {}).items():
        if str(operator) in ALIKE and isinstance(wanted, dict):
            for name, values in wanted.items():
                if str(name).lower() == key:
                    found += [str(value) for value in _list(values)]
    return found


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
