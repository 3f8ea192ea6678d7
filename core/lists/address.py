"""Whether something is an address that can stand on a list: generous, because what was mailed once may be odd. Pure."""

import re

from core.events.address import normalise

_LOCAL = re.compile(r"[^\s@<>()\[\]:;,\\\"\x00-\x1f\x7f]{1,64}")
_DOMAIN = re.compile(
    r"(?=.{1,255}\Z)[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*"
)


def fault(cell: str) -> str | None:
    """What is wrong with an address, as a sentence; None when nothing is. Display names and angle brackets are fine."""
    if not cell.strip():
        return "There is no address."
    if len(cell) > 1_000:
        return "This is far too long for an address."
    local, at, domain = normalise(cell).rpartition("@")
    if not at:
        return "There is no @ in it."
    if not _LOCAL.fullmatch(local) or not local.isprintable():
        return "What stands before the @ cannot be part of an address."
    if not _DOMAIN.fullmatch(domain):
        return "What stands after the @ is no domain."
    return None
