"""A disk that fills up under a restore or a backup: refused in a sentence, and nothing that was there is touched (F3)."""

import json
import resource
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

import pytest
from sns_signer import ses_event

from core.admin import run
from core.errors import Unavailable
from core.events.event import Notification
from core.receiver.batch import take_in_now
from core.settings import Settings, settings
from core.store import backup, connections, restore
from core.store import store as open_settled_store
from core.store.driver import choose
from core.store.engine import Store, open_store
from core.store.folding import fold, prove
from core.store.tables import Connection

NOW = 1_790_000_000_000
LITTLE = 64 * 1024  # bytes
EVENTS = 300
Stuck = Callable[[ModuleType, str], None]


def told(number: int) -> Notification:
    """A delivery of some four kilobytes."""
    body = {**ses_event("Delivery", f"r{number}@example.com"), "padding": "x" * 4_000}
    return Notification(1, None, f"sns-{number}", None, json.dumps(body), NOW, NOW, "2")


@pytest.fixture
def filled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """An installation with one event more than the backup `b` of it, which lies beside its folder."""
    monkeypatch.delenv("SES_DESK_DATABASE_URL", raising=False)
    monkeypatch.setenv("SES_DESK_DATA_DIR", str(tmp_path / "data"))
    settings.cache_clear()
    store = open_settled_store(settings())
    with store.write() as conn:
        connections.add(conn, Connection(name="acme", region="eu-west-1", created_at=NOW, updated_at=NOW))
    take_in_now(store, [told(number) for number in range(EVENTS)])
    backup.backup(store, tmp_path / "b", NOW, quietly)
    take_in_now(store, [told(EVENTS)])
    store.close()
    yield settings()
    settings.cache_clear()


@pytest.fixture
def stuck(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stuck]:
    """Once a function has ended no file grows: the log is written by then, and cannot be carried over.

    The limit of a file's size stands in for a disk that is full from one write to the next.
    """
    before = resource.getrlimit(resource.RLIMIT_FSIZE)

    def after(module: ModuleType, name: str) -> None:
        whole = getattr(module, name)

        def then(*words: object) -> object:
            done = whole(*words)
            resource.setrlimit(resource.RLIMIT_FSIZE, (LITTLE, before[1]))
            return done

        monkeypatch.setattr(module, name, then)

    yield after
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def quietly(table: str, rows: int) -> None:
    """Nothing to say on the way."""


def names(folder: Path) -> list[str]:
    return sorted(one.name for one in folder.iterdir())


def kept(database: Path) -> int:
    """How many notifications a whole database holds."""
    store = open_store(f"sqlite:///{database}")
    try:
        with store.read() as conn:
            assert conn.exec_driver_sql("PRAGMA quick_check").scalar_one() == "ok"
            return int(conn.exec_driver_sql("SELECT count(*) FROM notifications").scalar_one())
    finally:
        store.close()


def test_a_restore_whose_log_cannot_be_carried_over_changes_nothing(
    filled: Settings, tmp_path: Path, stuck: Stuck, capsys: pytest.CaptureFixture[str]
) -> None:
    before = names(filled.folder)
    stuck(restore, "_fill")
    assert run.main(["restore", str(tmp_path / "b"), "--json"]) == 1
    assert "disk" in json.loads(capsys.readouterr().out)["error"]["message"]
    assert names(filled.folder) == before
    assert kept(filled.folder / "ses-desk.db") == EVENTS + 1


def test_a_backup_whose_log_cannot_be_carried_over_is_refused_in_a_sentence(
    filled: Settings, tmp_path: Path, stuck: Stuck, capsys: pytest.CaptureFixture[str]
) -> None:
    before = names(tmp_path)
    stuck(backup, "copy")
    assert run.main(["backup", str(tmp_path / "c"), "--json"]) == 1
    assert "disk" in json.loads(capsys.readouterr().out)["error"]["message"]
    assert names(tmp_path) == before


@pytest.mark.skipif(not choose().wal, reason="this SQLite keeps no log that could be left behind")
def test_a_log_that_somebody_still_reads_is_not_left_behind(sqlite_store: Store) -> None:
    with sqlite_store.engine.connect() as reader:
        reader.exec_driver_sql("SELECT count(*) FROM connections").scalar_one()
        with sqlite_store.write() as conn:
            conn.exec_driver_sql("INSERT INTO meta (name, value) VALUES ('a', 'b')")
        with sqlite_store.engine.connect() as conn:  # the first to be handed out again
            conn.connection.driver_connection.execute("PRAGMA busy_timeout=50")
        with pytest.raises(Unavailable):
            fold(sqlite_store)
    database = Path(str(sqlite_store.engine.url.database))
    with pytest.raises(Unavailable, match="log"):
        prove(database, {})


def test_a_file_that_is_not_what_was_written_is_not_believed(filled: Settings) -> None:
    database = filled.folder / "ses-desk.db"
    prove(database, {"notifications": EVENTS + 1})
    with pytest.raises(Unavailable, match="not whole"):
        prove(database, {"notifications": EVENTS})
    whole = database.read_bytes()
    database.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(Unavailable, match="not whole"):
        prove(database, {})


def test_a_folder_that_cannot_be_made_is_said_in_a_sentence(filled: Settings, tmp_path: Path) -> None:
    (tmp_path / "no folder").write_text("")
    with pytest.raises(Unavailable, match="cannot be put back"):
        restore.restore(Settings(data_dir=tmp_path / "no folder" / "data"), tmp_path / "b", NOW, quietly)


@contextmanager
def disk(place: Path, size: int) -> Iterator[Path]:
    """A disk of so many bytes, where this user may mount one."""
    place.mkdir()
    mount = shutil.which("mount")
    words = ["-t", "tmpfs", "-o", f"size={size}", "none", str(place)]
    if mount is None or subprocess.run([mount, *words], capture_output=True).returncode:
        pytest.skip("no disk may be mounted here; the limit of a file's size stands in")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


@pytest.mark.parametrize("times", [1.5, 2.0, 2.1, 2.4, 2.8, 3.0, 4.0])
def test_on_a_real_disk_that_is_too_small_a_restore_is_whole_or_refused(
    filled: Settings, tmp_path: Path, times: float
) -> None:
    size = (tmp_path / "b").stat().st_size
    with disk(tmp_path / "small", int(size * times)) as place:
        try:
            restore.restore(Settings(data_dir=place / "data"), tmp_path / "b", NOW, quietly)
        except Unavailable as refused:
            assert "full" in str(refused) and times < 4
            assert not [name for name in names(place / "data") if not name.endswith(".open")]
        else:
            assert kept(place / "data" / "ses-desk.db") == EVENTS and times > 3


@pytest.mark.parametrize("times", [0.5, 1.2, 1.6, 1.9, 4.0])
def test_on_a_real_disk_that_is_too_small_a_backup_is_whole_or_refused(
    filled: Settings, tmp_path: Path, times: float
) -> None:
    store = open_settled_store(filled)
    size = (tmp_path / "b").stat().st_size
    with disk(tmp_path / "small", int(size * times)) as place:
        try:
            backup.backup(store, place / "c", NOW, quietly)
        except Unavailable as refused:
            assert "full" in str(refused) and times < 4 and names(place) == []
        else:
            with backup.opened(place / "c", tmp_path) as (manifest, _):
                assert manifest.rows["notifications"] == EVENTS + 1 and times == 4
    store.close()
