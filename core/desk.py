"""The desk: the three things that every screen, job and walk works with."""

from dataclasses import dataclass

from core.settings import Settings
from core.store.engine import Store
from core.vault import Vault


@dataclass(frozen=True)
class Desk:
    """The store, the vault (which may be locked), and what the operator decided."""

    store: Store
    vault: Vault
    settings: Settings
