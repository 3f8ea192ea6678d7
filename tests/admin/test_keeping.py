"""Backup, restore, move and new keys, from the command line: nothing lost, nothing believed that is not proved."""

import hashlib
import io
import json
import os
import random
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sns_signer import ses_event

from core.admin import run
from core.connect import access
from core.errors import Unavailable
from core.events.event import Notification
from core.receiver.batch import take_in_now
from core.settings import Settings, settings
from core.store import audit, connections, meta, rates
from core.store import store as open_ready
from core.store.copying import sum_of, tables
from core.store.engine import Store, open_store
from core.store.move import STARTED
from core.vault import open_vault

NOW = 1_790_000_000_000
SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
Admin = Callable[..., Any]


@pytest.fixture
def admin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Admin]:
    """Runs one command as the shell would, and gives its exit code, its JSON and what it complained of."""
    for name in ("SES_DESK_DATABASE_URL", "SES_DESK_VAULT_KEYS", "SES_DESK_PUBLIC_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SES_DESK_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setattr("select.select", lambda read, *_: (read, [], []))

    def call(*words: str, stdin: str = "") -> tuple[int, dict[str, Any]]:
        monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
        settings.cache_clear()
        code = run.main([*words, "--json"])
        return code, json.loads(capsys.readouterr().out)

    yield call
    settings.cache_clear()


@pytest.fixture
def filled(admin: Admin) -> Admin:
    """An installation with a connection, a member, a token and three events."""
    words = ("add-connection", "acme", "--region", "eu-west-1", "--from", "news@example.org")
    assert admin(*words, "--access-key-id", "AKIAIOSFODNN7EXAMPLE", stdin=SECRET + "\n")[0] == 0
    assert admin("add-member", "alice", "--role", "admin")[0] == 0
    store = opened()
    number = connections.all(store)[0].id or 0
    taken = [told(number, "Bounce", f"m{n}", "a@example.net", NOW + n) for n in range(3)]
    assert take_in_now(store, taken) == [True, True, True]
    store.close()
    return admin


def told(connection_id: int, kind: str, message_id: str, recipient: str, at: int) -> Notification:
    """A notification of one event of one message."""
    body = ses_event(kind, recipient, message_id=message_id, at=datetime.fromtimestamp(at / 1000, UTC))
    return Notification(connection_id, None, f"sns-{kind}-{message_id}", None, json.dumps(body), at, at, "2")


def opened(folder: Path | None = None) -> Store:
    settings.cache_clear()
    return open_ready(Settings(data_dir=folder) if folder else settings())


def sums(store: Store) -> dict[str, Any]:
    with store.read() as conn:
        return {each.name: sum_of(conn, each) for each in tables() if each.name not in ("audit", "meta")}


def secret_of(store: Store, chosen: Settings) -> str:
    keys = access.unseal(store, open_vault(chosen, store), connections.all(store)[0])
    assert keys.secret_access_key is not None
    return keys.secret_access_key.reveal()


def test_a_backup_comes_back_whole_in_another_folder(filled: Admin, tmp_path: Path, monkeypatch: Any) -> None:
    before = sums(opened())
    code, said = filled("backup", str(tmp_path / "b"))
    assert code == 0 and said["rows"]["events"] == 3
    assert (tmp_path / "b").stat().st_mode & 0o077 == 0
    assert sorted(one.name for one in tmp_path.iterdir()) == ["b", "data"], "nothing is left beside it"
    assert SECRET.encode() not in (tmp_path / "b").read_bytes()
    monkeypatch.setenv("SES_DESK_DATA_DIR", str(tmp_path / "other"))
    code, said = filled("restore", str(tmp_path / "b"))
    assert code == 0 and said["kept"] is None and said["vault"] == "locked", "its keys are not in the backup"
    (tmp_path / "other" / "vault.keys").write_bytes((tmp_path / "data" / "vault.keys").read_bytes())
    (tmp_path / "other" / "vault.keys").chmod(0o600)
    store = opened()
    assert sums(store) == before
    assert secret_of(store, settings()) == SECRET
    assert audit.verify(store).whole


def test_what_was_there_before_is_kept_beside(filled: Admin, tmp_path: Path) -> None:
    assert filled("backup", str(tmp_path / "b"))[0] == 0
    store = opened()
    number = connections.all(store)[0].id or 0
    take_in_now(store, [told(number, "Bounce", "later", "a@example.net", NOW + 9)])
    store.close()
    code, said = filled("restore", str(tmp_path / "b"))
    assert code == 0 and said["vault"] == "open"
    assert sum(row.bounced_permanent for row in every_day(opened())) == 3
    assert sum(row.bounced_permanent for row in every_day(open_store(f"sqlite:///{said['kept']}"))) == 4


def every_day(store: Store) -> Any:
    day = NOW // 86_400_000
    return rates.rates(store, [connections.all(store)[0].id or 0], day, day)


def test_a_backup_is_taken_while_events_come_in(filled: Admin, tmp_path: Path) -> None:
    store, stop = opened(), threading.Event()
    number = connections.all(store)[0].id or 0

    def pour() -> None:
        n = 0
        while not stop.is_set() and n < 2_000:
            n += 1
            take_in_now(store, [told(number, "Delivery", f"p{n}", "b@example.net", NOW + n)])

    pouring = threading.Thread(target=pour)
    pouring.start()
    try:
        assert filled("backup", str(tmp_path / "b"))[0] == 0
    finally:
        stop.set()
        pouring.join()
    store.close()
    code, said = filled("restore", str(tmp_path / "b"))
    assert code == 0 and said["rows"]["events"] == said["rows"]["notifications"] >= 3


def test_no_flipped_bit_of_a_backup_is_believed(filled: Admin, tmp_path: Path) -> None:
    assert filled("backup", str(tmp_path / "b"))[0] == 0
    whole = (tmp_path / "b").read_bytes()
    before = sums(opened())
    dice = random.Random(7)
    places = [*range(90), *(dice.randrange(len(whole)) for _ in range(60))]
    for place in places:
        bent = bytearray(whole)
        bent[place] ^= 1 << dice.randrange(8)
        (tmp_path / "bent").write_bytes(bent)
        code, said = filled("restore", str(tmp_path / "bent"))
        assert code == 1 and "damaged" in said["error"]["message"], place
    (tmp_path / "bent").write_bytes(whole[: len(whole) // 2])
    assert filled("restore", str(tmp_path / "bent"))[0] == 1
    assert sums(opened()) == before


def test_cut_short_at_any_moment_a_restore_leaves_the_old_one_or_the_new_one(
    filled: Admin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Never an empty place: who starts then would make a new database, and tell Amazon that its callbacks are unknown."""
    assert filled("backup", str(tmp_path / "b"))[0] == 0
    store = opened()
    number = connections.all(store)[0].id or 0
    take_in_now(store, [told(number, "Bounce", "later", "a@example.net", NOW + 9)])
    store.close()
    database = tmp_path / "data" / "ses-desk.db"
    seen: list[int] = []

    def look(*_: object) -> None:
        with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as rows:
            seen.append(rows.execute("SELECT count(*) FROM events").fetchone()[0])

    for name in ("link", "rename", "replace", "unlink"):
        monkeypatch.setattr(os, name, _after(look, getattr(os, name)))
    assert filled("restore", str(tmp_path / "b"))[0] == 0
    assert seen == sorted(seen, reverse=True) and set(seen) == {4, 3}


def _after(look: Any, true: Any) -> Any:
    def both(*words: Any, **more: Any) -> Any:
        done = true(*words, **more)
        look()
        return done

    return both


def test_a_database_with_a_log_left_behind_is_kept_whole(filled: Admin, tmp_path: Path) -> None:
    """A process that was killed left what it confirmed in the log alone."""
    assert filled("backup", str(tmp_path / "b"))[0] == 0
    store = opened()
    number = connections.all(store)[0].id or 0
    take_in_now(store, [told(number, "Bounce", "later", "a@example.net", NOW + 9)])
    folder = tmp_path / "data"
    left = {end: (folder / f"ses-desk.db{end}").read_bytes() for end in ("", "-wal")}
    store.close()
    for end, held in left.items():
        (folder / f"ses-desk.db{end}").write_bytes(held)
    code, said = filled("restore", str(tmp_path / "b"))
    assert code == 0 and not (folder / "ses-desk.db-wal").exists()
    assert sum(row.bounced_permanent for row in every_day(open_store(f"sqlite:///{said['kept']}"))) == 4
    assert sum(row.bounced_permanent for row in every_day(opened())) == 3


def test_a_backup_is_never_overwritten_nor_put_back_under_a_running_desk(
    filled: Admin, tmp_path: Path
) -> None:
    assert filled("backup", str(tmp_path / "b"))[0] == 0
    code, said = filled("backup", str(tmp_path / "b"))
    assert code == 1 and said["error"]["field"] == "FILE"
    store = opened()
    code, said = filled("restore", str(tmp_path / "b"))
    assert code == 1 and "is running" in said["error"]["message"]
    store.close()
    assert filled("restore", str(tmp_path / "b"))[0] == 0


def test_a_file_that_is_not_there_is_named(filled: Admin, tmp_path: Path) -> None:
    code, said = filled("restore", str(tmp_path / "none"))
    assert code == 1 and said["error"]["field"] == "FILE" and "cannot be read" in said["error"]["message"]
    assert not [one.name for one in (tmp_path / "data").iterdir() if "unpacked" in one.name]


def test_a_damaged_database_can_be_replaced(filled: Admin, tmp_path: Path) -> None:
    before = sums(opened())
    assert filled("backup", str(tmp_path / "b"))[0] == 0
    (tmp_path / "data" / "ses-desk.db").write_bytes(b"not a database at all" * 500)
    for end in ("-wal", "-shm"):
        (tmp_path / "data" / f"ses-desk.db{end}").unlink(missing_ok=True)
    assert filled("restore", str(tmp_path / "b"))[0] == 0
    assert sums(opened()) == before


def test_a_backup_whose_manifest_is_none_is_refused_in_a_sentence(filled: Admin, tmp_path: Path) -> None:
    for number, line in enumerate((b'{"made_at":"x"}\n', b"[]\n", b"\xff\n", b"")):
        file = tmp_path / f"forged{number}"
        file.write_bytes(b"SES-DESK-BACKUP-1 " + hashlib.sha256(line).hexdigest().encode() + b"\n" + line)
        code, said = filled("restore", str(file))
        assert code == 1 and "no whole backup" in said["error"]["message"]


def test_nothing_is_put_back_over_a_database_that_moved_away(filled: Admin, tmp_path: Path) -> None:
    assert filled("backup", str(tmp_path / "b"))[0] == 0
    assert filled("move", "--to", f"sqlite:///{tmp_path / 'new.db'}")[0] == 0
    assert (tmp_path / "new.db").stat().st_mode & 0o077 == 0
    before = (tmp_path / "data" / "ses-desk.db").read_bytes()
    code, said = filled("restore", str(tmp_path / "b"))
    assert code == 1 and "moved" in said["error"]["message"]
    assert (tmp_path / "data" / "ses-desk.db").read_bytes() == before
    assert not list((tmp_path / "data").glob("*before*"))


@pytest.mark.postgres
def test_everything_moves_to_postgresql_and_the_old_one_takes_no_more(filled: Admin, pg_url: str) -> None:
    store = opened()
    before, running = sums(store), store
    code, said = filled("move", "--to", pg_url)
    assert code == 0 and said["rows"]["events"] == 3
    target = open_ready(Settings(data_dir=settings().data_dir, database_url=pg_url))
    assert sums(target) == before and audit.verify(target).whole
    assert audit.recent(target, 1)[0].action == "database-moved"
    number = connections.all(target)[0].id or 0
    with pytest.raises(Unavailable, match="was moved"):
        take_in_now(running, [told(number, "Bounce", "late", "a@example.net", NOW)])
    assert take_in_now(target, [told(number, "Bounce", "m9", "a@example.net", NOW + 9)]) == [True]
    code, said = filled("move", "--to", pg_url)
    assert code == 1, "a database that holds something is never copied over"
    target.close()


@pytest.mark.postgres
def test_a_move_that_was_killed_goes_on_and_one_that_is_unfinished_is_not_opened(
    filled: Admin, pg_url: str
) -> None:
    store = opened()
    number = connections.all(store)[0].id or 0
    for start in range(0, 9_000, 500):
        take_in_now(
            store,
            [told(number, "Delivery", f"k{n}", "c@example.net", NOW + n) for n in range(start, start + 500)],
        )
    store.close()
    words = [sys.executable, "-m", "core.admin", "move", "--to", pg_url]
    killed = subprocess.Popen(words, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL)
    assert killed.stderr is not None
    for line in killed.stderr:
        if line.startswith((b"events", b"notifications")):
            break
    killed.kill()
    killed.wait()
    target = open_store(pg_url)
    assert meta.get(target, STARTED)
    target.close()
    with pytest.raises(Unavailable, match="unfinished copy"):
        open_ready(Settings(data_dir=settings().data_dir, database_url=pg_url))
    take_in_now(opened(), [told(number, "Bounce", "m1", "d@example.net", NOW)])  # it went on meanwhile
    assert filled("move", "--to", pg_url)[0] == 0
    target = open_ready(Settings(data_dir=settings().data_dir, database_url=pg_url))
    with target.read() as conn:
        assert conn.execute(sa.text("SELECT count(*) FROM events")).scalar() == 9_004
    target.close()


@pytest.mark.postgres
def test_postgresql_is_backed_up_and_restored_alike(
    filled: Admin, tmp_path: Path, pg_server: sa.URL, monkeypatch: Any
) -> None:
    from stores import fresh_database

    with fresh_database(pg_server) as first, fresh_database(pg_server) as second:
        assert filled("move", "--to", first)[0] == 0
        monkeypatch.setenv("SES_DESK_DATABASE_URL", first)
        before = sums(opened())
        assert filled("backup", str(tmp_path / "b"))[0] == 0
        assert filled("restore", str(tmp_path / "b"))[0] == 1, "a database that holds something is left alone"
        monkeypatch.setenv("SES_DESK_DATABASE_URL", second)
        assert filled("restore", str(tmp_path / "b"))[0] == 0
        assert sums(opened()) == before
        assert filled("add-member", "bob", "--role", "viewer")[0] == 0, "numbering goes on"


def test_a_new_key_opens_everything_and_the_old_one_nothing(filled: Admin, tmp_path: Path) -> None:
    keys = tmp_path / "data" / "vault.keys"
    old = keys.read_text().strip()
    code, said = filled("rotate-keys")
    assert code == 0 and said["left"] == {} and sum(said["sealed"].values()) >= 2
    assert keys.read_text().strip().endswith(old) and len(keys.read_text().split()) == 2
    assert keys.stat().st_mode & 0o077 == 0
    keys.write_text(keys.read_text().split()[0] + "\n")
    assert secret_of(opened(), settings()) == SECRET


def test_a_rotation_that_was_stopped_goes_on_under_the_same_key(
    filled: Admin, tmp_path: Path, monkeypatch: Any
) -> None:
    from core.vault import rotation

    whole, seen = rotation.sealed.replace, []

    def dies(*words: Any) -> bool:
        seen.append(1)
        if len(seen) > 1:
            raise KeyboardInterrupt
        return whole(*words)

    monkeypatch.setattr(rotation.sealed, "replace", dies)
    settings.cache_clear()
    assert run.main(["rotate-keys"]) == 1
    monkeypatch.setattr(rotation.sealed, "replace", whole)
    code, said = filled("rotate-keys")
    assert code == 0 and said["left"] == {}
    assert len((tmp_path / "data" / "vault.keys").read_text().split()) == 2
    assert secret_of(opened(), settings()) == SECRET
