"""Background jobs: each done by one worker at a time, and what has ended is forgotten."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import pytest
from shops import until
from sqlalchemy import Connection, insert, select

from core import moment
from core.desk import Desk
from core.settings import Settings
from core.store import Store, leases, tables
from core.store.turn import PATIENCE
from core.vault import open_vault
from core.worker import jobs

NOW = 1_780_000_000_000
MINUTE = 60_000


@pytest.fixture
def desk(store: Store, tmp_path: Path) -> Desk:
    chosen = Settings(data_dir=tmp_path)
    return Desk(store, open_vault(chosen, store), chosen)


def test_two_workers_never_hold_the_same_job(store: Store) -> None:
    with store.write() as conn:
        assert leases.acquire(conn, "job", "alice", NOW, MINUTE) == 1
    with store.write() as conn:
        assert leases.acquire(conn, "job", "bob", NOW + 1, MINUTE) is None
        assert leases.acquire(conn, "job", "alice", NOW + 1, MINUTE) == 1


def test_one_that_slept_too_long_is_fenced_off(store: Store) -> None:
    with store.write() as conn:
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


def test_a_slow_job_delays_no_other(desk: Desk) -> None:
    stop, done, go_on = threading.Event(), threading.Event(), threading.Event()

    def slow(_desk: Desk, _now: int) -> int:
        go_on.wait(30)
        return 0

    def once(_desk: Desk, _now: int) -> int:
        done.set()
        return 0

    both = (jobs.Job("slow", 60, slow), jobs.Job("quick", 60, once))
    thread = threading.Thread(target=jobs.work, args=(desk, stop, both), daemon=True)
    thread.start()
    assert done.wait(10) and not go_on.is_set()
    stop.set()
    thread.join(10)
    assert not thread.is_alive()  # the slow one does not keep the worker from ending either
    go_on.set()


def test_what_one_worker_did_no_other_does_again_before_it_is_due(desk: Desk) -> None:
    did: list[int] = []
    hourly = jobs.Job("hourly", 3600, lambda _desk, now: did.append(now) or 0)
    assert jobs.run_once(desk, hourly, "alice", NOW)
    assert not jobs.run_once(desk, hourly, "bob", NOW + 59 * MINUTE)
    assert jobs.run_once(desk, hourly, "bob", NOW + 60 * MINUTE)
    assert did == [NOW, NOW + 60 * MINUTE]


PERIODS = (60, 300, 600, 900, 3600)  # seconds


@pytest.mark.parametrize("every", PERIODS)
def test_two_workers_do_a_job_once_a_period(desk: Desk, every: int) -> None:
    """Each asks again as a worker does; their clocks are three seconds apart."""
    behind, asks = {"alice": 0, "bob": 3_000}, {"alice": 0, "bob": 1_000}
    job, did = jobs.Job("job", every, lambda _desk, _now: 0), []
    while len(did) < 5:
        who = min(asks, key=lambda name: asks[name])
        at = asks[who]
        if jobs.run_once(desk, job, who, NOW + at - behind[who]):
            did.append(at)
            asks[who] = at + every * 1000
        else:
            asks[who] = at + int(min(every, jobs.ASK_AGAIN) * 1000)
    gaps = [later - before for before, later in pairwise(did)]
    assert min(gaps) >= every * 1000 - 4_000 and max(gaps) <= (every + jobs.ASK_AGAIN) * 1000


@pytest.mark.parametrize("ahead", [20 * MINUTE, 2 * 60 * MINUTE, 24 * 60 * MINUTE])
@pytest.mark.parametrize("every", PERIODS)
def test_a_clock_that_ran_ahead_keeps_nobody_from_a_job(desk: Desk, every: int, ahead: int) -> None:
    did: list[int] = []
    job = jobs.Job("job", every, lambda _desk, now: did.append(now) or 0)
    assert jobs.run_once(desk, job, "alice", NOW + ahead)
    assert jobs.run_once(desk, job, "bob", NOW)
    assert not jobs.run_once(desk, job, "carol", NOW + every * 1000 - 2000)
    assert jobs.run_once(desk, job, "carol", NOW + every * 1000)
    assert did == [NOW + ahead, NOW, NOW + every * 1000]


def test_a_worker_that_ends_cleanly_lets_the_next_begin_at_once(desk: Desk) -> None:
    did: list[int] = []
    hourly = jobs.Job("hourly", 3600, lambda _desk, now: did.append(now) or 0)
    for turn in (1, 2):
        stop = threading.Event()
        thread = threading.Thread(target=jobs.work, args=(desk, stop, (hourly,)), daemon=True)
        thread.start()
        until(lambda turn=turn: len(did) == turn)
        until(lambda: _lease_until(desk) > moment.now() + 30 * MINUTE)
        stop.set()
        thread.join(10)
        assert _lease_until(desk) == 0


def test_a_lease_is_renewed_while_its_job_runs(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "RENEW", 0.1)
    monkeypatch.setattr(jobs, "LEASE", 2_000)
    stop, go_on = threading.Event(), threading.Event()

    def slow(_desk: Desk, _now: int) -> int:
        go_on.wait(30)
        return 0

    thread = threading.Thread(
        target=jobs.work, args=(desk, stop, (jobs.Job("hourly", 60, slow),)), daemon=True
    )
    thread.start()
    first = until(lambda: _lease_until(desk))
    until(lambda: _lease_until(desk) > first)
    go_on.set()
    stop.set()
    thread.join(10)


def test_a_job_that_ends_while_leases_are_renewed_rests_until_it_is_due(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = moment.now()
    assert jobs.run_once(desk, jobs.Job("hourly", 3600, lambda _desk, _now: 0), "alice", now)
    rests, at_work, whole = _lease_until(desk), {"hourly": 1}, Store.write

    @contextmanager
    def ends_first(store: Store, patience: float = PATIENCE) -> Iterator[Connection]:
        at_work.clear()
        with whole(store, patience) as conn:
            yield conn

    monkeypatch.setattr(Store, "write", ends_first)
    jobs._renew(desk, at_work)
    assert _lease_until(desk) == rests > now + 59 * MINUTE


def _lease_until(desk: Desk) -> int:
    table = tables.Lease.__table__  # type: ignore[attr-defined]
    with desk.store.read() as conn:
        return int(conn.execute(select(table.c.until).where(table.c.job == "hourly")).scalar() or 0)
