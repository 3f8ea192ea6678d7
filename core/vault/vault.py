"""The vault: open with the key that sealed what is in the store, or locked with a sentence that says what to do.

A canary, one sealed word in the store, tells the right key from a wrong one before anything is read or written. A lost or wrong
key never costs more than the secrets themselves: nothing is overwritten, and the receiver, which has no vault, goes on storing.
"""

from pathlib import Path

from core import keyring
from core.errors import BadInput, Locked
from core.settings import Settings
from core.store import meta, sealed
from core.store.engine import Store
from core.vault.owner import Owner, named
from core.vault.ring import Ring, read
from core.vault.secret import Secret

CANARY = "vault-canary"
CANARY_OWNER = Owner("meta", "value", "", CANARY)
WORD = Secret("SES Desk")
RING_NAME = "SES_DESK_VAULT_KEYS"
FILE_NAME = "vault.keys"


class Vault:
    """Seals and unseals under one key ring. `state` is "open" or "locked"; `why` is the sentence for a locked one."""

    def __init__(self, ring: Ring | None, why: str = "") -> None:
        self._ring = ring
        self.why = why

    @property
    def state(self) -> str:
        return "locked" if self._ring is None else "open"

    @property
    def ring(self) -> Ring:
        """The key ring; Locked with the reason when there is none to use."""
        if self._ring is None:
            raise Locked(self.why)
        return self._ring

    def seal(self, secret: Secret, owner: Owner) -> str:
        """A token to store, which opens for this owner alone. Locked when the vault is; BadInput when there is nothing to seal."""
        if not secret:
            raise BadInput("There is nothing to keep: the secret is empty.")
        return self.ring.seal(secret, owner)

    def unseal(self, token: str, owner: Owner) -> Secret:
        """What was sealed. Locked when the vault is, and when the token belongs elsewhere or was altered."""
        return self.ring.unseal(token, owner)


def open_vault(settings: Settings, store: Store) -> Vault:
    """The vault of this installation. Never raises for a wrong or lost key: the vault is locked then, and says why.

    Makes the key file on the first start only: once anything was sealed, a missing file means a lost key.
    """
    try:
        ring = _ring(settings, store)
        _check(ring, store)
    except (BadInput, Locked) as reason:
        return Vault(None, f"The vault is locked. {reason}")
    return Vault(ring)


def _ring(settings: Settings, store: Store) -> Ring:
    """The ring from the environment, else from the file, else a new file where nothing was sealed yet."""
    if settings.vault_keys is not None:
        return read(settings.vault_keys.get_secret_value(), RING_NAME)
    path = settings.folder / FILE_NAME
    if not path.exists():
        _make(path, store)
    return Ring(keyring.read_file(path))


def _make(path: Path, store: Store) -> None:
    with store.read() as conn:
        used = meta.get(conn, CANARY) is not None or sealed.anything(conn)
    if used:
        raise Locked(
            f"The key file {path} is gone, and secrets are sealed with it. Put it back from a backup, "
            f"or set {RING_NAME}. Without it the Amazon keys must be typed again; events and rates are safe."
        )
    try:
        keyring.make_file(path)
    except OSError as error:
        raise Locked(f"The key file {path} cannot be written: {error.strerror}.") from None


def _check(ring: Ring, store: Store) -> None:
    """Open the canary; put one there on the first start, and where it alone is missing but everything sealed opens."""
    with store.read() as conn:
        token = meta.get(conn, CANARY)
    if token is None:
        with store.write() as conn:
            token = meta.get(conn, CANARY)
            if token is None:
                for value in sealed.every(conn):
                    ring.unseal(value.token, named(value))
                token = ring.seal(WORD, CANARY_OWNER)
                meta.put(conn, CANARY, token)
    try:
        ring.unseal(token, CANARY_OWNER)
    except Locked as reason:
        raise Locked(
            f"{reason} Put back the key that was used before, in {RING_NAME} or in the file {FILE_NAME}. "
            "Nothing was changed."
        ) from None
