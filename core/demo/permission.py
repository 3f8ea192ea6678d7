"""May this key do that? A small IAM: Allow and Deny statements with wildcards on action and resource.

Conditions are not weighed (a statement with one counts as if it had none). Source: IAM user guide, "Policy evaluation logic".
"""

import re
from collections.abc import Iterable
from typing import Any

from core.demo import managed
from core.demo.refusal import Refusal
from core.demo.world import AccessKey


def require(
    key: AccessKey, action: str, resource: str = "*", *, sending: bool = False, spoken: str = ""
) -> None:
    """Let the call pass, or refuse it in Amazon's words. Sends are refused in SES's own older wording.

    `spoken`: the resource as the refusal names it, where that is not its ARN (IAM says "user ses-desk").
    """
    found = verdict(key, action, resource)
    if found == "allow":
        return
    if sending:
        raise Refusal(
            "denied", f"User `{key.arn}' is not authorized to perform `{action}' on resource `{resource}'"
        )
    why = (
        "with an explicit deny in an identity-based policy"
        if found == "deny"
        else f"because no identity-based policy allows the {action} action"
    )
    raise Refusal(
        "denied",
        f"User: {key.arn} is not authorized to perform: {action} on resource: {spoken or resource} {why}",
    )


def verdict(key: AccessKey, action: str, resource: str) -> str:
    """`allow`, `deny` (explicitly) or `none` (nothing allows it), by all policies of the key's user. Root may do everything."""
    if key.root:
        return "allow"
    found = "none"
    for document in managed.documents(key):
        for statement in as_list(document.get("Statement", [])):
            if not _about(statement, action, resource, key.user):
                continue
            if statement.get("Effect") == "Deny":
                return "deny"
            found = "allow"
    return found


def _about(statement: dict[str, Any], action: str, resource: str, user: str) -> bool:
    if "NotAction" in statement:
        named = not matches(as_list(statement["NotAction"]), action, ignore_case=True)
    else:
        named = matches(as_list(statement.get("Action", [])), action, ignore_case=True)
    places = [str(each).replace("${aws:username}", user) for each in as_list(statement.get("Resource", []))]
    return named and matches(places, resource)


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
