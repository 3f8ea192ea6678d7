"""Policies on topics and queues: may this Amazon service act here, for this source?

Weighs Allow and Deny, principal, action, resource, and conditions on where the call comes from. A condition that cannot
be weighed never holds. Source: IAM user guide, "Policy evaluation logic" and "IAM JSON policy elements: Condition operators".
"""

import json
from typing import Any

from core.demo.permission import as_list, matches
from core.demo.world import ACCOUNT

_LIKE = ("stringlike", "arnlike", "arnequals")
_EQUAL = ("stringequals", "stringequalsignorecase")


def lets_in(policy: str, service: str, resource: str, source_arn: str, action: str = "sns:Publish") -> bool:
    """Whether a service may act on a resource of the account for `source_arn`. No policy: a topic's default, which lets it."""
    if not policy:
        return True
    found = False
    for statement in as_list(json.loads(policy).get("Statement", [])):
        if not _about(statement, service, resource, source_arn, action):
            continue
        if statement.get("Effect") == "Deny":
            return False
        found = True
    return found


def _about(statement: dict[str, Any], service: str, resource: str, source_arn: str, action: str) -> bool:
    if not matches(as_list(statement.get("Action", [])), action, ignore_case=True):
        return False
    if not matches(as_list(statement.get("Resource", "*")), resource):
        return False
    principal = statement.get("Principal", {})
    names = ["*"] if principal == "*" else [n for each in principal.values() for n in as_list(each)]
    if service not in names and "*" not in names:
        return False
    known = {
        "aws:sourcearn": source_arn,
        "aws:sourceaccount": ACCOUNT,
        "aws:sourceowner": ACCOUNT,
        "aws:principalisawsservice": "true",
        "aws:securetransport": "true",
    }
    conditions = statement.get("Condition") or {}
    return all(
        _holds(kind, known.get(name.lower()), as_list(wanted))
        for kind, wishes in conditions.items()
        for name, wanted in wishes.items()
    )


def _holds(operator: str, value: str | None, wanted: list[Any]) -> bool:
    kind = operator.lower()
    if kind.endswith("ifexists"):
        kind = kind.removesuffix("ifexists")
        if value is None:
            return True
    if value is None:
        return False
    if kind in _LIKE:
        return matches(wanted, value)
    if kind in _EQUAL:
        return value.lower() in [str(each).lower() for each in wanted]
    if kind == "bool":
        return value in [str(each).lower() for each in wanted]
    if kind in ("stringnotequals", "stringnotlike", "arnnotequals", "arnnotlike"):
        return not matches(wanted, value)
    return False
