"""A migration killed at any moment leaves the old schema or the new one, and every row (F20)."""

from collections.abc import Callable
from pathlib import Path

import pytest
from half_migrated import copied, filled, held, killed_after, make_old, wrong_afterwards
from outpost import Outpost

from core.store.engine import open_store
from core.store.migrate import steps

BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
MOMENTS = (0.0, 0.02, 0.06, 0.15, 0.5)  # seconds after it began


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_killed_at_any_moment_a_migration_is_done_or_not_begun_and_keeps_every_row(
    database: str, tmp_path: Path, make_outpost: Callable[[], Outpost]
) -> None:
    outpost = make_outpost()
    filled(outpost, 60)
    url = database or f"sqlite:///{tmp_path / 'old.db'}"
    old, source = open_store(url), open_store(outpost.store_url)
    make_old(old, source)
    before = held(old)
    old.close()
    source.close()
    assert before["notifications"].total() >= 60
    for number, moment in enumerate(MOMENTS):
        copy = copied(url, tmp_path, number)
        done = killed_after(copy, moment)
        found, lost, twice = wrong_afterwards(copy, before)
        assert (lost, twice) == (0, 0)
        assert found == steps()[-1] if done else found in (steps()[0], steps()[-1])
