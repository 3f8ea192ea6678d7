"""What was typed in the walk, sealed for that sign-in, for at most 15 minutes. Never in session state.

A draft mixes plain values and Secret; both are written into one JSON text, which only exists sealed.
"""

import json
from collections.abc import Mapping
from typing import Any

from core.store import drafts as rows
from core.store.engine import Store
from core.vault import Secret, Vault
from core.vault.owner import draft as owner

LIFE = 15 * 60 * 1000  # ms, from the last change
KINDS = ("connect", "quick-check")


def put(store: Store, vault: Vault, session_hash: str, kind: str, data: Mapping[str, Any], now: int) -> None:
    """Keep a draft, replacing the last one of this kind. Values may be plain JSON values or Secret."""
    plain = {name: value for name, value in data.items() if not isinstance(value, Secret)}
    secret = {name: value.reveal() for name, value in data.items() if isinstance(value, Secret)}
    whole = Secret(json.dumps({"plain": plain, "secret": secret}, ensure_ascii=True))
    rows.put(store, session_hash, kind, vault.seal(whole, owner(session_hash, kind)), now + LIFE)


def get(store: Store, vault: Vault, session_hash: str, kind: str, now: int) -> dict[str, Any] | None:
    """The draft, or None when there is none or its time is over. Secrets come back as Secret."""
    sealed = rows.get(store, session_hash, kind, now)
    if sealed is None:
        return None
    said = json.loads(vault.unseal(sealed, owner(session_hash, kind)).reveal())
    return {**said["plain"], **{name: Secret(value) for name, value in said["secret"].items()}}


def clear(store: Store, session_hash: str, kind: str) -> None:
    """Forget the draft: it was saved, or the walk was left."""
    rows.clear(store, session_hash, kind)
