"""A store that is locked, dead, slow or gone: 503 meanwhile, nothing lost, and well again by itself (F4, F5, F6)."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from elephant import Elephant
from lame_wire import LameWire
from outpost import Load, Outpost
from receiving import Answer, Desk, Line, desk
from sns_signer import Signer, ses_event

from core.receiver import health, intake
from core.store import engine, turn
from core.store.engine import Store, open_store
from core.store.migrate import migrate

BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
HOLD = """
import sqlite3, sys, time
conn = sqlite3.connect(sys.argv[1], isolation_level=None)
conn.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.readline()
conn.execute("ROLLBACK")
"""


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The waits of seconds, shortened alike: 1 for the store, 2 for a request."""
    monkeypatch.setattr(engine, "PATIENCE", 1.0)
    monkeypatch.setattr(turn, "PATIENCE", 1.0)
    monkeypatch.setattr(intake, "PATIENCE", 2.0)
    monkeypatch.setattr(health, "PATIENCE", 2.0)


@contextmanager
def serving(url: str, folder: Path) -> Iterator[Desk]:
    store, signer = open_store(url), Signer()
    migrate(store)
    with desk(store, signer.save(folder / "certificates"), signer) as running:
        yield running
    store.close()


@contextmanager
def locked(store: Store) -> Iterator[None]:
    """Another process holds the right to write, as a backup tool or a shell of an admin may."""
    if store.dialect == "postgresql":
        dsn = store.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(dsn) as conn:
            conn.execute("LOCK TABLE notifications IN EXCLUSIVE MODE")
            yield
            conn.rollback()
        return
    words = [sys.executable, "-c", HOLD, str(store.engine.url.database)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None and holder.stdin is not None
        assert holder.stdout.readline() == b"held\n"
        yield
        holder.stdin.close()


def posts(office: Desk, line: Line, number: int, pool: ThreadPoolExecutor) -> list[Future[Answer]]:
    messages = [office.signer.notification(line.arn, ses_event("Delivery")) for _ in range(number)]
    return [pool.submit(office.post, line, each) for each in messages]


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_a_short_lock_is_waited_out_and_a_long_one_is_503(
    database: str, tmp_path: Path, impatient: None
) -> None:
    url = database or f"sqlite:///{tmp_path / 'store.db'}"
    with serving(url, tmp_path) as office, ThreadPoolExecutor(8) as pool:
        line = office.line()
        with locked(office.store):
            waiting = posts(office, line, 8, pool)
            time.sleep(0.3)
        assert [each.result().status for each in waiting] == [200] * 8
        with locked(office.store):
            answers: list[Answer] = [each.result() for each in posts(office, line, 8, pool)]
            assert {each.status for each in answers} == {503}
            assert all(each.headers["retry-after"] == "30" for each in answers)
            assert office.call("GET", "/healthz").status == 200
            assert office.call("GET", "/readyz").status == 503
        assert [each.result().status for each in posts(office, line, 8, pool)] == [200] * 8
        assert (
            16 <= office.count("events", line) <= 24
        )  # a late commit may still come true; it was not confirmed


@pytest.mark.postgres
def test_a_postgresql_that_was_killed_is_met_again_without_a_restart(
    elephant: Elephant, make_outpost: Callable[[str], Outpost]
) -> None:
    outpost = make_outpost(elephant.database())
    post = outpost.start()
    with Load(outpost, [post.port]) as load:
        load.wait_for(5)
        for _ in range(2):
            elephant.kill()
            time.sleep(0.3)
            assert post.get("/healthz")[0] == 200
            elephant.start()
            load.wait_for(5)
        for _ in range(3):
            elephant.hang_up_on_everybody()
            load.wait_for(3)
    assert set(load.answers) <= {200, 503} and load.answers[503]
    tally = outpost.tally()
    assert load.acknowledged <= set(tally.ids) and tally.whole


@pytest.mark.postgres
def test_while_postgresql_says_nothing_requests_are_let_go_and_health_is_told(
    elephant: Elephant, tmp_path: Path, impatient: None
) -> None:
    wire = LameWire(elephant.port)
    try:
        with serving(elephant.database(wire.port), tmp_path) as office, ThreadPoolExecutor(8) as pool:
            line = office.line()
            assert [each.result().status for each in posts(office, line, 4, pool)] == [200] * 4
            wire.stall()
            waiting = posts(office, line, 8, pool)
            assert [office.call("GET", "/healthz").status for _ in range(5)] == [200] * 5
            assert {each.result().status for each in waiting} == {503}
            assert office.call("GET", "/readyz").json["reason"] == "slow"
            wire.go_on()
            assert {each.result().status for each in posts(office, line, 4, pool)} == {200}
            wire.cut()
            until = time.monotonic() + 20
            while office.post(line, office.signer.notification(line.arn, ses_event())).status != 200:
                assert time.monotonic() < until
    finally:
        wire.close()
