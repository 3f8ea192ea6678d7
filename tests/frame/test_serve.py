"""`python -m core.serve` as a person starts it: one sentence and exit 1 for what cannot work, a code for the first visitor."""

import socket
import sqlite3
import subprocess
import sys
import time

import pytest
from servers import ROOT, environment, fetch


def run(tmp_path, *words, **more):
    """Start and wait for the end; exit code and what was said."""
    done = subprocess.run(
        [sys.executable, "-m", "core.serve", *words],
        cwd=ROOT,
        env=environment(tmp_path / "data", **more),
        capture_output=True,
        text=True,
        timeout=90,
    )
    return done.returncode, done.stdout + done.stderr


def one_sentence(said: str) -> str:
    lines = [line for line in said.splitlines() if line and not line.startswith("SES Desk: http")]
    assert len(lines) == 1 and lines[0].startswith("SES Desk cannot start: "), said
    assert "Traceback" not in said
    return lines[0]


def test_a_port_in_use_is_said_in_one_sentence(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code, said = run(tmp_path, "--port", str(port))
    assert code == 1
    assert f"port {port} is in use" in one_sentence(said)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--port", "99999"), "99999 is no port"),
        (("--port", "0", "--host", "203.0.113.77"), "no address 203.0.113.77"),
    ],
)
def test_an_address_that_cannot_be_is_said(tmp_path, words, says):
    code, said = run(tmp_path, *words)
    assert code == 1 and says in one_sentence(said)


def test_a_data_folder_that_cannot_be_is_said(tmp_path):
    (tmp_path / "data").write_text("a file where the folder should be")
    code, said = run(tmp_path, "--port", "0")
    assert code == 1 and "data folder" in one_sentence(said)


def test_a_damaged_database_is_said(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "ses-desk.db").write_bytes(
        b"this is no database, and long enough to be read as one" * 100
    )
    code, said = run(tmp_path, "--port", "0")
    assert code == 1 and "damaged" in one_sentence(said)


def test_a_newer_database_is_said(tmp_path):
    from core.settings import Settings
    from core.store import store

    store(Settings(data_dir=tmp_path / "data")).close()
    with sqlite3.connect(tmp_path / "data" / "ses-desk.db") as conn:
        conn.execute("UPDATE alembic_version SET version_num = 'from-the-future'")
    code, said = run(tmp_path, "--port", "0")
    assert code == 1 and "newer" in one_sentence(said)


def test_an_admin_in_the_environment_that_cannot_be_is_said(tmp_path):
    code, said = run(tmp_path, "--port", "0", SES_DESK_ADMIN_NAME="alice", SES_DESK_ADMIN_PASSWORD="short")
    assert (
        code == 1
        and "SES_DESK_ADMIN_PASSWORD" in one_sentence(said)
        and "short" not in said.replace("shorter", "")
    )


@pytest.mark.parametrize("name", ["SES_DESK_TRUSTED_PROXIES", "SES_DESK_PUBLIC_URL", "PORT"])
def test_a_setting_that_cannot_be_read_is_named(tmp_path, name):
    code, said = run(tmp_path, **{name: "nonsense"})
    assert code == 1 and name in one_sentence(said)


def test_a_fresh_server_prints_the_code_once_and_a_restart_a_new_one(make_server, tmp_path):
    from servers import start_server

    first = make_server()
    assert first.said().count("one-time code") == 1
    again = start_server(first.data)
    try:
        assert again.said() != first.said() and again.said().count("one-time code") == 1
    finally:
        again.stop()
    first.stop()


def test_an_admin_from_the_environment_needs_no_code(make_server):
    server = make_server(SES_DESK_ADMIN_NAME="alice", SES_DESK_ADMIN_PASSWORD="correct horse battery staple")
    assert "code" not in server.said() and "staple" not in server.said()
    assert server.stop() == 0


def test_asked_to_stop_it_ends_with_nothing_to_say(make_server):
    server = make_server()
    before = server.said()
    assert server.stop() == 0
    assert server.said() == before


def test_the_background_jobs_run_in_it(make_server):
    from sqlalchemy import select

    from core.store import tables

    server, jobs = make_server(), []
    for _ in range(100):
        with server.store().read() as conn:
            jobs = list(conn.execute(select(tables.Lease.__table__.c.job)).scalars())
        if "forget-what-ended" in jobs:
            break
        time.sleep(0.1)
    assert "forget-what-ended" in jobs
    assert server.stop() == 0


def test_the_demo_amazon_ends_with_the_server(make_server):
    from core.demo import process
    from core.settings import Settings

    server = make_server()
    chosen = Settings(data_dir=server.data)
    process.ensure(chosen)
    assert process.running_now(chosen)
    assert server.stop() == 0
    assert process.running_now(chosen) is None


def test_streamlit_run_serves_the_same_app(tmp_path):
    """Documented as unguarded, but the same routes, headers and shut doors."""
    from servers import start_server

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = ("-m", "streamlit", "run", str(ROOT / "app.py"), "--server.port", str(port))
    server = start_server(tmp_path / "data", words, url=f"http://127.0.0.1:{port}", folder=tmp_path)
    try:
        status, headers, _ = server.get("/")
        assert status == 200 and headers["x-frame-options"] == "DENY"
        assert server.get("/_stcore/metrics")[0] == 404
        assert fetch(server.url + "/sns/none", "POST", b"{}")[0] == 404
        assert "one-time code" in server.said()
    finally:
        server.stop()


def test_streamlit_run_too_says_in_one_sentence_what_keeps_it_shut(tmp_path):
    (tmp_path / "data").write_text("a file")
    done = subprocess.run(
        [sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py"), "--server.port", "0"], cwd=tmp_path,
        env=environment(tmp_path / "data"), capture_output=True, text=True, timeout=90,
    )  # fmt: skip
    said = done.stdout + done.stderr
    assert done.returncode == 1 and "SES Desk cannot start: " in said and "Traceback" not in said
