"""The demo Amazon as a process of its own, one per data folder: started when first wanted, found again when still there."""

import fcntl
import json
import os
import subprocess
import sys
import time
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlsplit

from core.demo import keeping
from core.demo.running import DemoAmazon
from core.errors import Unavailable
from core.settings import PROJECT, Settings

FOLDER = "demo"
FILE = "running.json"
PID = "demo.pid"
IDLE = (
    1_800  # seconds without a call after which it ends by itself; the next one who wants it starts it again
)
PATIENCE = 20.0  # seconds until a start counts as failed

__all__ = ["DemoAmazon", "announce", "count", "ensure", "running_now", "stop"]


def ensure(settings: Settings) -> DemoAmazon:
    """The running demo Amazon of this installation, started if there is none. Unavailable when it will not start."""
    if running := running_now(settings):
        return running  # without a turn: whoever was stopped in the middle of one keeps nobody else waiting
    folder = settings.folder / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    with _Turn(folder / "starting.lock"):
        return running_now(settings) or _start(folder)


def running_now(settings: Settings) -> DemoAmazon | None:
    """The demo Amazon that is up already, or None."""
    demo = _read(settings.folder / FOLDER)
    return demo if demo is not None and _alive(demo) else None


def stop(settings: Settings) -> None:
    """End it, if it runs. Its world stays in the folder."""
    folder = settings.folder / FOLDER
    demo = _read(folder)
    if demo is not None and _alive(demo):
        _press(demo, "POST", "/_demo/stop")
        ended = time.monotonic() + 5
        while _alive(demo) and time.monotonic() < ended:
            time.sleep(0.05)
    for name in (FILE, PID):
        (folder / name).unlink(missing_ok=True)


def announce(folder: Path, demo: DemoAmazon) -> None:
    """Say where it runs, for the next one who asks. The file holds its secret key: only its owner may read it."""
    keeping.replace(folder / PID, str(os.getpid()).encode())
    keeping.replace(
        folder / FILE, json.dumps({name: getattr(demo, name) for name in DemoAmazon.__annotations__}).encode()
    )


def _read(folder: Path) -> DemoAmazon | None:
    try:
        return DemoAmazon(**json.loads((folder / FILE).read_bytes()))
    except (OSError, ValueError, TypeError):
        return None


def _start(folder: Path) -> DemoAmazon:
    (folder / FILE).unlink(missing_ok=True)
    with (folder / "demo.log").open("wb") as log:
        child = subprocess.Popen(
            [sys.executable, "-m", "core.demo", "--data-dir", str(folder), "--idle", str(IDLE)],
            cwd=PROJECT, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=log, start_new_session=True,
        )  # fmt: skip
    ended = time.monotonic() + PATIENCE
    while time.monotonic() < ended:
        demo = _read(folder)
        if demo is not None and _alive(demo):
            return demo
        if child.poll() is not None:
            break
        time.sleep(0.05)
    raise Unavailable(f"The demo did not start; {folder / 'demo.log'} says why.")


def _alive(demo: DemoAmazon) -> bool:
    """Whether this very Amazon answers there: its certificate proves it, a port may have been taken by another."""
    try:
        return bool(json.loads(_press(demo, "GET", "/_demo/")).get("certificate") == demo.certificate_pem)
    except (OSError, HTTPException, ValueError, AttributeError):
        return False


def count(demo: DemoAmazon, points: dict[int, dict[str, int]], region: str) -> None:
    """Tell it what it is to have counted by quarters of an hour. Raises OSError, HTTPException when it is not there."""
    _press(demo, "POST", "/_demo/statistics", {"region": region, "points": points})


def _press(demo: DemoAmazon, method: str, path: str, wish: object = None) -> bytes:
    url = urlsplit(demo.endpoint_url)
    connection = HTTPConnection(url.hostname or "", url.port, timeout=5)
    try:
        connection.request(method, path, None if wish is None else json.dumps(wish))
        return connection.getresponse().read()
    finally:
        connection.close()


class _Turn:
    """One starter at a time, across processes."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        self._file = self._path.open("w")
        fcntl.flock(self._file, fcntl.LOCK_EX)

    def __exit__(self, *_: object) -> None:
        self._file.close()
