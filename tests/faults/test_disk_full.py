"""A full disk: refused before anything breaks, said as `full`, readable all the while, and well again by itself (F3)."""

import resource
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest
from elephant import Elephant
from outpost import Load, Outpost
from receiving import Desk, desk
from sns_signer import Signer, ses_event

from core.store import space
from core.store.engine import Store
from core.store.space import Room

GIGABYTE = 1024**3
Make = Callable[..., Outpost]


def ready(seen: Callable[[], tuple[int, str]], status: int, within: float = 20) -> str:
    """What /readyz says once it says this; its answer stands for a second."""
    until = time.monotonic() + within
    while (said := seen())[0] != status:
        assert time.monotonic() < until, said
        time.sleep(0.1)
    return said[1]


@pytest.fixture
def office(sqlite_store: Store, tmp_path: Path) -> Iterator[Desk]:
    signer = Signer()
    with desk(sqlite_store, signer.save(tmp_path / "certificates"), signer) as running:
        yield running


def test_below_the_reserve_nothing_is_taken_in_until_there_is_room(
    office: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    line, left = office.line(), [10 * GIGABYTE]
    monkeypatch.setattr(Room, "_look", lambda self: (left[0], 100 * GIGABYTE))
    notification = office.signer.notification(line.arn, ses_event())

    def readyz() -> tuple[int, str]:
        answer = office.call("GET", "/readyz")
        return answer.status, answer.body.decode()

    assert office.post(line, office.signer.notification(line.arn, ses_event())).status == 200
    left[0] = space.RESERVE - 1
    answer = office.post(line, notification)
    assert (answer.status, answer.headers["retry-after"]) == (503, "30")
    assert office.count("notifications", line) == 1
    assert '"full"' in ready(readyz, 503)
    assert office.call("GET", "/healthz").status == 200
    left[0] = space.RESERVE
    assert office.post(line, notification).json == {"status": "stored"}
    ready(readyz, 200)


def test_on_a_small_disk_the_reserve_is_small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    room, said = Room(tmp_path), [0, 8_000_000]
    monkeypatch.setattr(Room, "_look", lambda self: tuple(said))
    said[0] = 400_000
    assert not room.short
    said[0] = 399_999
    assert room.short


def test_a_disk_that_does_not_tell_its_room_is_not_called_full(tmp_path: Path) -> None:
    assert Room(tmp_path).free
    gone = Room(tmp_path / "not there")
    assert gone.free is None and not gone.short


def test_a_file_that_may_not_grow_loses_nothing_and_needs_no_restart(make_outpost: Make) -> None:
    """The limit of a file's size stands in for a disk that is full from one write to the next."""
    outpost = make_outpost()
    post = outpost.start()
    wal = outpost.folder / "data" / "ses-desk.db-wal"
    with Load(outpost, [post.port]) as load:
        load.wait_for(5)
        _, hard = resource.prlimit(post.process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(post.process.pid, resource.RLIMIT_FSIZE, (wal.stat().st_size + 100_000, hard))
        until = time.monotonic() + 60
        while load.answers[503] < 3 and time.monotonic() < until:
            time.sleep(0.02)
        assert ready(lambda: post.get("/readyz"), 503)
        assert post.get("/healthz")[0] == 200
        resource.prlimit(post.process.pid, resource.RLIMIT_FSIZE, (hard, hard))
        load.wait_for(5)
    assert load.answers[503] >= 3 and set(load.answers) == {200, 503}
    ready(lambda: post.get("/readyz"), 200)
    tally = outpost.tally()
    assert load.acknowledged <= set(tally.ids) and tally.whole


FULL = """
CREATE FUNCTION no_space() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  RAISE EXCEPTION 'Datei »base/1/2« kann nicht erweitert werden' USING ERRCODE = 'disk_full';
END $$;
CREATE TRIGGER no_space BEFORE INSERT ON notifications FOR EACH STATEMENT EXECUTE FUNCTION no_space();
CREATE TRIGGER no_space BEFORE INSERT ON probes FOR EACH STATEMENT EXECUTE FUNCTION no_space();
"""


@pytest.mark.postgres
def test_a_postgresql_that_says_its_disk_is_full_is_met_again_without_a_restart(
    elephant: Elephant, make_outpost: Make
) -> None:
    """A trigger that raises the server's own error 53100 (in a German server's words) stands in for the disk."""
    url = elephant.database()
    outpost = make_outpost(url)
    post = outpost.start()
    with Load(outpost, [post.port]) as load, psycopg.connect(url.replace("+psycopg", "")) as conn:
        load.wait_for(5)
        conn.execute(FULL.encode())
        conn.commit()
        until = time.monotonic() + 30
        while load.answers[503] < 3 and time.monotonic() < until:
            time.sleep(0.02)
        assert '"full"' in ready(lambda: post.get("/readyz"), 503)
        assert post.get("/healthz")[0] == 200
        conn.execute(b"DROP FUNCTION no_space() CASCADE")
        conn.commit()
        load.wait_for(5)
    assert load.answers[503] >= 3 and set(load.answers) == {200, 503}
    ready(lambda: post.get("/readyz"), 200)
    tally = outpost.tally()
    assert load.acknowledged <= set(tally.ids) and tally.whole


@pytest.fixture
def small_tablespace(elephant: Elephant) -> Iterator[Path]:
    """64 MB for PostgreSQL's tables, where this user may mount them; its log is elsewhere."""
    place = Path(tempfile.mkdtemp(prefix="ts"))
    mount = shutil.which("mount")
    words = ["-t", "tmpfs", "-o", "size=64m", "none", str(place)]
    if mount is None or subprocess.run([mount, *words], capture_output=True).returncode:
        pytest.skip("no disk may be mounted here; the error 53100 raised by a trigger stands in")
    if elephant.user:
        shutil.chown(place, elephant.user)
    with psycopg.connect(elephant.dsn, autocommit=True) as conn:
        conn.execute(f"CREATE TABLESPACE small LOCATION '{place}'".encode())
        yield place
        for (name,) in conn.execute(
            "SELECT datname FROM pg_database d JOIN pg_tablespace t ON t.oid = d.dattablespace WHERE spcname = 'small'"
        ).fetchall():
            conn.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())
        conn.execute(b"DROP TABLESPACE small")
    subprocess.run(["umount", "-l", str(place)], check=True)


@pytest.mark.postgres
def test_a_postgresql_on_a_real_full_disk_is_refused_and_recovers(
    elephant: Elephant, small_tablespace: Path, make_outpost: Make
) -> None:
    outpost = make_outpost(elephant.database(tablespace="small"))
    post, ballast = outpost.start(), small_tablespace / "ballast"
    with Load(outpost, [post.port]) as load:
        load.wait_for(5)
        with suppress(OSError), ballast.open("wb", buffering=0) as file:
            while True:
                file.write(b"x" * 4096)
        until = time.monotonic() + 60
        while load.answers[503] < 3 and time.monotonic() < until:
            time.sleep(0.02)
        ballast.unlink()
        load.wait_for(5)
    assert load.answers[503] >= 3 and set(load.answers) == {200, 503}
    tally = outpost.tally()
    assert load.acknowledged <= set(tally.ids) and tally.whole
    outpost.close()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """24 MB of their own, where this user may mount them."""
    place = tmp_path / "post0"
    place.mkdir()
    mount = shutil.which("mount")
    words = ["-t", "tmpfs", "-o", "size=24m", "none", str(place)]
    if mount is None or subprocess.run([mount, *words], capture_output=True).returncode:
        pytest.skip(
            "no disk may be mounted here; the injected reading and the limit of a file's size stand in"
        )
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def test_a_real_full_disk_is_refused_and_recovers(small_disk: Path, make_outpost: Make) -> None:
    outpost = make_outpost()
    assert outpost.folder == small_disk
    post, ballast = outpost.start(), small_disk / "ballast"
    with Load(outpost, [post.port]) as load:
        load.wait_for(5)
        with pytest.raises(OSError, match="No space left"), ballast.open("wb", buffering=0) as file:
            while True:
                file.write(b"x" * 65536)
        until = time.monotonic() + 30
        while load.answers[503] < 3 and time.monotonic() < until:
            time.sleep(0.02)
        assert '"full"' in ready(lambda: post.get("/readyz"), 503)
        ballast.unlink()
        load.wait_for(5)
    assert load.answers[503] >= 3 and set(load.answers) == {200, 503}
    tally = outpost.tally()
    assert load.acknowledged <= set(tally.ids) and tally.whole
    outpost.close()
