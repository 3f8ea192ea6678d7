"""The signs an error shows, gathered without importing the library that raised it.

boto3 takes half a second to import and this part must stay pure, so errors are known by their class names and by the
attributes that botocore and smtplib document.
"""

import re
from dataclasses import dataclass
from typing import Any

from core.diagnosis import denied
from core.diagnosis.context import Context

_FAILED = re.compile(
    r"identities failed the check in region\s+(?P<region>[\w-]+):\s*(?P<names>.+)", re.I | re.S
)
# urllib3 derives a refused connection from its time-out; nothing timed out.
NO_TIMEOUT = {
    name: frozenset({"ConnectTimeoutError", "TimeoutError"})
    for name in ("NewConnectionError", "NameResolutionError")
}
# Amazon's own front doors answer these with a page.
_OWN_PAGES = frozenset({413, 500, 501, 502, 503, 504})
_PAGE = re.compile(r"\s*<(?:!doctype html|html)\b", re.I)
_UNVERIFIED = re.compile(r"not verified", re.I)


@dataclass(frozen=True, slots=True)
class Signs:
    """What can be seen of an error. `hint` is what we make of it beyond its words."""

    names: frozenset[str]
    code: str = ""
    message: str = ""
    operation: str = ""
    status: int | None = None
    request_id: str = ""
    server_date: str = ""
    smtp: int | None = None
    hint: str = ""
    identities: tuple[str, ...] = ()
    refused: denied.Denied | None = None


def read(error: BaseException, context: Context) -> Signs:
    """Everything worth knowing about an error."""
    said = _response(error)
    inner, meta = said.get("Error") or {}, said.get("ResponseMetadata") or {}
    code, message = str(inner.get("Code") or ""), str(inner.get("Message") or inner.get("message") or "")
    smtp, smtp_words = _smtp(error)
    message = message or smtp_words or _words(error)
    identities = failed_identities(message)
    refused = denied.read(message)
    return Signs(
        names=frozenset(names(error)),
        code=code,
        message=message,
        operation=str(getattr(error, "operation_name", "") or context.operation),
        status=_number(meta.get("HTTPStatusCode")),
        request_id=str(meta.get("RequestId") or inner.get("RequestId") or ""),
        server_date=str((meta.get("HTTPHeaders") or {}).get("date") or ""),
        smtp=smtp,
        hint=_stranger(said, code, message)
        or _hint(error, code, message, identities, refused, smtp, context),
        identities=identities,
        refused=refused,
    )


def names(error: BaseException) -> set[str]:
    """The class names of an error, of its bases, and of what it was raised from."""
    found: set[str] = set()
    each: BaseException | None = error
    for _ in range(6):
        if each is None:
            break
        found |= {
            kind.__name__ for kind in type(each).__mro__ if kind not in (object, BaseException, Exception)
        } - NO_TIMEOUT.get(type(each).__name__, frozenset())
        wrapped = getattr(each, "kwargs", None)
        inner = wrapped.get("error") if isinstance(wrapped, dict) else None
        each = inner if isinstance(inner, BaseException) else each.__cause__
    return found


def failed_identities(message: str) -> tuple[str, ...]:
    """The addresses Amazon names as not verified."""
    found = _FAILED.search(message)
    if not found:
        return ()
    parts = re.split(r",\s*(?=[^,]*@|[\w.-]+\.\w+\s*(?:,|$))", found["names"].strip())
    return tuple(bare(part) for part in parts if part.strip())[:20]


def bare(address: str) -> str:
    """An address without its display name, in lower case."""
    inside = re.search(r"<([^<>]+)>", address)
    return (inside[1] if inside else address).strip(" .\"'").lower()


def _stranger(said: dict[str, Any], code: str, message: str) -> str:
    """Whether the refusal is nobody's of Amazon's: a page, or XML that names no code."""
    status = _number((said.get("ResponseMetadata") or {}).get("HTTPStatusCode")) or 0
    if status < 300 or status in _OWN_PAGES:
        return ""
    if _PAGE.match(message):
        return "a-page"
    return "nameless" if code in ("", "Unknown") else ""


def _hint(
    error: BaseException, code: str, message: str, identities: tuple[str, ...],
    refused: denied.Denied | None, smtp: int | None, context: Context,
) -> str:  # fmt: skip
    if code in denied.CODES or (refused and smtp is None):
        return "denied"
    if identities or (_UNVERIFIED.search(message) and "address" in message.lower()):
        return _unverified(identities, context)
    if isinstance(error, TimeoutError) and context.transport == "smtp":
        return "smtp-timeout"
    if isinstance(error, KeyError) and context.service:
        return "asking-amazon"  # botocore misses a field that every answer of Amazon's has
    return ""


def _unverified(identities: tuple[str, ...], context: Context) -> str:
    """Whose address it was. When both failed, the sender comes first: without it nothing can be sent at all."""
    sender, recipient = bare(context.from_address), bare(context.to_address)
    if sender and sender in identities:
        return "from-unverified"
    if recipient and recipient in identities:
        return "to-unverified"
    if identities and sender and sender.rpartition("@")[2] in identities:
        return "from-unverified"
    return ""


def _response(error: BaseException) -> dict[str, Any]:
    said = getattr(error, "response", None)
    return said if isinstance(said, dict) else {}


def _smtp(error: BaseException) -> tuple[int | None, str]:
    if hasattr(error, "smtp_code"):
        said = getattr(error, "smtp_error", b"")
        return _number(error.smtp_code), said.decode("utf-8", "replace") if isinstance(said, bytes) else str(
            said
        )
    refused = getattr(error, "recipients", None)
    if isinstance(refused, dict) and refused:
        code, said = next(iter(refused.values()))
        return _number(code), said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    return None, ""


def _words(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:  # an error that cannot even say what it is must not hide itself behind another
        return ""


def _number(value: object) -> int | None:
    return value if isinstance(value, int) else None
