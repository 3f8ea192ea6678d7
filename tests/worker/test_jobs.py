"""Background jobs: each done by one worker at a time, and what has ended is forgotten."""

import threading
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from core.desk import Desk
from core.settings import Settings
from core.store import Store, leases, migrate, open_store, tables
from core.vault import open_vault
from core.worker import jobs

NOW = 1_780_000_000_000
MINUTE = 60_000


@pytest.fixture
def desk(opened: Store, tmp_path: Path) -> Desk:
    chosen = Settings(data_dir=tmp_path)
    return Desk(opened, open_vault(chosen, opened), chosen)


@pytest.fixture
def opened(tmp_path: Path) -> Store:
    store = open_store(f"sqlite:///{tmp_path / 'w.db'}")
    migrate.migrate(store)
    return store


def test_two_workers_never_hold_the_same_job(opened: Store) -> None:
    with opened.write() as conn:
        assert leases.acquire(conn, "job", "alice", NOW, MINUTE) == 1
    with opened.write() as conn:
        assert leases.acquire(conn, "job", "bob", NOW + 1, MINUTE) is None
        assert leases.acquire(conn, "job", "alice", NOW + 1, MINUTE) == 1


def test_one_that_slept_too_long_is_fenced_off(opened: Store) -> None:
    with opened.write() as conn:
        first = leases.acquire(conn, "job", "alice", NOW, MINUTE)
        second = leases.acquire(conn, "job", "bob", NOW + 2 * MINUTE, MINUTE)
        assert (first, second) == (1, 2)
        assert not leases.still_held(conn, "job", 1)
        assert leases.still_held(conn, "job", 2)


def test_what_has_ended_is_forgotten_and_the_rest_kept(desk: Desk) -> None:
    drafts = tables.Draft.__table__  # type: ignore[attr-defined]
    with desk.store.write() as conn:
        conn.execute(insert(drafts), [
            {"session_hash": "old", "kind": "connect", "sealed": "x", "expires_at": NOW - 1},
            {"session_hash": "new", "kind": "connect", "sealed": "x", "expires_at": NOW + 1},
        ])  # fmt: skip
    assert jobs.run_once(desk, jobs.JOBS[0], "alice", NOW)
    with desk.store.read() as conn:
        assert list(conn.execute(select(drafts.c.session_hash)).scalars()) == ["new"]


def test_work_ends_when_told_to(desk: Desk) -> None:
    stop, done = threading.Event(), threading.Event()

    def once(_desk: Desk, _now: int) -> int:
        done.set()
        return 0

    thread = threading.Thread(target=jobs.work, args=(desk, stop, (jobs.Job("j", 60, once),)))
    thread.start()
    assert done.wait(10)
    stop.set()
    thread.join(10)
    assert not thread.is_alive()


def test_a_job_that_fails_does_not_end_the_others(desk: Desk) -> None:
    stop, done = threading.Event(), threading.Event()

    def broken(_desk: Desk, _now: int) -> int:
        raise ValueError("a bug")

    def once(_desk: Desk, _now: int) -> int:
        done.set()
        return 0

    both = (jobs.Job("broken", 60, broken), jobs.Job("whole", 60, once))
    thread = threading.Thread(target=jobs.work, args=(desk, stop, both), daemon=True)
    thread.start()
    assert done.wait(10)
    stop.set()
    thread.join(10)
    assert not thread.is_alive()
