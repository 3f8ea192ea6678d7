"""One running receiver per test, on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from leaving import Place, place

from core.store.engine import Store


@pytest.fixture
def shop(store: Store, tmp_path: Path) -> Iterator[Place]:
    """A connection whose links can be pressed."""
    with place(store, tmp_path / "desk") as running:
        yield running


@pytest.fixture
def small_shop(sqlite_store: Store, tmp_path: Path) -> Iterator[Place]:
    """The same on SQLite alone, for what does not depend on the database."""
    with place(sqlite_store, tmp_path / "desk") as running:
        yield running
