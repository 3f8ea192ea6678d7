"""The verbs that keep what there is: backup, restore, move, and a new key for the vault."""

import sys
from argparse import Namespace
from dataclasses import asdict
from pathlib import Path

from core import keyring
from core.admin.told import DONE, REFUSED, Told
from core.errors import BadInput
from core.members.actor import Cli
from core.settings import Settings
from core.store import audit, open_store
from core.store.backup import backup as write_backup
from core.store.engine import Store
from core.store.move import move as move_store
from core.store.restore import restore as put_back
from core.vault import open_vault
from core.vault.rotation import left, rotate
from core.vault.vault import FILE_NAME, RING_NAME

CLOSED = "The old one takes no more writes."
STILL_OPEN = (
    "The old PostgreSQL still takes writes, which the new database does not get: SES Desk must have been stopped before, "
    "or empty the new one and move again."
)
KEYS_TOO = "The vault's keys are not in it: keep a copy of vault.keys and link.keys in another place."


def backup(asked: Namespace, chosen: Settings, store: Store, now: int) -> Told:
    """One file with everything at this moment, while everything goes on."""
    file = Path(asked.file).absolute()
    manifest = write_backup(store, file, now, _quietly)
    size = file.stat().st_size
    with store.write() as conn:
        audit.append(conn, Cli().name, "backup-written", "", {"rows": manifest.whole}, now)
    said = f"{file}: {manifest.whole:,} rows of {len(manifest.rows)} tables, {size / 1e6:,.1f} MB."
    return Told({"file": str(file), "bytes": size, **asdict(manifest)}, (said, KEYS_TOO))


def restore(asked: Namespace, chosen: Settings, now: int) -> Told:
    """Prove a backup and put it in the place of the store. Works on a damaged database too, so none is opened before."""
    done = put_back(chosen, Path(asked.file).absolute(), now, _aloud)
    store = open_store(chosen.store_url)
    try:
        with store.write() as conn:
            audit.append(conn, Cli().name, "backup-restored", "", {"made_at": done.manifest.made_at}, now)
        vault = open_vault(chosen, store)
    finally:
        store.close()
    values = {
        "made_at": done.manifest.made_at,
        "rows": done.manifest.rows,
        "kept": None if done.kept is None else str(done.kept),
        "vault": vault.state,
    }
    said = [f"Restored: {done.manifest.whole:,} rows, as they were at {done.manifest.made_at}."]
    if done.kept is not None:
        said.append(f"What was there before is kept in {done.kept}.")
    if vault.why:
        said.append(vault.why)
    said.append("Everybody has to sign in again.")
    return Told(values, tuple(said))


def move(asked: Namespace, chosen: Settings, store: Store, now: int) -> Told:
    """Copy everything to another database, proved; nothing is written here meanwhile or afterwards."""
    found = move_store(store, asked.to, _aloud)
    whole = sum(each.rows for each in found.values())
    target = open_store(asked.to)
    try:
        with target.write() as conn:
            audit.append(conn, Cli().name, "database-moved", "", {"rows": whole}, now)
    finally:
        target.close()
    values = {"rows": {name: each.rows for name, each in found.items()}}
    said = f"Copied and proved: {whole:,} rows of {len(found)} tables."
    after = CLOSED if store.turn is not None else STILL_OPEN
    return Told(
        values, (said, f"Set SES_DESK_DATABASE_URL to the new database and start SES Desk again. {after}")
    )


def rotate_keys(asked: Namespace, chosen: Settings, store: Store, now: int) -> Told:
    """Seal everything under a new key. Stopped half-way, the next run goes on where it was."""
    vault = open_vault(chosen, store)
    newest = vault.ring.newest
    if chosen.vault_keys is None and not set(left(store)) - {newest}:
        keyring.prepend(chosen.folder / FILE_NAME)
        vault = open_vault(chosen, store)
    elif chosen.vault_keys is not None and len(vault.ring.ids) == 1:
        raise BadInput(
            f"{RING_NAME} holds one key only. Put a new one before it (kid:base64 of 32 bytes), then run this again.",
            RING_NAME,
        )
    counts = rotate(store, vault)
    newest = vault.ring.newest
    behind = {kid: count for kid, count in counts.items() if kid != newest}
    with store.write() as conn:
        audit.append(conn, Cli().name, "keys-rotated", "", {"key": newest}, now)
    values = {"newest": newest, "sealed": dict(counts), "left": behind}
    said = [
        f"{counts.get(newest, 0)} secrets are sealed under {newest}; {sum(behind.values())} under older keys."
    ]
    said.append("Start SES Desk again, so that it reads the new key.")
    if not behind:
        old = ", ".join(kid for kid in vault.ring.ids if kid != newest)
        said.append(f"Older keys ({old}) open nothing here any more; old backups may still need them.")
    return Told(values, tuple(said), REFUSED if behind else DONE)


def _quietly(table: str, rows: int) -> None:
    """A backup is quick, and often run by a clock: nothing to say on the way."""


def _aloud(table: str, rows: int) -> None:
    print(f"{table}: {rows:,} rows", file=sys.stderr)
