"""The power goes at any moment: everything acknowledged by then is there (F2)."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
import structlog
from elephant import Elephant
from outpost import Outpost
from power_cut import lost_by_cuts
from structlog.testing import LogCapture

from core.admin import run
from core.settings import settings
from core.store.engine import open_store
from core.store.risks import risks

CUTS, POSTS = 40, 25
UNSYNCED = "SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), pg_current_wal_flush_lsn())"
SMALL = 64  # bytes: a page's own head; what a message writes is thousands


def test_whenever_the_power_goes_everything_acknowledged_is_there(
    make_outpost: Callable[[], Outpost], tmp_path: Path
) -> None:
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        pytest.skip("No C compiler for the recording wrapper: apt-get install gcc")
    assert lost_by_cuts(make_outpost(), tmp_path, compiler, POSTS, CUTS) == []


@pytest.fixture(scope="module")
def durable() -> Iterator[Elephant]:
    """A PostgreSQL with fsync, whose log nobody syncs in passing."""
    try:
        own = Elephant()
    except FileNotFoundError as missing:
        pytest.skip(str(missing))
    own.start()
    with psycopg.connect(own.dsn, autocommit=True) as conn:
        conn.execute("ALTER SYSTEM SET wal_writer_delay = '10s'")
        conn.execute("SELECT pg_reload_conf()")
    yield own
    own.close()


@pytest.mark.postgres
def test_every_answer_comes_after_postgresql_has_synced_its_log(
    durable: Elephant, make_outpost: Callable[[str], Outpost]
) -> None:
    """What the server says of its log stands in for a power cut."""
    outpost = make_outpost(durable.database())
    post = outpost.start()
    with psycopg.connect(durable.dsn, autocommit=True) as conn:
        late = 0
        for number in range(POSTS):
            message = outpost.message(number)
            assert post.send(message) == 200
            row = conn.execute(UNSYNCED).fetchone()
            late += row is None or row[0] > SMALL
    assert late <= 1  # the server itself notes something now and then
    assert len(outpost.tally().ids) == POSTS


@pytest.mark.postgres
def test_our_commits_wait_for_the_log_whatever_the_database_says(durable: Elephant) -> None:
    url = durable.database()
    with psycopg.connect(durable.dsn, autocommit=True) as conn:
        conn.execute(f"ALTER DATABASE {url.rsplit('/', 1)[1]} SET synchronous_commit = off".encode())
    store = open_store(url)
    with store.write() as ours:
        assert ours.exec_driver_sql("SHOW synchronous_commit").scalar() == "on"
    assert risks(store) == ()
    store.close()


@pytest.mark.postgres
def test_a_postgresql_that_does_not_sync_is_told_by_the_doctor_and_at_the_start(
    elephant: Elephant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The one of these tests runs with fsync off."""
    monkeypatch.setenv("SES_DESK_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("SES_DESK_DATABASE_URL", elephant.database())
    told = LogCapture()
    monkeypatch.setattr("core.store.start.log", structlog.wrap_logger(None, processors=[told]))
    settings.cache_clear()
    try:
        assert run.main(["doctor", "--json", "--offline"]) == 1
    finally:
        settings.cache_clear()
    said = json.loads(capsys.readouterr().out)
    (line,) = [one for one in said["checks"] if one["label"] == "Store"]
    assert line["state"] == "fail" and "fsync = off" in line["sentence"] and "power cut" in line["sentence"]
    assert [one["what"] for one in told.entries if one["event"] == "store-at-risk"] == [line["sentence"]]
