"""The query protocol: form fields in, XML out. What STS, SES v1 and SNS speak.

`Name.member.1.Field=…` becomes nested dicts and lists; `Name.entry.1.key` a map. Source: botocore's `query` protocol.
"""

from typing import Any
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape


class Entries(dict[str, Any]):
    """A map, written as `<entry><key>…</key><value>…</value></entry>` rather than as named elements."""


def read(body: bytes) -> dict[str, Any]:
    """The form as nested values. Lists keep the order of their numbers."""
    tree: dict[str, Any] = {}
    for name, value in parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True):
        place = tree
        *way, last = name.split(".")
        for step in way:
            below = place.setdefault(step, {})
            place = below if isinstance(below, dict) else {}
        place[last] = value
    return {name: _settled(value) for name, value in tree.items()}


def _settled(value: Any) -> Any:
    """Turn `{"member": {"1": …}}` into a list and `{"entry": {"1": {"key", "value"}}}` (or Name, Value) into a map."""
    if not isinstance(value, dict):
        return value
    for wrapper in ("member", "entry"):
        inner = value.get(wrapper)
        if len(value) == 1 and isinstance(inner, dict):
            ordered = [_settled(inner[number]) for number in sorted(inner, key=_number)]
            if wrapper == "member":
                return ordered
            named = {str(each["key"]): each.get("value", "") for each in ordered if "key" in each}
            return named | {str(each["Name"]): each.get("Value", "") for each in ordered if "Name" in each}
    return {name: _settled(below) for name, below in value.items()}


def _number(text: str) -> int:
    return int(text) if text.isdigit() else 0


def write(action: str, answer: dict[str, Any] | None, namespace: str, request_id: str) -> bytes:
    """The answer of a call. None: the call has no result element at all."""
    result = "" if answer is None else f"<{action}Result>{_fields(answer)}</{action}Result>"
    return (
        f'<{action}Response xmlns="{namespace}">{result}'
        f"<ResponseMetadata><RequestId>{request_id}</RequestId></ResponseMetadata></{action}Response>"
    ).encode()


def write_refusal(code: str, message: str, namespace: str, request_id: str, status: int) -> bytes:
    """A refusal."""
    whose = "Sender" if status < 500 else "Receiver"
    return (
        f'<ErrorResponse xmlns="{namespace}"><Error><Type>{whose}</Type><Code>{_text(code)}</Code>'
        f"<Message>{_text(message)}</Message></Error><RequestId>{request_id}</RequestId></ErrorResponse>"
    ).encode()


def _fields(values: dict[str, Any]) -> str:
    return "".join(f"<{name}>{_value(value)}</{name}>" for name, value in values.items() if value is not None)


def _value(value: Any) -> str:
    if isinstance(value, Entries):
        return "".join(
            f"<entry><key>{_text(name)}</key><value>{_value(below)}</value></entry>"
            for name, below in value.items()
        )
    if isinstance(value, dict):
        return _fields(value)
    if isinstance(value, list):
        return "".join(f"<member>{_value(each)}</member>" for each in value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return _text(str(value))


def _text(value: str) -> str:
    """XML text; characters XML cannot hold become a question mark."""
    return escape("".join(c if c in "\t\n\r" or c >= " " else "?" for c in value))
