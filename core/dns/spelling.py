"""Names as DNS spells them."""

import dns.exception
import dns.name
import idna


def spelled(name: str) -> dns.name.Name | None:
    """The name in punycode and from the root; None when it cannot be one. Underscores may stand in it."""
    text = name.strip().rstrip(".").lower()
    if not text or ".." in text or text.startswith(".") or "\\" in text or "/" in text:
        return None
    try:
        labels = [
            each if each.isascii() else idna.encode(each, uts46=True).decode() for each in text.split(".")
        ]
        return dns.name.from_text(".".join(labels) + ".", origin=dns.name.root, idna_codec=None)
    except (dns.exception.DNSException, idna.IDNAError, UnicodeError, ValueError):
        return None


def shown(name: dns.name.Name) -> str:
    """A name as text, lower case, without the last dot."""
    return name.to_text(omit_final_dot=True).lower()
