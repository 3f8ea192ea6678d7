"""Changing the key: everything sealed is opened with the key it names and sealed again under the newest one.

Row by row in one transaction each, so that it can be stopped and started again; the old key stays in the ring until no row
names it.
"""

from collections import Counter

from core.store import meta, sealed
from core.store.engine import Store
from core.vault.owner import named
from core.vault.ring import parts
from core.vault.vault import CANARY, CANARY_OWNER, Vault


def rotate(store: Store, vault: Vault) -> Counter[str]:
    """Seal everything under the newest key; how many values are left under each key. Locked when a value does not open."""
    newest = vault.ring.newest
    with store.read() as conn:
        old = [value for value in sealed.every(conn) if parts(value.token)[1] != newest]
    for value in old:
        owner = named(value)
        token = vault.seal(vault.unseal(value.token, owner), owner)
        with store.write() as conn:
            sealed.replace(conn, value, token)
    with store.write() as conn:
        canary = meta.get(conn, CANARY)
        if canary is not None and parts(canary)[1] != newest:
            meta.put(conn, CANARY, vault.seal(vault.unseal(canary, CANARY_OWNER), CANARY_OWNER))
    return left(store)


def left(store: Store) -> Counter[str]:
    """How many sealed values name each key."""
    with store.read() as conn:
        return Counter(parts(value.token)[1] for value in sealed.every(conn))
