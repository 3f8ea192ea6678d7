"""The key ring of the unsubscribe links: from SES_DESK_LINK_KEYS, else `link.keys` in the data folder, made on first use.

Any number of processes may read it, the public receiver too; the vault's ring is another one. A file that changed is read
again. A ring that was used and is gone is never replaced in silence: links in mail that was sent open with it alone.
"""

import threading
from collections.abc import Callable
from pathlib import Path

from core import keyring
from core.errors import BadInput, Unavailable
from core.links.token import Link, LinkRing, key_of
from core.settings import Settings
from core.store import meta
from core.store.engine import Store

RING_NAME = "SES_DESK_LINK_KEYS"
FILE_NAME = "link.keys"
USED = "link-keys"  # in the store's notes: which keys have made links
VAULT = "SES_DESK_VAULT_KEYS"


class LinkKeys:
    """The ring of this process, read when it is needed."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store, self._settings = store, settings
        self._path: Path = settings.folder / FILE_NAME
        self._lock = threading.Lock()
        self._read: tuple[object, LinkRing] | None = None
        self._noted: set[str] = set()

    def for_making(self) -> LinkRing:
        """The ring to make a link with, a new file where none was ever needed. Unavailable with the reason, and what to do."""
        ring = self._ring()
        if ring is None:
            self._make()
            ring = self._ring()
        if ring is None:
            raise Unavailable(f"The key file {self._path} cannot be read.")
        self._note(ring)
        return ring

    def for_opening(self) -> LinkRing:
        """The ring to read a link with; an empty one where no link was ever made. Unavailable when ours is lost or unreadable."""
        ring = self._ring()
        if ring is None:
            self._complain_if_lost()
            return LinkRing({})
        return ring

    def open(self, token: str) -> Link | None:
        """Whom a link means, None for one that nobody made. Unavailable when a key that made links is not in the ring."""
        ring = self.for_opening()
        kid = key_of(token)
        if kid and kid not in ring.ids:
            with self._store.read() as conn:
                used = (meta.get(conn, USED) or "").split()
            if kid in used:
                raise Unavailable(
                    f"The key {kid}, with which unsubscribe links in sent mail were made, is gone from the ring. "
                    f"Put it back behind the newest, in {self._path} or {RING_NAME}."
                )
        return ring.open(token)

    def _ring(self) -> LinkRing | None:
        given = self._settings.link_keys
        try:
            if given is not None:
                text = given.get_secret_value()
                return self._held(text, lambda: keyring.read(text, RING_NAME))
            found = self._path.stat()
            sign = (found.st_ino, found.st_size, found.st_mtime_ns, found.st_mode)
            return self._held(sign, lambda: keyring.read_file(self._path))
        except FileNotFoundError:
            return None
        except (BadInput, OSError) as wrong:
            raise Unavailable(f"The keys of the unsubscribe links cannot be used. {wrong}") from None

    def _held(self, sign: object, read: Callable[[], keyring.Keys]) -> LinkRing:
        with self._lock:
            if self._read is None or self._read[0] != sign:
                self._read = sign, LinkRing(self._apart(read()))
            return self._read[1]

    def _apart(self, keys: keyring.Keys) -> keyring.Keys:
        """Refuse a ring that holds one of the vault's keys: whoever may make links may not open secrets."""
        given = self._settings.vault_keys
        if given is not None:
            shared = set(keyring.read(given.get_secret_value(), VAULT).values()) & set(keys.values())
            if shared:
                raise BadInput(f"{RING_NAME} holds a key of {VAULT}. Give the links a key of their own.")
        return keys

    def _make(self) -> None:
        self._complain_if_lost()
        try:
            keyring.make_file(self._path)
        except OSError as error:
            raise Unavailable(f"The key file {self._path} cannot be written: {error.strerror}.") from None

    def _complain_if_lost(self) -> None:
        with self._store.read() as conn:
            used = meta.get(conn, USED)
        if used:
            raise Unavailable(
                f"The key file {self._path} is gone, and unsubscribe links in sent mail open with it alone. "
                f"Put it back from a backup, or set {RING_NAME}."
            )

    def _note(self, ring: LinkRing) -> None:
        """Remember in the store that links were made under this key; its id is no secret."""
        kid = ring.ids[0]
        if kid in self._noted:
            return
        with self._store.read() as conn:
            known = (meta.get(conn, USED) or "").split()
        if kid not in known:
            with self._store.write() as conn:
                meta.put(conn, USED, " ".join([kid, *(meta.get(conn, USED) or "").split()]))
        self._noted.add(kid)
