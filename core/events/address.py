"""Mail addresses as we compare them: bare, lower case, the domain in punycode."""

import re
from email.utils import parseaddr
from functools import lru_cache

import idna

from core.events.text import clip

SIMULATOR = "simulator.amazonses.com"
LONGEST = 320  # bytes; 64 + @ + 255
_LONGEST_ANGLE = 1000  # characters at the end that are searched for `<address>`
_ANGLE = re.compile(r'<([^<>"]*(?:"(?:[^"\\]|\\.)*"[^<>"]*)*@[^<>"@]*)>+\Z', re.DOTALL)


@lru_cache(maxsize=2048)
def normalise(address: str) -> str:
    """The bare address in lower case with its domain in punycode.

    Takes display names (`Alice <a@b>`), angle brackets, and the `rfc822;` that mail servers put before it. What is no
    address comes back trimmed and in lower case, never longer than an address may be: facts about it must not be lost.
    """
    bare = address.strip()
    # `parseaddr` would take an @, a comma or a [ in the name before it for part of an address
    if bare.endswith(">") and (angle := _ANGLE.search(bare, max(0, len(bare) - _LONGEST_ANGLE))):
        bare = angle[1].strip()
    if bare[:7].lower() == "rfc822;":
        bare = bare[7:].strip()
    if "<" in bare or "(" in bare or '"' in bare:
        bare = parseaddr(bare)[1] or bare.strip("<> ")
    local, at, domain = bare.rpartition("@")
    if not at:
        return clip(bare.lower(), LONGEST)
    return clip(f"{local.lower()}@{punycode(domain)}", LONGEST)


def punycode(domain: str) -> str:
    """A domain in lower case and ASCII, without the dot at its end. One that cannot be encoded stays as it is."""
    domain = domain.rstrip(". ").lower()
    if domain.isascii():
        return domain
    try:
        return idna.encode(domain, uts46=True, transitional=False).decode("ascii").lower()
    except (idna.IDNAError, UnicodeError):
        return domain


def domain_of(address: str) -> str:
    """The domain of a normalised address, "" when it has none."""
    return address.rpartition("@")[2] if "@" in address else ""
