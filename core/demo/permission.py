"""May this key do that? A small IAM: Allow and Deny statements with wildcards on action and resource.

Conditions are not weighed (a statement with one counts as if it had none). Source: IAM user guide, "Policy evaluation logic".
"""

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
    for statement in as_list(policy.get("Statement", [])):
        named = matches(as_list(statement.get("Action", [])), action, ignore_case=True)
        if not named or not matches(as_list(statement.get("Resource", [])), resource):
            continue
        if statement.get("Effect") == "Deny":
            return "deny"
        found = "allow"
    return found


def as_list(value: Any) -> list[Any]:
    """One value or several, as policies write them."""
    return value if isinstance(value, list) else [value]


def matches(patterns: Iterable[Any], text: str, ignore_case: bool = False) -> bool:
    """Whether one of the patterns (`*` any run, `?` any one) is the whole text. `*` as resource covers all."""
    flags = re.IGNORECASE if ignore_case else 0
    for pattern in patterns:
        grammar = re.escape(str(pattern)).replace(r"\*", ".*").replace(r"\?", ".")
        if re.fullmatch(grammar, text, flags | re.DOTALL):
            return True
    return False
