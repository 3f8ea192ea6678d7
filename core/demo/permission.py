"""May this key do that? A small IAM: Allow and Deny statements with wildcards on action and resource.

Conditions are not weighed (a statement with one counts as if it had none). Source: IAM user guide, "Policy evaluation logic".
"""

import json
import re
from collections.abc import Iterable
from typing import Any

from core.demo.refusal import Refusal
from core.demo.world import AccessKey


def require(key: AccessKey, action: str, resource: str = "*", *, sending: bool = False) -> None:
    """Let the call pass, or refuse it in Amazon's words. Sends are refused in SES's own older wording."""
    verdict = verdict_of(key.policy, action, resource)
    if verdict == "allow":
        return
    if sending:
        raise Refusal(
            "denied", f"User `{key.arn}' is not authorized to perform `{action}' on resource `{resource}'"
        )
    why = (
        "with an explicit deny in an identity-based policy"
        if verdict == "deny"
        else f"because no identity-based policy allows the {action} action"
    )
    raise Refusal(
        "denied", f"User: {key.arn} is not authorized to perform: {action} on resource: {resource} {why}"
    )


def verdict_of(policy: dict[str, Any] | None, action: str, resource: str) -> str:
    """`allow`, `deny` (explicitly) or `none` (nothing allows it). No policy at all allows everything."""
    if policy is None:
        return "allow"
    found = "none"
    for statement in _list(policy.get("Statement", [])):
        named = _matches(_list(statement.get("Action", [])), action, ignore_case=True)
        if not named or not _matches(_list(statement.get("Resource", [])), resource):
            continue
        if statement.get("Effect") == "Deny":
            return "deny"
        found = "allow"
    return found


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _matches(patterns: Iterable[Any], text: str, ignore_case: bool = False) -> bool:
    """Whether one of the patterns (`*` any run, `?` any one) is the whole text. `*` as resource covers all."""
    flags = re.IGNORECASE if ignore_case else 0
    for pattern in patterns:
        grammar = re.escape(str(pattern)).replace(r"\*", ".*").replace(r"\?", ".")
        if re.fullmatch(grammar, text, flags | re.DOTALL):
            return True
    return False


def topic_lets_in(
    policy: str, service: str, topic_arn: str, source_arn: str, action: str = "sns:Publish"
) -> bool:
    """Whether a resource policy (of a topic or queue, JSON text) lets an Amazon service act. Empty: the default, which does.

    Weighs the principal and an ArnEquals, ArnLike or StringEquals condition on the source's ARN.
    """
    if not policy:
        return True
    for statement in _list(json.loads(policy).get("Statement", [])):
        if statement.get("Effect") != "Allow" or not _matches(
            _list(statement.get("Action", [])), action, True
        ):
            continue
        if not _matches(_list(statement.get("Resource", "*")), topic_arn):
            continue
        principal = statement.get("Principal", {})
        names = (
            ["*"]
            if principal == "*"
            else _list(principal.get("Service", [])) + _list(principal.get("AWS", []))
        )
        if service not in names and "*" not in names:
            continue
        wanted = [
            value
            for operator in statement.get("Condition", {}).values()
            for name, values in operator.items()
            if name.lower() == "aws:sourcearn"
            for value in _list(values)
        ]
        if not wanted or _matches(wanted, source_arn):
            return True
    return False
