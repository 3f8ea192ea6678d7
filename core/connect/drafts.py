"""What was typed in the walk, sealed for that sign-in, for at most 15 minutes. Never in session state."""

from collections.abc import Mapping
from typing import Any

from core.store.engine import Store
from core.vault import Vault

MINUTES_15 = 15 * 60 * 1000
KINDS = ("connect", "quick-check")


def put(store: Store, vault: Vault, session_hash: str, kind: str, data: Mapping[str, Any], now: int) -> None:
    """Keep a draft, replacing the last one of this kind. Values may be plain JSON values or Secret."""
    raise NotImplementedError


def get(store: Store, vault: Vault, session_hash: str, kind: str, now: int) -> dict[str, Any] | None:
    """The draft, or None when there is none or its time is over. Secrets come back as Secret."""
    raise NotImplementedError


def clear(store: Store, session_hash: str, kind: str) -> None:
    """Forget the draft: it was saved, or the walk was left."""
    raise NotImplementedError
