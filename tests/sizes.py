"""How large a receiver is: what a soak watches."""

import os
from dataclasses import dataclass
from pathlib import Path

from outpost import Outpost, Post


@dataclass(frozen=True, slots=True)
class Sizes:
    """Bytes of memory, open descriptors, threads, bytes of SQLite's write-ahead log."""

    memory: int
    descriptors: int
    threads: int
    log: int


def sizes(outpost: Outpost, post: Post) -> Sizes:
    """As they are now."""
    process = Path(f"/proc/{post.process.pid}")
    memory = int((process / "statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    log = outpost.folder / "data" / "ses-desk.db-wal"
    return Sizes(
        memory,
        len(list((process / "fd").iterdir())),
        len(list((process / "task").iterdir())),
        log.stat().st_size if log.exists() else 0,
    )
