"""What was posted to a link: one press in a mail program (RFC 8058), or the page's own form. Anything else is no wish."""

from collections.abc import Iterable
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesParser
from urllib.parse import parse_qsl

LIMIT = 64 * 1024  # bytes of a body
MOST_FIELDS = 100
EVERYTHING = "*"
GROUP_FIELDS = ("group", "groups")
Fields = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Wish:
    """`leave` or `rejoin`, and the groups that were ticked; none: what the link itself is about."""

    action: str
    groups: tuple[str, ...] = ()


def read(content_type: str, body: bytes) -> Wish | None:
    """The wish in a posted body, or None. Never raises."""
    fields = _fields(content_type, body)
    if ("List-Unsubscribe", "One-Click") in fields:
        return Wish("leave")
    actions = {value for name, value in fields if name == "action"}
    if len(actions) != 1 or not actions <= {"leave", "rejoin"}:
        return None
    return Wish(actions.pop(), tuple(dict.fromkeys(v for name, v in fields if name in GROUP_FIELDS and v)))


def scope(wish: Wish, group: str, declared: Iterable[str]) -> tuple[str, ...] | None:
    """The groups that the wish is about, None for all mail. `group` is the link's own, "" when it is about all.

    A group that nobody declared counts as everything, and so do all declared ones together: who leaves must not go on
    getting mail because of how somebody else spelled a name.
    """
    known = set(declared)
    wanted = set(wish.groups or (group,))
    if EVERYTHING in wanted or not wanted <= known or wanted == known:
        return None
    return tuple(sorted(wanted))


def _fields(content_type: str, body: bytes) -> Fields:
    kind = content_type.partition(";")[0].strip().lower()
    try:
        if kind in ("application/x-www-form-urlencoded", ""):
            text = body.strip().decode("utf-8")
            return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
        if kind == "multipart/form-data":
            return _parts(content_type, body)
    except Exception:  # a stranger's body: whatever is wrong with it, it is no wish
        return []
    return []


def _parts(content_type: str, body: bytes) -> Fields:
    """The plain fields of a multipart form. Raises ValueError for one with too many."""
    header = "".join(c for c in content_type if c.isprintable()).encode("latin-1", "replace")
    form = BytesParser().parsebytes(b"Content-Type: " + header + b"\r\n\r\n" + body)
    parts = form.get_payload()
    if not isinstance(parts, list) or len(parts) > MOST_FIELDS:
        raise ValueError("no form")
    fields = []
    for part in parts:
        if not isinstance(part, Message):
            continue
        name = part.get_param("name", header="content-disposition")
        payload = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(payload, bytes):
            fields.append((name, payload.decode("utf-8").strip()))
    return fields
