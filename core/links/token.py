"""The token in an unsubscribe link: says whom and what it is about to us alone, and is the same each time it is made.

`kid.` and URL-safe base64 of 6 bytes that name the page to show, then AES-SIV (RFC 5297) over the connection, the address
and the group, padded so that its length tells little of the address. The page's name is a hash that says nothing by itself;
it is outside so that a token nobody made shows the same page as a true one. AES-SIV needs no nonce, so the link of a person
never changes; its 128 bits of tag cover everything, the key's id and the page's name included.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

VERSION = b"ses-desk unsubscribe v1"
SHOWN_BYTES = 6
PLACE_BYTES = 16
TAG_BYTES = 16
PAD = 16
LONGEST = 800  # characters: an address has at most 320 bytes, a group 40
_FORM = re.compile(r"([0-9A-Za-z_.-]{1,32})\.([0-9A-Za-z_-]{40,760})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Link:
    """What a link is about: a connection by `place_of` its uuid, one address (normalised), one group ("" = all mail)."""

    connection: bytes
    address: str
    group: str = ""


def place_of(uuid: str) -> bytes:
    """A connection as links name it: 16 bytes of a hash over its uuid."""
    return hashlib.sha256(VERSION + uuid.encode()).digest()[:PLACE_BYTES]


def shown_as(connection: bytes, group: str) -> bytes:
    """The name of the page for a connection's group: 6 bytes that nobody can guess who does not hold such a link."""
    return hashlib.sha256(VERSION + connection + group.encode()).digest()[:SHOWN_BYTES]


class LinkRing:
    """Keys by id, newest first. Never printed; holds the ciphers, not the bytes."""

    __slots__ = ("_ciphers",)

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        self._ciphers = {kid: AESSIV(_derived(key)) for kid, key in keys.items()}

    @property
    def ids(self) -> list[str]:
        return list(self._ciphers)

    def make(self, link: Link, page: str | None = None) -> str:
        """The token for a link under the newest key. `page`: the group whose page is shown, when it is not the link's own."""
        kid, cipher = next(iter(self._ciphers.items()))
        shown = shown_as(link.connection, link.group if page is None else page)
        plain = link.connection + f"{link.address}\0{link.group}\0".encode()
        plain += bytes(-len(plain) % PAD)
        data = shown + cipher.encrypt(plain, [VERSION, kid.encode(), shown])
        return f"{kid}.{base64.urlsafe_b64encode(data).decode().rstrip('=')}"

    def open(self, token: str) -> Link | None:
        """What the token is about, or None for anything that we did not make exactly so."""
        kid, data = _read(token)
        cipher = self._ciphers.get(kid)
        if cipher is None:
            return None
        shown, sealed = data[:SHOWN_BYTES], data[SHOWN_BYTES:]
        try:
            plain = cipher.decrypt(sealed, [VERSION, kid.encode(), shown])
            address, group, _ = plain[PLACE_BYTES:].split(b"\0", 2)
            return Link(plain[:PLACE_BYTES], address.decode(), group.decode())
        except (InvalidTag, ValueError):
            return None


def page_of(token: str) -> bytes:
    """The name of the page that a token asks for, true or not; empty when it has not even the form."""
    return _read(token)[1][:SHOWN_BYTES]


def key_of(token: str) -> str:
    """The id of the key that a token names, true or not; empty when it has not even the form."""
    return _read(token)[0]


def _read(token: str) -> tuple[str, bytes]:
    """The key's id and the bytes; two empty ones unless the token is spelled in the one way that we spell it."""
    found = _FORM.fullmatch(token) if len(token) <= LONGEST else None
    if found is None:
        return "", b""
    text = found[2]
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return "", b""
    whole = base64.urlsafe_b64encode(data).decode().rstrip("=") == text
    return (found[1], data) if whole and len(data) >= SHOWN_BYTES + TAG_BYTES else ("", b"")


def _derived(key: bytes) -> bytes:
    """512 bits for AES-256 in SIV mode, of no use for anything else that the same key might be given to."""
    return HKDF(SHA256(), 64, None, VERSION).derive(key)
