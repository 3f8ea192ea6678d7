"""The world on disk: one JSON file, readable only by its owner, replaced whole so that a crash never leaves half of it."""

import os
from pathlib import Path

import msgspec

from core.demo.world import World

FILE = "amazon.json"


def read(folder: Path) -> World | None:
    """The world as it was kept, or None when there is none, or none that this version can read."""
    try:
        return msgspec.json.decode((folder / FILE).read_bytes(), type=World)
    except FileNotFoundError:
        return None
    except (msgspec.MsgspecError, OSError):
        return None


def write(folder: Path, world: World) -> None:
    """Keep the world. It holds the demo's own keys: nobody else may read it."""
    replace(folder / FILE, msgspec.json.encode(world))


def replace(path: Path, content: bytes) -> None:
    """Put a private file in place, all of it or nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(f".{os.getpid()}.draft")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    draft.replace(path)
