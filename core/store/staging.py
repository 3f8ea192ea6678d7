"""A list of addresses on its way in: sorted and without duplicates, on disk, so that a million of them need little memory.

A file of its own, not a table: nothing of it is in the store before all of it may be.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType

from core.store.driver import choose

_PRAGMAS = ("journal_mode=off", "synchronous=off", "cache_size=-6000")


class Staging:
    """Addresses waiting in a file that only its owner may read. Close it, or use it in a `with`."""

    def __init__(self, path: Path, fresh: bool = False) -> None:
        if fresh:
            path.unlink(missing_ok=True)
            path.touch(mode=0o600)
        self._rows = choose().module.connect(str(path), isolation_level=None, check_same_thread=False)
        for pragma in _PRAGMAS:
            self._rows.execute(f"PRAGMA {pragma}").close()
        if fresh:
            self._rows.execute("CREATE TABLE addresses (address TEXT PRIMARY KEY) WITHOUT ROWID").close()
            self._rows.execute("BEGIN").close()

    def add(self, addresses: Sequence[str]) -> int:
        """Add some; returns how many were not there yet."""
        found = self._rows.executemany(
            "INSERT OR IGNORE INTO addresses VALUES (?)", [(each,) for each in addresses]
        )
        return int(found.rowcount)

    def done(self) -> None:
        """All are in."""
        self._rows.execute("COMMIT").close()

    def count(self) -> int:
        """How many addresses there are."""
        return int(self._rows.execute("SELECT count(*) FROM addresses").fetchone()[0])

    def pieces(self, size: int) -> Iterator[list[str]]:
        """All of them in order, so many at a time."""
        cursor = self._rows.execute("SELECT address FROM addresses ORDER BY address")
        while rows := cursor.fetchmany(size):
            yield [row[0] for row in rows]

    def close(self) -> None:
        """Let go of the file."""
        self._rows.close()

    def __enter__(self) -> "Staging":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
