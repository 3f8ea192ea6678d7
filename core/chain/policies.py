"""Does a resource policy let an Amazon service in? Pure. Source: IAM user guide, "Policy evaluation logic".

Weighed: principal, action, resource, and the conditions on aws:SourceArn and aws:SourceAccount (or AWS:SourceOwner).
"""

import re
from collections.abc import Sequence
from typing import Any

ALIKE = ("StringEquals", "StringLike", "ArnEquals", "ArnLike", "StringEqualsIgnoreCase")
Policy = dict[str, Any] | None


def lets_in(policy: Policy, service: str, source_arn: str, resource: str, action: str) -> bool | None:
    """True: it does. False: it does not, or denies it. None: a condition decides that we cannot weigh."""
    found = False
    unsure = False
    for statement in _list((policy or {}).get("Statement", [])):
        if not isinstance(statement, dict) or not _names(statement, service, resource, action):
            continue
        met = _met(statement, source_arn)
        if statement.get("Effect") == "Deny" and met:
            return False
        if met is None:
            unsure = True
        elif statement.get("Effect") == "Allow" and met:
            found = True
    return None if unsure and not found else found


def _names(statement: dict[str, Any], service: str, resource: str, action: str) -> bool:
    """Whether the statement is about this service, action and resource."""
    principal = statement.get("Principal")
    if isinstance(principal, dict):
        names = [name for kind in ("Service", "AWS") for name in _list(principal.get(kind, []))]
    else:
        names = _list(principal)
    return (
        (service in names or "*" in names)
        and _any(_list(statement.get("Action", [])), action, re.IGNORECASE)
        and _any(_list(statement.get("Resource", "*")), resource)
    )


def _met(statement: dict[str, Any], source_arn: str) -> bool | None:
    """Whether every condition holds; None when one is of a kind that is not weighed here."""
    account = source_arn.split(":")[4] if source_arn.count(":") >= 5 else ""
    known = {"aws:sourcearn": source_arn, "aws:sourceaccount": account, "aws:sourceowner": account}
    verdict: bool | None = True
    for operator, wanted in (statement.get("Condition") or {}).items():
        for name, values in wanted.items():
            if name.lower() == "aws:securetransport":
                holds: bool | None = "true" in [str(each).lower() for each in _list(values)]
            elif operator.removesuffix("IfExists") in ALIKE and name.lower() in known:
                holds = _any(_list(values), known[name.lower()])
            else:
                holds = None
            if holds is False:
                return False
            verdict = verdict and holds
    return verdict


def _any(patterns: Sequence[Any], text: str, flags: int = 0) -> bool:
    """Whether one pattern (`*` any run, `?` any one) is the whole text."""
    for pattern in patterns:
        grammar = re.escape(str(pattern)).replace(r"\*", ".*").replace(r"\?", ".")
        if re.fullmatch(grammar, text, flags | re.DOTALL):
            return True
    return False


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
