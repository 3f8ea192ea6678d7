"""A key ring: key ids with their 32 bytes, newest first. One form for all rings, in the environment and in files.

Written as `kid:base64(32 bytes)`, separated by commas or line breaks. A file is made beside and then linked into place, so
that a crash leaves a whole file or none, and of two processes that start at once one makes it and the other reads it. An
existing file is never overwritten here. What the keys are for is decided by who holds the ring: the vault and the
unsubscribe links each have their own.
"""

import base64
import binascii
import os
import re
import secrets
import stat
from pathlib import Path

from core.durable import settle
from core.errors import BadInput

KEY_ID = re.compile(r"[0-9A-Za-z_.-]{1,32}")
KEY_BYTES = 32
Keys = dict[str, bytes]


def read(text: str, source: str) -> Keys:
    """The keys written in a text; BadInput with a sentence that names the place, never the key, when it holds none."""
    keys: Keys = {}
    for entry in (each.strip() for each in re.split(r"[,\n]", text) if each.strip()):
        kid, colon, encoded = entry.partition(":")
        if not colon or not KEY_ID.fullmatch(kid):
            raise BadInput(
                f"{source} must read kid:base64, separated by commas; one entry has no key id.", source
            )
        try:
            key = base64.b64decode(encoded.strip(), validate=True)
        except (binascii.Error, ValueError):
            raise BadInput(f"The key {kid} in {source} is not base64.", source) from None
        if len(key) != KEY_BYTES:
            raise BadInput(f"The key {kid} in {source} must be 32 bytes; it is {len(key)}.", source)
        if kid in keys:
            raise BadInput(f"The key id {kid} stands twice in {source}.", source)
        keys[kid] = key
    if not keys:
        raise BadInput(f"{source} holds no key.", source)
    return keys


def new_entry() -> str:
    """A fresh key as one entry of a ring."""
    return f"k{secrets.token_hex(4)}:{base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()}"


def read_file(path: Path) -> Keys:
    """The keys in this file. BadInput when others may read it or it holds no ring; FileNotFoundError when it is not there."""
    mode = stat.S_IMODE(path.stat().st_mode)
    if os.name == "posix" and mode & 0o077:
        raise BadInput(f"Others may read {path} (mode {mode:04o}). Run: chmod 600 {path}", str(path))
    try:
        text = path.read_text("ascii")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not plain text"
        raise BadInput(f"{path} cannot be read: {reason}.", str(path)) from None
    return read(text, str(path))


def make_file(path: Path) -> None:
    """A new file with one fresh key, mode 0600, durable; leaves one that is already there as it is."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = _written_beside(path, new_entry() + "\n")
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    settle(path.parent)


def prepend(path: Path) -> None:
    """Put a fresh key before those in the file, in one step."""
    read_file(path)
    draft = _written_beside(path, f"{new_entry()}\n{path.read_text('ascii').strip()}\n")
    draft.replace(path)
    settle(path.parent)


def _written_beside(path: Path, text: str) -> Path:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    return draft
