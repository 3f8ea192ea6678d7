"""A backup: one file that holds the whole database at one moment, and proves that no bit of it changed.

The first line names the form and the SHA-256 of all that follows; the second is the manifest (JSON); then comes an SQLite
database, whatever the store runs on. Sealed secrets are in it sealed: the vault's keys never are.
"""

import hashlib
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

import msgspec

from core.durable import settle
from core.errors import BadInput
from core.moment import rfc3339
from core.store.copying import Progress, copy, sum_of, tables
from core.store.engine import Store, open_store
from core.store.folding import fold
from core.store.migrate import migrate, schema_of, steps

FORM = b"SES-DESK-BACKUP-1"
_LONGEST_MANIFEST = 1024 * 1024
_PIECE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself."""

    made_at: str
    schema: str
    rows: dict[str, int]  # by table
    checksums: dict[str, str]

    @property
    def whole(self) -> int:
        """Rows of all tables together."""
        return sum(self.rows.values())


def backup(store: Store, file: Path, now: int, progress: Progress) -> Manifest:
    """Write a backup while everything goes on. Raises BadInput (`FILE`) when the file is there or cannot be written."""
    if file.exists():
        raise BadInput(f"{file} exists already. Name another file; a backup is never overwritten.", "FILE")
    try:
        with _beside(file) as draft, _beside(file) as whole:
            manifest = _gather(store, draft, now, progress)
            _wrap(draft, whole, manifest)
            os.link(whole, file)
            settle(file.parent)
    except FileExistsError:
        raise BadInput(
            f"{file} exists already. Name another file; a backup is never overwritten.", "FILE"
        ) from None
    except OSError as error:
        raise BadInput(f"{file} cannot be written: {error.strerror}.", "FILE") from None
    return manifest


@contextmanager
def opened(file: Path, folder: Path) -> Iterator[tuple[Manifest, Store]]:
    """A backup, proved bit by bit and row by row, as a store to read from. Raises BadInput (`FILE`) for anything less.

    `folder` is where it is unpacked meanwhile: the backup itself may lie where nothing can be written.
    """
    with _beside(folder / "unpacked-backup") as database:
        try:
            manifest = _unwrap(file, database)
        except OSError as error:
            raise BadInput(f"{file} cannot be read: {error.strerror}.", "FILE") from None
        store = open_store(f"sqlite:///{database}")
        try:
            _prove(store, manifest)
            migrate(store)
            yield manifest, store
        finally:
            store.close()


def _gather(store: Store, draft: Path, now: int, progress: Progress) -> Manifest:
    """One consistent state of the store as an SQLite database in a single file."""
    gathered = open_store(f"sqlite:///{draft}")
    try:
        migrate(gathered)
        with store.read() as conn:
            if store.dialect == "postgresql":
                conn.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            sums = copy(conn, gathered, progress)
        fold(gathered)
    finally:
        gathered.close()
        for end in ("-wal", "-shm", ".lock", ".open"):
            draft.with_name(draft.name + end).unlink(missing_ok=True)
    return Manifest(
        rfc3339(now),
        steps()[-1],
        {name: each.rows for name, each in sums.items()},
        {name: each.checksum for name, each in sums.items()},
    )


def _wrap(database: Path, whole: Path, manifest: Manifest) -> None:
    line = json.dumps(asdict(manifest), sort_keys=True).encode() + b"\n"
    digest = hashlib.sha256(line)
    with database.open("rb") as source:
        for piece in _pieces(source):
            digest.update(piece)
    with database.open("rb") as source, whole.open("wb") as out:
        out.write(FORM + b" " + digest.hexdigest().encode() + b"\n" + line)
        for piece in _pieces(source):
            out.write(piece)
        out.flush()
        os.fsync(out.fileno())


def _unwrap(file: Path, database: Path) -> Manifest:
    """The manifest; the database goes into a file of its own. Everything is read and hashed before any of it is believed."""
    damaged = BadInput(
        f"{file} is no whole backup of SES Desk: it is damaged, cut short, or something else.", "FILE"
    )
    with file.open("rb") as source, database.open("wb") as out:
        head = source.readline(len(FORM) + 66)
        form, _, said = head.rstrip(b"\n").partition(b" ")
        line = source.readline(_LONGEST_MANIFEST)
        digest = hashlib.sha256(line)
        for piece in _pieces(source):
            digest.update(piece)
            out.write(piece)
    if form != FORM or not head.endswith(b"\n") or said != digest.hexdigest().encode():
        raise damaged
    try:
        return msgspec.json.decode(line, type=Manifest)
    except ValueError:
        raise damaged from None


def _prove(store: Store, manifest: Manifest) -> None:
    """That the database inside is what the manifest says, and of a form that this release knows."""
    with store.read() as conn:
        if schema_of(conn) not in steps():
            raise BadInput(
                f"This backup was made by a newer release of SES Desk (schema {manifest.schema}). Install that release first.",
                "FILE",
            )
        if schema_of(conn) != steps()[-1]:
            return  # an older release's tables: the hash over the whole file has to do
        for each in tables():
            found = sum_of(conn, each)
            told = manifest.rows.get(str(each.name)), manifest.checksums.get(str(each.name))
            if (found.rows, found.checksum) != told:
                raise BadInput(f"The table {each.name} in this backup is not what its manifest says.", "FILE")


@contextmanager
def _beside(file: Path) -> Iterator[Path]:
    """A file of our own in the same folder, for its owner alone, gone afterwards."""
    path = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        yield path
    finally:
        for end in ("", "-wal", "-shm", ".lock", ".open"):
            path.with_name(path.name + end).unlink(missing_ok=True)


def _pieces(source: IO[bytes]) -> Iterator[bytes]:
    while piece := source.read(_PIECE):
        yield piece
