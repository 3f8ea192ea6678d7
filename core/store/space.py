"""Room on the disk that holds an SQLite database. A reserve stays free, so that nothing ever breaks off half way.

Below the reserve no more events are taken in: Amazon keeps them and sends them again. Members, unsubscribes and retention
may still write, so that whoever frees space can do it from the screen.
"""

import os
from dataclasses import dataclass
from pathlib import Path

RESERVE = 64 * 1024 * 1024  # bytes; several times what the write-ahead log grows to before it is folded in
SHARE = 20  # on a small disk the reserve is one part in so many

FULL = "The disk that holds the database is full. Free some space; nothing that was confirmed is lost."


def free_at(folder: Path) -> int | None:
    """Bytes free on the disk that holds `folder`, or will hold it once it is made; None where the system does not say."""
    there = next((one for one in (folder, *folder.absolute().parents) if one.exists()), None)
    return None if there is None else Room(there).free


@dataclass(frozen=True, slots=True)
class Room:
    """The disk under one folder."""

    folder: Path

    @property
    def free(self) -> int | None:
        """Bytes that we may still write; None where the system does not say."""
        found = self._look()
        return None if found is None else found[0]

    @property
    def short(self) -> bool:
        """Whether less than the reserve is left. Asked before every batch: it costs a few microseconds."""
        found = self._look()
        return found is not None and found[0] < min(RESERVE, found[1] // SHARE)

    def _look(self) -> tuple[int, int] | None:
        try:
            said = os.statvfs(self.folder)
        except OSError:
            return None
        return said.f_bavail * said.f_frsize, said.f_blocks * said.f_frsize
