"""Starting SES Desk and the bare page on free loopback ports, and waiting for the first healthy answer."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.figure import ROOT

PATIENCE = 120  # seconds


@dataclass(frozen=True, slots=True)
class Running:
    """A server that answered. `seconds` from the start of the process to the first healthy answer."""

    url: str
    seconds: float
    process: subprocess.Popen[bytes]


def free_port() -> int:
    """A loopback port nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def environment(**more: str) -> dict[str, str]:
    """Ours without the operator's settings or anybody's Amazon keys."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("SES_DESK_", "AWS_", "STREAMLIT_", "PORT", "HOST"))
    }
    return {**kept, **more}


@contextmanager
def desk(data: Path, **more: str) -> Iterator[Running]:
    """SES Desk as `make run` starts it."""
    port = free_port()
    words = [sys.executable, "-m", "core.serve", "--port", str(port)]
    with _started(
        words, f"http://127.0.0.1:{port}", "/healthz", SES_DESK_DATA_DIR=str(data), **more
    ) as running:
        yield running


@contextmanager
def bare() -> Iterator[Running]:
    """The bare page under `streamlit run`."""
    port = free_port()
    words = [
        sys.executable, "-m", "streamlit", "run", str(ROOT / "benchmarks" / "bare" / "page.py"), "--server.port", str(port),
        "--server.address", "127.0.0.1", "--server.headless", "true", "--browser.gatherUsageStats", "false",
    ]  # fmt: skip
    with _started(words, f"http://127.0.0.1:{port}", "/_stcore/health") as running:
        yield running


@contextmanager
def _started(words: list[str], url: str, health: str, **more: str) -> Iterator[Running]:
    begun = time.perf_counter()
    process = subprocess.Popen(
        words, cwd=ROOT, env=environment(**more), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _healthy(url + health, process)
        yield Running(url, time.perf_counter() - begun, process)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _healthy(url: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode} before it was healthy")
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                if answer.status == 200:
                    return
        except (OSError, urllib.error.URLError):
            time.sleep(0.01)
    raise RuntimeError(f"not healthy within {PATIENCE} s")
