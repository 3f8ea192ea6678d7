"""Who may put messages into a queue, read from its policy. Pure. Source: SQS developer guide, "Access policy language"."""

from dataclasses import dataclass
from typing import Any

SEND = ("sqs:sendmessage", "sqs:*", "*")
ALIKE = ("StringEquals", "StringLike", "ArnEquals", "ArnLike")
NARROWING = (  # what tells one sender from all others; aws:SecureTransport and the like do not
    "aws:sourcearn", "aws:sourceaccount", "aws:sourceowner", "aws:sourceorgid", "aws:sourcevpce", "aws:principalarn",
    "aws:principalaccount", "aws:principalorgid",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Senders:
    """`topics` are ARNs with `*` and `?`; `anybody`: a statement lets in what a stranger sends."""

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
        bound = _named(arns) or _named(accounts)
        if "events.amazonaws.com" in who:
            event_bridge = True
            anybody |= not bound  # any rule of any account
        if "sns.amazonaws.com" in who or "*" in who:
            topics.update(arn for arn in arns if ":sns:" in arn)
            if not arns:
                topics.update(f"arn:{partition}:sns:*:{account}:*" for account in accounts)
        if "*" in who and not any(_named(_bound(statement, key)) for key in NARROWING):
            anybody = True
        if "sns.amazonaws.com" in who and not bound:
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


def _named(values: list[str]) -> bool:
    """Whether there are values, and each says of which account (or of which one thing) it speaks."""
    return bool(values) and not any(_of_many(value) for value in values)


def _of_many(value: str) -> bool:
    """Whether a pattern fits things of accounts that it does not name: in an ARN the account decides."""
    parts = value.split(":", 5)
    return bool(set(parts[4] if len(parts) == 6 else value) & set("*?"))


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
