"""Which part of a name is somebody's domain: example.co.uk out of mail.example.co.uk. The list is inside the package."""

from functools import cache

from publicsuffixlist import PublicSuffixList


@cache
def _list() -> PublicSuffixList:
    return PublicSuffixList()


def organisational(domain: str) -> str:
    """The domain that somebody registered; the domain itself when it is a public suffix or none that the list knows."""
    name = domain.strip().rstrip(".").lower()
    return _list().privatesuffix(name) or name


def zones(domain: str) -> list[str]:
    """Where to look for the name servers: the registered domain, then its parents down to two labels."""
    name = organisational(domain)
    found = []
    while "." in name:
        found.append(name)
        name = name.partition(".")[2]
    return found


def aligned(one: str, other: str, strict: bool = False) -> bool:
    """Whether DMARC takes two domains for the same sender (RFC 7489 §3.1): the same name, or by default the same owner."""
    left, right = one.strip().rstrip(".").lower(), other.strip().rstrip(".").lower()
    if not left or not right:
        return False
    return left == right if strict else organisational(left) == organisational(right)
