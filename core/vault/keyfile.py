"""The file that holds the key ring where the environment does not: `vault.keys` in the data folder, for its owner alone.

Written beside and then linked into place, so that a crash leaves a whole file or none, and of two processes that start
at once one makes it and the other reads it. An existing file is never overwritten here.
"""

import os
import secrets
import stat
from pathlib import Path

from core.errors import BadInput
from core.vault import ring

NAME = "vault.keys"


def read(path: Path) -> ring.Ring:
    """The ring in this file. BadInput when others may read it or it holds no ring; FileNotFoundError when it is not there."""
    mode = stat.S_IMODE(path.stat().st_mode)
    if os.name == "posix" and mode & 0o077:
        raise BadInput(f"Others may read {path} (mode {mode:04o}). Run: chmod 600 {path}", str(path))
    try:
        text = path.read_text("ascii")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not plain text"
        raise BadInput(f"{path} cannot be read: {reason}.", str(path)) from None
    return ring.read(text, str(path))


def make(path: Path) -> None:
    """A new file with one fresh key, mode 0600, durable; leaves one that is already there as it is."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = _written_beside(path, ring.new_entry() + "\n")
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    _settle(path.parent)


def prepend(path: Path) -> None:
    """Put a fresh key before those in the file, in one step."""
    read(path)
    draft = _written_beside(path, f"{ring.new_entry()}\n{path.read_text('ascii').strip()}\n")
    draft.replace(path)
    _settle(path.parent)


def _written_beside(path: Path, text: str) -> Path:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    return draft


def _settle(folder: Path) -> None:
    """Make the new name itself durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
