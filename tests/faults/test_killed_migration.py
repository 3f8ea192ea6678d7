"""A migration killed at any moment leaves the old schema or the new one, and every row (F20)."""

import errno
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from half_migrated import copied, filled, held, killed_after, make_old, wrong_afterwards
from outpost import Outpost
from structlog.testing import capture_logs

from core.errors import Unavailable
from core.store import before
from core.store.engine import Store, open_store
from core.store.migrate import migrate, schema_of, steps
from core.store.space import RESERVE, Room

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


@pytest.fixture
def old(tmp_path: Path, make_outpost: Callable[[], Outpost]) -> Iterator[Store]:
    """An SQLite store of the first release, filled."""
    outpost = make_outpost()
    filled(outpost, 10)
    made, source = open_store(f"sqlite:///{tmp_path / 'old.db'}"), open_store(outpost.store_url)
    make_old(made, source)
    source.close()
    yield made
    made.close()


def test_an_sqlite_store_is_kept_as_it_was_before_it_is_upgraded(old: Store, tmp_path: Path) -> None:
    held_before = held(old)
    migrate(old)
    with old.read() as conn:
        assert schema_of(conn) == steps()[-1]
    old.close()
    kept = tmp_path / f"old.db.before-{steps()[0]}"
    assert kept.stat().st_mode & 0o077 == 0
    assert [each.name for each in tmp_path.iterdir() if each.name.endswith(".part")] == []
    copy = open_store(f"sqlite:///{kept}")
    with copy.read() as conn:
        assert schema_of(conn) == steps()[0]
        assert conn.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
    assert held(copy) == held_before
    copy.close()


def test_a_copy_that_cannot_be_made_is_one_sentence_and_nothing_is_upgraded(
    old: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(before, "_copy", full)
    with pytest.raises(Unavailable, match="No space left on device"):
        migrate(old)
    with old.read() as conn:
        assert schema_of(conn) == steps()[0]
    assert not list(tmp_path.glob("*before*"))


def test_without_room_for_a_copy_it_is_upgraded_all_the_same_and_that_is_said(
    old: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Room, "free", RESERVE)
    with capture_logs() as said:
        migrate(old)
    with old.read() as conn:
        assert schema_of(conn) == steps()[-1]
    old.close()
    assert not list(tmp_path.glob("*before*"))
    assert [line["event"] for line in said] == ["upgraded-without-a-copy"]


def test_a_fresh_store_has_nothing_to_keep(tmp_path: Path) -> None:
    fresh = open_store(f"sqlite:///{tmp_path / 'new.db'}")
    migrate(fresh)
    fresh.close()
    assert not list(tmp_path.glob("*before*"))
