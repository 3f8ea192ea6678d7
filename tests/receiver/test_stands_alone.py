"""The receiver by itself: what it loads, how it starts, and that several processes end with their supervisor."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent


def environment(folder: Path, **more: str) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("SES_DESK_", "AWS_"))}
    return {**kept, "SES_DESK_DATA_DIR": str(folder), **more}


def test_it_loads_neither_boto3_nor_the_vault_nor_streamlit(tmp_path: Path) -> None:
    words = (
        "import sys; import core.receiver.__main__; from core.receiver.asgi import app; app();"
        "bad = [n for n in sys.modules if n.split('.')[0] in ('boto3', 'botocore', 'streamlit', 'pandas', 'plotly')"
        " or n.startswith(('core.vault', 'core.aws', 'core.members'))]; print(bad); sys.exit(bool(bad))"
    )
    done = subprocess.run(
        [sys.executable, "-c", words],
        cwd=ROOT,
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert sorted(path.name for path in tmp_path.iterdir() if "key" in path.name) == []


@pytest.mark.parametrize(
    ("words", "settings", "sentence"),
    [
        (["--port", "{taken}"], {}, "Choose another"),
        (["--host", "203.0.113.1"], {}, "Choose another"),
        ([], {"SES_DESK_DATA_DIR": "/proc/nowhere"}, "data folder"),
    ],
)
def test_what_cannot_work_is_one_sentence(
    tmp_path: Path, words: list[str], settings: dict[str, str], sentence: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        words = [word.format(taken=taken.getsockname()[1]) for word in words] or ["--port", "0"]
        done = subprocess.run(
            [sys.executable, "-m", "core.receiver", *words],
            cwd=ROOT, env=environment(tmp_path, **settings), capture_output=True, text=True, timeout=60,
        )  # fmt: skip
    assert done.returncode == 1
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def started(process: subprocess.Popen[str]) -> int:
    assert process.stdout is not None
    line = process.stdout.readline()
    port = int(line.rsplit(":", 1)[1])
    for _ in range(300):
        try:
            with socket.create_connection(("127.0.0.1", port), 2) as wire:
                wire.sendall(b"GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                if b"200 OK" in wire.recv(4096):
                    return port
        except OSError:
            time.sleep(0.1)
    raise AssertionError("it did not start")


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGKILL])
def test_several_processes_end_with_their_supervisor(tmp_path: Path, ending: signal.Signals) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "core.receiver", "--port", "0", "--workers", "2", "--no-api"],
        cwd=ROOT, env=environment(tmp_path), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    try:
        port = started(process)
        with socket.create_connection(("127.0.0.1", port), 5) as wire:
            wire.sendall(b"GET /api/v1/events HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            assert b"404" in wire.recv(4096)
        process.send_signal(ending)
        process.wait(30)
        for _ in range(100):
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
            except ConnectionRefusedError:
                return
            time.sleep(0.1)
        raise AssertionError("the port is still served")
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def test_a_request_that_is_not_whole_when_the_server_must_end_is_told_to_come_again(tmp_path: Path) -> None:
    words = "from core.receiver import listening; listening.DRAIN = 1; from core.receiver.__main__ import main; main()"
    process = subprocess.Popen(
        [sys.executable, "-c", words, "--port", "0"],
        cwd=ROOT, env=environment(tmp_path), stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        port = started(process)
        with socket.create_connection(("127.0.0.1", port), 10) as wire:
            wire.sendall(b'POST /sns/x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n{"a\r\n')
            time.sleep(0.2)
            process.send_signal(signal.SIGTERM)
            told = b"".join(iter(lambda: wire.recv(4096), b""))
        assert told.startswith(b"HTTP/1.1 503 ")
        assert b"retry-after" in told and b"Traceback" not in told
        assert process.wait(30) == 0
    finally:
        process.kill()
        process.wait(30)
