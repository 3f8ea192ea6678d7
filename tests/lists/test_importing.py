"""An import is looked at in full, then taken whole or not at all."""

import io
import threading
import time
import zipfile
from pathlib import Path

import pytest
from amazon import BOB, MALLORY, VERA
from told_by_amazon import DAY, NOW, account, bounce, tell

from core.desk import Desk
from core.errors import BadInput, NotAllowed, NotFound
from core.lists import exporting, importing
from core.lists.exporting import export
from core.settings import Settings
from core.store import audit, departures, suppressing_many, suppressions
from core.store.engine import Store
from core.vault import open_vault


@pytest.fixture
def desk(store: Store, tmp_path: Path) -> Desk:
    settings = Settings(data_dir=tmp_path / "desk", _env_file=None)
    return Desk(store, open_vault(settings, store), settings)


@pytest.fixture
def shop(store: Store):
    return account(store)


def look(desk: Desk, shop, text: str | bytes, who=BOB) -> importing.Looked:
    return importing.look(desk, shop, io.BytesIO(text if isinstance(text, bytes) else text.encode()), who)


def waiting(desk: Desk) -> list[str]:
    folder = desk.settings.folder / importing.FOLDER
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def test_looking_changes_nothing_and_tells_everything(desk: Desk, shop) -> None:
    seen = look(desk, shop, "email\nb@x.example\nbad one\na@x.example\nB@X.example\n")
    assert (seen.lines, seen.addresses, seen.repeated, seen.faulty) == (4, 2, 1, 1)
    assert [line.number for line in seen.preview] == [2, 3, 4, 5]
    assert [(line.number, line.cell, line.fault) for line in seen.faults] == [
        (3, "bad one", "There is no @ in it.")
    ]
    assert suppressions.count(desk.store, shop.id, 10) == 0
    assert (
        importing.faults(desk, seen).decode("utf-8-sig").splitlines()[1] == "3,bad one,There is no @ in it."
    )


def test_taking_puts_all_on_the_list_once_and_names_nobody_in_the_audit(desk: Desk, shop) -> None:
    tell(desk.store, shop, bounce("known@x.example"))
    seen = look(desk, shop, "a@x.example\nknown@x.example\nb@x.example\nnonsense\n")
    assert importing.take(desk, shop, seen, "old.csv", BOB, NOW) == (2, 1)
    found = suppressions.get(desk.store, shop.id, "a@x.example")
    assert (found.reason, found.since, found.note) == ("import", NOW, "old.csv")
    assert suppressions.get(desk.store, shop.id, "known@x.example").reason == "bounce"
    (entry,) = [one for one in audit.recent(desk.store, 10) if one.action == "suppressions-imported"]
    assert "@" not in entry.detail and '"added": 2' in entry.detail
    assert waiting(desk) == []
    with pytest.raises(NotFound):
        importing.take(desk, shop, seen, "old.csv", BOB, NOW)


def test_who_was_taken_off_comes_back_by_an_import_and_the_old_bounce_does_not(desk: Desk, shop) -> None:
    old = bounce("a@x.example", at=NOW - DAY, message="m")
    tell(desk.store, shop, old)
    with desk.store.write() as conn:
        suppressions.release(conn, shop.id, "a@x.example", "bounce", NOW)
    assert importing.take(desk, shop, look(desk, shop, "a@x.example\n"), "f", BOB, NOW + 1) == (1, 0)
    tell(desk.store, shop, old, at=NOW + 2)
    assert list(suppressions.reasons(desk.store, shop.id, "a@x.example")) == ["import"]


@pytest.mark.parametrize("piece", [1, 7])
def test_an_import_that_breaks_half_way_leaves_nothing(desk: Desk, shop, monkeypatch, piece: int) -> None:
    monkeypatch.setattr(importing, "PIECE", 5)
    seen = look(desk, shop, "".join(f"p{number:02}@x.example\n" for number in range(40)))
    written = 0
    true = suppressing_many.write_rows

    def breaks(*told):
        nonlocal written
        written += 1
        if written > piece:
            raise RuntimeError("the disk is full")
        return true(*told)

    monkeypatch.setattr(suppressing_many, "write_rows", breaks)
    with pytest.raises(RuntimeError):
        importing.take(desk, shop, seen, "f", BOB, NOW)
    assert written == piece + 1
    assert suppressions.count(desk.store, shop.id, 10) == 0
    assert not [one for one in audit.recent(desk.store, 10) if one.action == "suppressions-imported"]
    monkeypatch.setattr(suppressing_many, "write_rows", true)
    assert importing.take(desk, shop, seen, "f", BOB, NOW) == (40, 0)  # it still waits for another try


def test_the_same_file_is_read_again_in_the_encoding_that_somebody_chose(desk: Desk, shop) -> None:
    seen = look(desk, shop, "a@x.example, b@x.example\nvera@бюро.example\n".encode("koi8-r"))
    assert (seen.lines, seen.addresses, seen.faulty) == (2, 2, 1) and seen.form.guessed
    again = importing.look_again(desk, shop, seen, "koi8-r", BOB)
    assert (again.lines, again.addresses, again.faulty) == (2, 3, 0) and not again.form.guessed
    with pytest.raises(BadInput, match="does not fit"):
        importing.look_again(desk, shop, again, "utf-8", BOB)
    assert importing.take(desk, shop, again, "f", BOB, NOW) == (3, 0)
    assert suppressions.get(desk.store, shop.id, "vera@xn--90a0af9c.example") is not None
    assert waiting(desk) == []


@pytest.mark.parametrize("junk", [b"", b"PK\x03\x04", b"hello\nworld\n", b"\x00\xff\x00\xfe" * 50])
def test_junk_is_refused_and_leaves_no_file(desk: Desk, shop, junk: bytes) -> None:
    with pytest.raises(BadInput):
        look(desk, shop, junk)
    assert waiting(desk) == [] and suppressions.count(desk.store, shop.id, 10) == 0


def test_a_long_export_is_packed_whole_and_never_held_in_one_piece(desk: Desk, shop, monkeypatch) -> None:
    monkeypatch.setattr(exporting, "PIECE", 7)
    importing.take(
        desk, shop, look(desk, shop, "".join(f"p{n:03}@x.example\n" for n in range(50))), "f", BOB, NOW
    )
    pieces = list(export(desk, shop, BOB, NOW))
    assert len(pieces) == 9
    file = io.BytesIO()
    exporting.pack(iter(pieces), "list.csv", file)
    with zipfile.ZipFile(file) as pack:
        assert pack.namelist() == ["list.csv"] and pack.read("list.csv") == b"".join(pieces)


def test_too_many_lines_are_refused(desk: Desk, shop, monkeypatch) -> None:
    monkeypatch.setattr(importing, "MOST_LINES", 50)
    with pytest.raises(BadInput, match="more than 50 lines"):
        look(desk, shop, "".join(f"p{number}@x.example\n" for number in range(60)))
    assert waiting(desk) == []


def test_only_those_who_may_see_the_connection_import_and_export(desk: Desk, shop) -> None:
    with pytest.raises(NotAllowed):
        look(desk, shop, "a@x.example\n", VERA)
    with pytest.raises(NotFound):
        look(desk, shop, "a@x.example\n", MALLORY)
    seen = look(desk, shop, "a@x.example\n")
    with pytest.raises(NotFound):
        importing.take(desk, shop, seen, "f", MALLORY, NOW)
    for who, error in ((VERA, NotAllowed), (MALLORY, NotFound)):
        with pytest.raises(error):
            export(desk, shop, who, NOW)


@pytest.mark.parametrize("import_first", [False, True])
def test_an_import_and_a_wish_at_the_same_moment_lose_neither(desk: Desk, shop, import_first: bool) -> None:
    with desk.store.write() as conn:
        suppressions.suppress(conn, shop.id, "a@x.example", "manual", 1)
        suppressions.release(conn, shop.id, "a@x.example", "manual", 2)

    def imported(conn) -> None:
        suppressing_many.import_all(conn, shop.id, [["a@x.example"]], None, NOW)

    def left(conn) -> None:
        departures.leave(conn, shop.id, "a@x.example", None, NOW)

    first, second = (imported, left) if import_first else (left, imported)

    def later() -> None:
        with desk.store.write() as conn:
            second(conn)

    with desk.store.write() as conn:
        first(conn)
        beside = threading.Thread(target=later)
        beside.start()
        time.sleep(0.5)
    beside.join()
    stand = set(suppressions.reasons(desk.store, shop.id, "a@x.example"))
    assert stand == ({"import", "unsubscribe"} if import_first else {"unsubscribe"}), (
        "who left is on the list already"
    )


def test_what_nobody_said_yes_to_is_thrown_away_after_a_day(desk: Desk, shop) -> None:
    seen = look(desk, shop, "a@x.example\nbad\n")
    assert (desk.settings.folder / importing.FOLDER / seen.key).stat().st_mode & 0o077 == 0
    old = [desk.settings.folder / importing.FOLDER / name for name in waiting(desk)]
    begun = old[0].stat().st_mtime_ns // 1_000_000
    assert importing.forget_old(desk, begun + DAY - 1_000) == 0
    assert importing.forget_old(desk, begun + DAY + 60_000) == len(old) == 3
    assert waiting(desk) == []


def test_an_export_comes_back_by_an_import_and_holds_no_formula(desk: Desk, shop) -> None:
    odd = ["=1+1@x.example", "+tag@x.example", "o'neil@x.example"]
    with desk.store.write() as conn:
        for each in odd:
            suppressions.suppress(conn, shop.id, each, "manual", NOW, note='=HYPERLINK("http://evil")')
    text = b"".join(export(desk, shop, BOB, NOW))
    assert all(
        not cell.startswith(("=", "+", "-", "@"))
        for line in text.decode("utf-8-sig").splitlines()
        for cell in line.split(",")
    )
    other = account(desk.store, "other")
    assert importing.take(desk, other, look(desk, other, text), "f", BOB, NOW) == (3, 0)
    assert [row.address for row in suppressions.by_address(desk.store, other.id, 9)] == sorted(odd)
