"""Filter policies of subscriptions: which messages SNS passes on. It looks at the attributes, or into the body if told so.

SES sends no message attributes: any policy on attributes keeps all of its messages away. Source: SNS developer guide,
"Amazon SNS subscription filter policies". Amazon takes up to 15 minutes to apply a change, the demo none.
"""

import ipaddress
import json
import operator
from collections.abc import Callable, Mapping
from typing import Any

from core.demo.refusal import Refusal
from core.demo.retries import read_json

SCOPES = ("MessageAttributes", "MessageBody")
_ORDER: dict[str, Callable[[float, float], bool]] = {
    "=": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_OPERATORS = ("prefix", "suffix", "anything-but", "numeric", "exists", "equals-ignore-case", "cidr")
_MOST_KEYS = 5


def check(text: str, scope: str) -> None:
    """Refuse a policy that SNS refuses. An empty object means no filter."""
    policy = read_json(text, "FilterPolicy")
    if len(policy) > _MOST_KEYS:
        raise _refusal("Filter policy can not have more than 5 keys")
    _check_level(policy, scope)


def _check_level(policy: dict[str, Any], scope: str) -> None:
    for name, wanted in policy.items():
        if isinstance(wanted, dict):
            if scope != "MessageBody":
                raise _refusal("Filter policy scope MessageAttributes does not support nested filter policy")
            _check_level(wanted, scope)
            continue
        if not isinstance(wanted, list):
            raise _refusal(f'"{name}" must be an object or an array')
        if not wanted:
            raise _refusal("Empty arrays are not allowed")
        for each in wanted:
            if isinstance(each, dict) and name == "$or":
                _check_level(each, scope)
            elif isinstance(each, dict) and (len(each) != 1 or next(iter(each)) not in _OPERATORS):
                raise _refusal(f"Unrecognized match type {next(iter(each), '')}")
            elif isinstance(each, list):
                raise _refusal("Match value must be String, number, true, false, or null")


def lets_pass(attributes: Mapping[str, str], message: str, given: Mapping[str, Any]) -> bool:
    """Whether a subscription with these attributes gets the message. `given` holds its message attributes, name to value."""
    policy = json.loads(attributes.get("FilterPolicy") or "{}")
    if not policy:
        return True
    if attributes.get("FilterPolicyScope", SCOPES[0]) == SCOPES[0]:
        return _fits(policy, given)
    try:
        body = json.loads(message)
    except ValueError:
        return False
    return isinstance(body, dict) and _fits(policy, body)


def _fits(policy: dict[str, Any], body: Mapping[str, Any]) -> bool:
    return all(_named(name, wanted, body) for name, wanted in policy.items())


def _named(name: str, wanted: Any, body: Mapping[str, Any]) -> bool:
    if name == "$or":
        return any(_fits(each, body) for each in wanted)
    if isinstance(wanted, dict):
        below = body.get(name)
        rows = below if isinstance(below, list) else [below]
        return any(isinstance(row, dict) and _fits(wanted, row) for row in rows)
    values = body.get(name) if isinstance(body.get(name), list) else [body[name]] if name in body else []
    return any(_matches(each, values or []) for each in wanted)


def _matches(wanted: Any, values: list[Any]) -> bool:
    if not isinstance(wanted, dict):
        return any(type(value) is type(wanted) and value == wanted for value in values)
    kind, argument = next(iter(wanted.items()))
    if kind == "exists":
        return bool(values) is bool(argument)
    return any(_operator(kind, argument, value) for value in values)


def _operator(kind: str, argument: Any, value: Any) -> bool:
    if kind == "anything-but":
        if isinstance(argument, dict):
            return not _operator(*next(iter(argument.items())), value)
        return value not in (argument if isinstance(argument, list) else [argument])
    if kind == "numeric":
        number = isinstance(value, int | float) and not isinstance(value, bool)
        pairs = zip(argument[::2], argument[1::2], strict=False)
        return number and all(_ORDER[sign](float(value), float(limit)) for sign, limit in pairs)
    text = str(value)
    if kind == "cidr":
        try:
            return ipaddress.ip_address(text) in ipaddress.ip_network(str(argument))
        except ValueError:
            return False
    if kind == "prefix":
        return text.startswith(str(argument))
    if kind == "suffix":
        return text.endswith(str(argument))
    return kind == "equals-ignore-case" and text.lower() == str(argument).lower()


def _refusal(words: str) -> Refusal:
    return Refusal("InvalidParameter", f"Invalid parameter: FilterPolicy: {words}")
