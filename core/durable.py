"""What makes a file's name outlive a power cut."""

import os
from pathlib import Path


def settle(folder: Path) -> None:
    """Make the names in a folder durable, after a file was made or renamed there. Raises OSError.

    Source: fsync(2): syncing a file does not sync the entry of its folder.
    """
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
