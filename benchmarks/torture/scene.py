"""Where a torture test plays: an outpost in a folder of its own, on SQLite or on a PostgreSQL that may be killed."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from elephant import Elephant
from outpost import Outpost

DATABASES = ("SQLite", "PostgreSQL")


@contextmanager
def elephant() -> Iterator[Elephant]:
    """A PostgreSQL with fsync on, as an operator runs it."""
    own = Elephant()
    try:
        own.start()
        yield own
    finally:
        own.close()


@contextmanager
def on(database: str) -> Iterator[Outpost]:
    """An outpost on this kind of database."""
    with tempfile.TemporaryDirectory(prefix="torture") as folder:
        if database == "SQLite":
            with ended(Outpost(Path(folder))) as outpost:
                yield outpost
        else:
            with elephant() as own, ended(Outpost(Path(folder), own.database())) as outpost:
                yield outpost


@contextmanager
def ended(outpost: Outpost) -> Iterator[Outpost]:
    """Its receivers end with the block."""
    try:
        yield outpost
    finally:
        outpost.close()
