"""The vault's ring at work: seals under the newest key, opens under whichever is named.

A sealed token is `v1|kid|nonce|ciphertext`, the last two in URL-safe base64. The keys come from SES_DESK_VAULT_KEYS, else
from the file `vault.keys` in the data folder, both in the form of core/keyring.py.
"""

import base64
import binascii
import re
import secrets
from collections.abc import Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from core import keyring
from core.errors import Locked
from core.vault.owner import Owner
from core.vault.secret import Secret

NONCE_BYTES = 12


class Ring:
    """Keys by id, newest first. Never printed; holds the ciphers, not the bytes."""

    __slots__ = ("_ciphers",)

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        self._ciphers = {kid: AESGCM(key) for kid, key in keys.items()}

    @property
    def newest(self) -> str:
        return next(iter(self._ciphers))

    @property
    def ids(self) -> list[str]:
        return list(self._ciphers)

    def seal(self, plain: Secret, owner: Owner) -> str:
        """A token that only this owner can open."""
        header = f"v1|{self.newest}"
        nonce = secrets.token_bytes(NONCE_BYTES)
        data = self._ciphers[self.newest].encrypt(nonce, plain.reveal().encode(), owner.bound_to(header))
        return f"{header}|{_text(nonce)}|{_text(data)}"

    def unseal(self, token: str, owner: Owner) -> Secret:
        """The secret again. Locked when the ring has no such key, or when the token is not this owner's or was altered."""
        version, kid, nonce, data = parts(token)
        cipher = self._ciphers.get(kid)
        if cipher is None:
            raise Locked(f"This secret was sealed with the key {kid}, which is not in the key ring.")
        try:
            plain = cipher.decrypt(nonce, data, owner.bound_to(f"{version}|{kid}"))
        except InvalidTag:
            raise Locked(
                f"A sealed value in {owner.table} does not open with the key {kid}: "
                "it is another key, or the value was altered or moved."
            ) from None
        return Secret(plain.decode())


def parts(token: str) -> tuple[str, str, bytes, bytes]:
    """Version, key id, nonce and ciphertext of a token; Locked when it is none of ours."""
    fields = token.split("|")
    if len(fields) != 4 or fields[0] != "v1":
        raise Locked("A sealed value has a form that this version of SES Desk does not know.")
    try:
        nonce, data = _bytes(fields[2]), _bytes(fields[3])
    except (binascii.Error, ValueError):
        raise Locked("A sealed value is damaged.") from None
    if len(nonce) != NONCE_BYTES or len(data) < 16:
        raise Locked("A sealed value is damaged.")
    return fields[0], fields[1], nonce, data


def read(text: str, source: str) -> Ring:
    """The ring written in a text; BadInput with a sentence that names the place, never the key, when it is not one."""
    return Ring(keyring.read(text, source))


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    if not re.fullmatch(r"[0-9A-Za-z_-]+", text):
        raise ValueError("not URL-safe base64")
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if _text(data) != text:
        raise ValueError("bits left over: somebody altered it")
    return data
