"""Opening the store: fresh, again, damaged, newer, unwritable."""

import re
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlmodel import SQLModel

from core.errors import BadInput, Unavailable
from core.settings import Settings
from core.store import meta, open_store
from core.store import store as open_ready
from core.store.driver import choose, safe_mode, wal_is_safe
from core.store.engine import Store, _open_sqlite
from core.store.migrate import _upgrade, migrate, schema_of, steps

COUNT_UP = """
import sys
from core.store import meta, open_store
store = open_store(sys.argv[1])
for _ in range(int(sys.argv[2])):
    with store.write() as conn:
        meta.put(conn, "n", str(int(meta.get(conn, "n") or 0) + 1))
"""


def settings(folder: Path) -> Settings:
    return Settings(data_dir=folder)


def test_a_fresh_store_is_made_with_its_folder_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    store = open_ready(settings(tmp_path / "new" / "data"))
    meta.put(store, "a", "b")
    assert meta.get(open_ready(settings(tmp_path / "new" / "data")), "a") == "b"
    for path in (tmp_path / "new" / "data").iterdir():
        assert path.stat().st_mode & 0o077 == 0, path.name


def test_sqlite_runs_wal_full_and_foreign_keys(sqlite_store: Store) -> None:
    with sqlite_store.read() as conn:
        answers = {
            name: conn.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert answers == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000}


def told_by_the_models(_thing: Any, name: str | None, *_rest: Any) -> bool:
    """All but PostgreSQL's partitions and what they need, which tests/store/test_partitions.py looks at."""
    return not re.search(r"_default$|_\d{4}_\d\d$|^month$|_by_age$|^one_fact$", str(name))


def test_the_tables_are_those_the_models_say(store: Store) -> None:
    with store.read() as conn:
        same = {"compare_type": store.dialect == "postgresql", "include_object": told_by_the_models}
        context = MigrationContext.configure(conn, opts=same)
        differences = compare_metadata(context, SQLModel.metadata)
    found = [
        each for each in differences if "alembic_version" not in str(each) and "events_by_" not in str(each)
    ]
    assert found == []


def test_the_indexes_of_events_are_there(store: Store) -> None:
    with store.read() as conn:
        names = {index["name"] for index in sa.inspect(conn).get_indexes("events")}
        if store.dialect == "sqlite":
            names |= {
                row[0] for row in conn.exec_driver_sql("SELECT name FROM sqlite_master WHERE type='index'")
            }
    ways = {
        "sqlite": {"events_by_day_and_recipient"},
        "postgresql": {"events_by_recipient", "events_by_age"},
    }
    found = {name for name in names if name.startswith("events_by_")}
    assert found == {"events_by_time", *ways[store.dialect]}


def test_migrating_again_changes_nothing(store: Store) -> None:
    migrate(store)
    with store.read() as conn:
        assert schema_of(conn) == steps()[-1]


def test_a_newer_schema_is_refused_with_words(store: Store) -> None:
    with store.write() as conn:
        conn.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(Unavailable, match="newer release"):
        migrate(store)


def test_several_who_migrate_at_once_migrate_once(store: Store, pg_or_file: str) -> None:
    problems: list[BaseException] = []

    def start() -> None:
        try:
            migrate(open_store(pg_or_file))
        except BaseException as error:
            problems.append(error)

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []


@pytest.fixture
def pg_or_file(store: Store, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """A second, empty database of the same kind."""
    if store.dialect == "sqlite":
        return f"sqlite:///{tmp_path / 'other.db'}"
    with store.write() as conn:
        for name in [*reversed(SQLModel.metadata.sorted_tables)]:
            conn.execute(sa.text(f"DROP TABLE {name.name}"))
        conn.execute(sa.text("DROP TABLE alembic_version"))
    return store.engine.url.render_as_string(hide_password=False)


def test_a_file_that_is_no_database_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "ses-desk.db").write_bytes(b"not a database at all" * 500)
    with pytest.raises(Unavailable, match="damaged"):
        open_ready(settings(tmp_path))


def test_a_damaged_database_is_one_sentence(tmp_path: Path) -> None:
    store = open_ready(settings(tmp_path))
    with store.write() as conn:
        for number in range(3000):
            meta.put(conn, f"name{number}", "x" * 100)
    store.close()
    path = tmp_path / "ses-desk.db"
    damaged = bytearray(path.read_bytes())
    damaged[4096 * 20 : 4096 * 60] = b"\xff" * (4096 * 40)
    path.write_bytes(damaged)
    with pytest.raises(Unavailable, match="damaged"):
        open_ready(settings(tmp_path))


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(Unavailable, match="data folder"):
        open_ready(settings(tmp_path / "file" / "data"))


@pytest.mark.parametrize(
    "url", ["mysql://x/y", "nonsense", "sqlite://", "sqlite:///:memory:", "postgresql+psycopg://h:abc/x"]
)
def test_another_kind_of_database_is_refused(url: str) -> None:
    with pytest.raises(BadInput, match="SES_DESK_DATABASE_URL"):
        open_store(url)


def test_a_postgresql_that_is_not_there_is_unavailable(tmp_path: Path) -> None:
    store = open_store(f"postgresql://nobody@/none?host={tmp_path}")
    with pytest.raises(Unavailable), store.read() as conn:
        conn.execute(sa.text("SELECT 1"))


@pytest.mark.parametrize(
    ("version", "safe"),
    [((3, 40, 1), False), ((3, 44, 5), False), ((3, 44, 6), True), ((3, 45, 0), False), ((3, 50, 6), False),
     ((3, 50, 7), True), ((3, 51, 2), False), ((3, 51, 3), True), ((3, 53, 4), True)],
)  # fmt: skip
def test_wal_is_used_only_with_a_sqlite_that_has_the_fix(version: tuple[int, int, int], safe: bool) -> None:
    assert wal_is_safe(version) is safe


def test_the_guard_says_which_sqlite_and_which_mode(sqlite_store: Store) -> None:
    chosen = choose()
    assert chosen.module.sqlite_version in sqlite_store.guard
    assert "WAL" in sqlite_store.guard


def test_safe_mode_keeps_a_rollback_journal_and_works(tmp_path: Path) -> None:
    url = sa.make_url(f"sqlite:///{tmp_path / 'store.db'}")
    store = _open_sqlite(url, safe_mode(sqlite3, "this Python's own"))
    migrate(store)
    meta.put(store, "a", "b")
    with store.read() as conn:
        assert conn.exec_driver_sql("PRAGMA journal_mode").scalar() == "truncate"
    assert "safe mode" in store.guard and meta.get(store, "a") == "b"


def test_a_write_that_raises_leaves_nothing(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.write() as conn:
        meta.put(conn, "a", "b")
        raise ZeroDivisionError
    assert meta.get(store, "a") is None


def test_a_second_process_waits_for_its_turn(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'store.db'}"
    store = open_store(url)
    migrate(store)
    meta.put(store, "n", "0")
    words = [sys.executable, "-c", COUNT_UP, url, "30"]
    others = [subprocess.Popen(words, cwd=Path(__file__).parents[2]) for _ in range(3)]
    assert [process.wait(120) for process in others] == [0, 0, 0]
    assert meta.get(store, "n") == "90"


def test_a_store_kept_busy_by_another_is_unavailable_after_a_while(
    sqlite_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.store.turn.PATIENCE", 0.2)
    other = open_store(f"sqlite:///{tmp_path / 'store.db'}")
    with other.write() as conn:
        meta.put(conn, "a", "b")
        with pytest.raises(Unavailable, match="busy"), sqlite_store.write():
            pass
    meta.put(sqlite_store, "c", "d")
    assert meta.get(other, "c") == "d"


def test_a_migration_that_dies_halfway_leaves_nothing_behind(store: Store, pg_or_file: str) -> None:
    fresh = open_store(pg_or_file)
    with pytest.raises(ZeroDivisionError), fresh.write() as conn:
        _upgrade(conn)
        raise ZeroDivisionError
    with fresh.read() as conn:
        assert sa.inspect(conn).get_table_names() == []
    migrate(fresh)
    meta.put(fresh, "a", "b")
    fresh.close()
