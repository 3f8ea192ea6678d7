"""A damaged file is found and said, never a crash (F27); certificates change without anybody noticing (F12, F13)."""

import random
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from receiving import Desk, desk
from sns_signer import Signer, ses_event

from core.errors import SesDeskError
from core.settings import Settings
from core.store import store as open_settled_store
from core.store.engine import Store

FLIPS = 60


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with two hundred events, closed."""
    folder = Path(tmp_path_factory.mktemp("filled"))
    store, signer = open_settled_store(Settings(data_dir=folder)), Signer()
    with desk(store, signer.save(folder / "certificates"), signer) as office:
        line = office.line()
        for number in range(200):
            event = ses_event("Delivery", f"r{number}@example.com")
            assert office.post(line, signer.notification(line.arn, event)).status == 200
    store.close()
    return folder / "ses-desk.db"


def test_wherever_a_file_is_damaged_the_start_says_so_or_works(filled: Path, tmp_path: Path) -> None:
    chance, whole, refused = random.Random(3), filled.read_bytes(), 0
    for number in range(FLIPS):
        folder = tmp_path / str(number)
        folder.mkdir()
        page = 4096 * chance.randrange(len(whole) // 4096)
        at = page + chance.choice((0, 1, 3, 5, 8, 9, 12, 40, 200, 1000, 4000))
        damaged = bytearray(whole)
        damaged[at : at + 8] = chance.randbytes(8)
        (folder / filled.name).write_bytes(damaged)
        try:
            store = open_settled_store(Settings(data_dir=folder))
        except SesDeskError as said:
            refused += 1
            assert "Restore it from a backup" in str(said) or "no SQLite database" in str(said), str(said)
            continue
        try:
            with store.read() as conn:  # what was not damaged in its structure can be read to the end
                for table in ("notifications", "events", "outcomes", "rollups"):
                    conn.exec_driver_sql(f"SELECT * FROM {table}").all()
        except SesDeskError as said:
            assert "damaged" in str(said)
        finally:
            store.close()
    assert refused > FLIPS // 4


def test_a_receiver_that_meets_damage_says_it_and_refuses(filled: Path, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    database = folder / filled.name
    shutil.copy(filled, database)
    store, signer = open_settled_store(Settings(data_dir=folder)), Signer()
    with desk(store, signer.save(tmp_path / "certificates"), signer) as office:
        line = office.line()
        assert office.post(line, signer.notification(line.arn, ses_event())).status == 200
        with store.write() as conn:
            conn.exec_driver_sql("SELECT 1")
        store.engine.dispose()
        for beside in ("-wal", "-shm"):
            Path(f"{database}{beside}").unlink(missing_ok=True)
        with database.open("r+b") as file:
            file.seek(4096)
            file.write(b"\xff" * (database.stat().st_size - 4096))
        assert office.post(line, signer.notification(line.arn, ses_event())).status == 503
        answer = office.call("GET", "/readyz")
        assert (answer.status, answer.json["reason"]) == (503, "damaged")
        assert office.call("GET", "/healthz").status == 200
    store.close()


@contextmanager
def serving(store: Store) -> Iterator[Desk]:
    """A receiver without a folder of certificates: it asks the host, or the store."""
    with desk(store, None) as office:
        yield office


def test_three_generations_of_certificates_at_once_and_then_a_host_that_is_down(store: Store) -> None:
    signers = [
        Signer(number=number, file=f"SimpleNotificationService-{number}{'a' * 31}.pem") for number in range(3)
    ]
    with serving(store) as office:
        line = office.line()
        office.served.update({each.url: each.pem for each in signers})
        for each in (*signers, *reversed(signers), *signers):
            assert office.post(line, each.notification(line.arn, ses_event())).status == 200
        assert sorted(office.fetched) == sorted(each.url for each in signers)
    with serving(store) as again:  # a new process, and no way to any host
        for each in signers:
            assert again.post(line, each.notification(line.arn, ses_event())).status == 200
        assert again.fetched == []
        stranger = Signer(number=3, file=f"SimpleNotificationService-{'b' * 32}.pem")
        assert again.post(line, stranger.notification(line.arn, ses_event())).status == 503
        assert again.count("events", line) == 12
