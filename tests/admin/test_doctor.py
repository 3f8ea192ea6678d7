"""The doctor on this machine: each thing that can be wrong is told, by what can be told, and nothing is asked with --offline."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from amazon import credentials_of
from sns_signer import Signer

from core import moment
from core.admin import run
from core.admin.clock import judged
from core.aws import clock
from core.aws.access import Access
from core.demo.running import Running
from core.links import LinkKeys
from core.settings import Settings, settings
from core.store import certificates, connections, leases, meta, start
from core.store import store as open_ready
from core.store.tables import Connection
from core.store.turn import moved_note

Doctor = Callable[..., dict[str, dict[str, Any]]]


@pytest.fixture
def chosen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    for name in ("DATABASE_URL", "VAULT_KEYS", "LINK_KEYS", "PUBLIC_URL", "CERTIFICATE_DIR"):
        monkeypatch.delenv(f"SES_DESK_{name}", raising=False)
    monkeypatch.setenv("SES_DESK_DATA_DIR", str(tmp_path / "data"))
    settings.cache_clear()
    yield Settings()
    settings.cache_clear()


@pytest.fixture
def doctor(chosen: Settings, capsys: pytest.CaptureFixture[str]) -> Doctor:
    """Runs it and gives its lines by label; asks nothing unless told to."""

    def look(*words: str, offline: bool = True) -> dict[str, dict[str, Any]]:
        settings.cache_clear()
        code = run.main(["doctor", "--json", *(["--offline"] if offline else []), *words])
        said = json.loads(capsys.readouterr().out)
        assert code == (0 if said["ok"] else 1)
        return {line["label"]: line for line in said["checks"]}

    return look


def test_a_worker_at_work_is_named_and_one_that_was_killed_is_missed(
    doctor: Doctor, chosen: Settings
) -> None:
    store, now = open_ready(chosen), moment.now()
    with store.write() as conn:
        leases.acquire(conn, "watch", "host-1", now, 60_000)
        leases.acquire(conn, "forget-what-is-old", "host-2", now, 600_000)
    assert "host-1" in doctor()["Worker"]["sentence"] and "host-2" not in doctor()["Worker"]["sentence"]
    with store.write() as conn:
        leases.acquire(conn, "watch", "host-1", now - 500_000, 60_000)
    line = doctor()["Worker"]
    assert line["state"] == "warn" and "since 20" in line["sentence"]


def test_a_file_too_large_to_be_read_at_every_start_is_read_by_the_doctor(
    doctor: Doctor, chosen: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_ready(chosen)
    with store.write() as conn:
        conn.exec_driver_sql("CREATE TABLE filler (a)")
        conn.exec_driver_sql(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<300) INSERT INTO filler SELECT randomblob(3000) FROM n"
        )
    store.close()
    assert doctor()["Database file"]["state"] == "ok"
    file = chosen.folder / "ses-desk.db"
    held = bytearray(file.read_bytes())
    held[-200 * 4096 : -199 * 4096] = b"\xff" * 4096  # a page in the middle of the filler
    file.write_bytes(held)
    monkeypatch.setattr(start, "_CHECKED_WHOLE", 0)
    line = doctor()["Database file"]
    assert line["state"] == "fail" and "Restore it" in line["sentence"]


def test_the_doctor_may_be_cut_off_in_the_middle(chosen: Settings) -> None:
    open_ready(chosen).close()
    words = f"{sys.executable} -m core.admin doctor --offline | true"
    done = subprocess.run(["sh", "-c", words], capture_output=True, text=True, check=True)
    assert done.stderr == ""


def test_link_keys_that_are_lost_are_a_failure(doctor: Doctor, chosen: Settings) -> None:
    store = open_ready(chosen)
    LinkKeys(store, chosen).for_making()
    assert doctor()["Link keys"]["state"] == "ok"
    (chosen.folder / "link.keys").unlink()
    line = doctor()["Link keys"]
    assert line["state"] == "fail" and "gone" in line["sentence"]


def test_certificates_are_told_with_their_age(
    doctor: Doctor, chosen: Settings, tmp_path: Path, monkeypatch: Any
) -> None:
    store, now = open_ready(chosen), moment.now()
    certificates.put(store, "https://sns.eu-west-1.amazonaws.com/x.pem", Signer().pem, now - 12 * moment.DAY)
    line = doctor()["Certificates"]
    assert line["state"] == "ok" and "1 held" in line["sentence"] and "12 days ago" in line["sentence"]
    monkeypatch.setenv("SES_DESK_CERTIFICATE_DIR", str(tmp_path / "none"))
    assert doctor()["Certificates"]["state"] == "fail"
    monkeypatch.delenv("SES_DESK_CERTIFICATE_DIR")
    certificates.put(store, "https://sns.eu-west-1.amazonaws.com/x.pem", "no certificate", now)
    assert doctor()["Certificates"]["state"] == "fail"


def test_a_certificate_that_ended_is_a_warning(doctor: Doctor, chosen: Settings) -> None:
    today = datetime.now(UTC)
    old = Signer(not_before=today - timedelta(days=400), not_after=today - timedelta(days=3))
    certificates.put(open_ready(chosen), "https://sns.eu-west-1.amazonaws.com/x.pem", old.pem, moment.now())
    line = doctor()["Certificates"]
    assert line["state"] == "warn" and "ended" in line["sentence"]


def test_a_database_that_was_moved_and_an_unfinished_copy_are_told(doctor: Doctor, chosen: Settings) -> None:
    store = open_ready(chosen)
    assert store.turn is not None
    moved_note(store.turn.path).write_text("postgresql://elsewhere\n")
    line = doctor()["Store"]
    assert line["state"] == "fail" and "was moved" in line["sentence"]
    moved_note(store.turn.path).unlink()
    assert doctor()["Store"]["state"] == "ok"
    meta.put(store, "copied:from", "sqlite:///elsewhere")
    line = doctor()["Store"]
    assert line["state"] == "fail" and "unfinished copy" in line["sentence"]


def test_the_clock_is_compared_with_amazons_date(
    doctor: Doctor, chosen: Settings, amazon: Running, monkeypatch: Any
) -> None:
    store = open_ready(chosen)
    assert doctor(offline=False)["Clock"]["state"] == "skip"
    from core.connect import access

    there = Access(credentials_of(amazon), "eu-west-1", endpoint_url=amazon.demo.endpoint_url)
    monkeypatch.setattr(access, "of", lambda *_, **__: there)
    with store.write() as conn:
        connections.add(conn, Connection(name="a", region="eu-west-1", created_at=1, updated_at=1, demo=True))
    assert "Clock" not in doctor()
    assert doctor(offline=False)["Clock"]["state"] == "ok"
    monkeypatch.setattr(amazon.amazon.world.tuning, "clock_offset", -600_000)
    line = doctor(offline=False)["Clock"]
    assert line["state"] == "fail" and "ahead of" in line["sentence"]
    monkeypatch.setattr(clock, "ahead", lambda _: (_ for _ in ()).throw(OSError("no route")))
    assert doctor(offline=False)["Clock"]["state"] == "warn"


@pytest.mark.parametrize(
    ("ahead", "state", "word"),
    [(0, "ok", "Agrees"), (29_000, "ok", "Agrees"), (-31_000, "warn", "behind"), (240_000, "fail", "ahead"), (-999_000, "fail", "behind")],
)  # fmt: skip
def test_a_clock_is_judged_by_what_amazon_takes(ahead: int, state: str, word: str) -> None:
    line = judged(ahead)
    assert line.state == state and word in line.sentence
