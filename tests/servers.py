"""Real servers and a real Chromium for tests: `python -m core.serve` in its own data folder, and pages signed in to it.

Fixtures: `server` (one for the whole run, with Alice the admin, Bob the operator, Victor the viewer), `make_server` (a
fresh one, nobody in it unless asked), `open_page` (a Chromium page, signed in when a name is given; one that asks any
other host for anything fails its test), `own_desk` and `screen` (one page file in Streamlit's AppTest, no server).
"""

import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHOTS = ROOT / "shots"
PASSWORD = "correct horse battery staple"
CAST = {"alice": "admin", "bob": "operator", "victor": "viewer"}
CHROMIUM = next(
    (found for name in ("chromium", "google-chrome", "chromium-browser") if (found := shutil.which(name))),
    None,
)
START = 90  # seconds; the two cores may be busy


def environment(data: Path, **more: str) -> dict[str, str]:
    """Our own environment without the operator's settings and without anybody's Amazon keys."""
    kept = {
        k: v
        for k, v in os.environ.items()
        if not k.startswith(("SES_DESK_", "AWS_", "STREAMLIT_")) and k not in ("PORT", "HOST")
    }
    return {**kept, "SES_DESK_DATA_DIR": str(data), "PYTHONUNBUFFERED": "1", **more}


@dataclass
class Server:
    """A running SES Desk and the folder it keeps its things in."""

    data: Path
    process: subprocess.Popen[bytes]
    log: Path
    url: str = ""
    tokens: dict[str, str] = field(default_factory=dict)

    @property
    def port(self) -> int:
        return urlsplit(self.url).port or 0

    def said(self) -> str:
        """What it printed so far."""
        return self.log.read_text(errors="replace")

    def get(self, path: str, **headers: str) -> tuple[int, dict[str, str], str]:
        """Status, headers (lower case) and body of a GET."""
        return fetch(self.url + path, headers=headers)

    def store(self) -> Any:
        """The same store, opened in the test's own process."""
        from core.store.engine import open_store

        return open_store(f"sqlite:///{self.data / 'ses-desk.db'}")

    def stop(self, sign: int = signal.SIGTERM) -> int:
        """Ask this one process to stop; its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(sign)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
        return self.process.wait()


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def fetch(
    url: str, method: str = "GET", body: bytes | None = None, headers: dict[str, str] | None = None
) -> tuple[int, dict[str, str], str]:
    """One request to loopback, no proxy, redirects not followed: status, headers in lower case, body."""
    request = urllib.request.Request(url, body, headers or {}, method=method)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirect)
    try:
        with opener.open(request, timeout=20) as answer:
            return (
                answer.status,
                {k.lower(): v for k, v in answer.headers.items()},
                answer.read().decode(errors="replace"),
            )
    except urllib.error.HTTPError as error:
        return (
            error.code,
            {k.lower(): v for k, v in error.headers.items()},
            error.read().decode(errors="replace"),
        )


def start_server(
    data: Path,
    words: tuple[str, ...] = ("-m", "core.serve", "--port", "0"),
    url: str = "",
    folder: Path = ROOT,
    **more: str,
) -> Server:
    """Start a server, on a free port unless `url` says which, and wait until it is healthy. `more` is its environment."""
    data.mkdir(parents=True, exist_ok=True)
    log = data / f"server-{time.monotonic_ns()}.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, *words],
            cwd=folder,
            env=environment(data, **more),
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    server = Server(data, process, log, url)
    until = time.monotonic() + START
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}:\n{server.said()}")
        for line in server.said().splitlines():
            if line.startswith("SES Desk: http") and not server.url:
                server.url = line.split()[2]
        if server.url:
            with suppress(OSError):
                if server.get("/healthz")[0] == 200:
                    return server
        time.sleep(0.1)
    server.stop()
    raise RuntimeError(f"the server was not healthy within {START} s:\n{server.said()}")


def add_cast(store: Any) -> None:
    """Alice the admin, Bob the operator and Victor the viewer, all with the same password."""
    from core import moment
    from core.members import people
    from core.members.actor import Cli

    for name, role in CAST.items():
        people.add(store, Cli(), name, role, moment.now(), password=PASSWORD)


def session_for(store: Any, name: str) -> str:
    """A session token of that member, made the way the routes make it."""
    from core import moment
    from core.members import people, sessions
    from core.members.actor import Cli

    now = moment.now()
    ticket = sessions.issue_ticket(store, people.by_name(store, Cli(), name).id, "nonce-of-the-test", now)
    return sessions.redeem(store, ticket, "nonce-of-the-test", "127.0.0.1", "test", now)


@pytest.fixture(scope="session")
def make_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Server]]:
    """A maker of servers, each in a fresh data folder; `cast=True` puts Alice, Bob and Victor in. They end with the run."""
    made: list[Server] = []

    def make(cast: bool = False, **more: str) -> Server:
        data = tmp_path_factory.mktemp("desk")
        if cast:
            from core.settings import Settings
            from core.store import store

            add_cast(store(Settings(data_dir=data)))
        made.append(start_server(data, **more))
        return made[-1]

    yield make
    for server in made:
        server.stop()


@pytest.fixture(scope="session")
def server(make_server: Callable[..., Server]) -> Server:
    """The one server most tests look at, with the cast in it."""
    return make_server(cast=True)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Debian's Chromium, driven by Playwright. Of one module: while it lives, no other test may run an event loop."""
    playwright = pytest.importorskip("playwright.sync_api")
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: apt install chromium")
    with playwright.sync_playwright() as driver:
        found = driver.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield found
        found.close()


@pytest.fixture
def open_page(browser: Any, server: Server) -> Iterator[Callable[..., Any]]:
    """`open_page(path, name=None, at=server, width=1280, dark=False)` gives a settled page; fails on any foreign request."""
    contexts: list[Any] = []
    foreign: list[str] = []

    def look(
        path: str = "/",
        name: str | None = None,
        at: Server | None = None,
        width: int = 1280,
        dark: bool = False,
    ) -> Any:
        at = at or server
        context = browser.new_context(
            viewport={"width": width, "height": 800 if width > 600 else 844},
            color_scheme="dark" if dark else "light",
            locale="en-GB",
        )
        contexts.append(context)
        own = ("http://127.0.0.1:", "ws://127.0.0.1:", "data:", "blob:")
        context.on(
            "request", lambda request: None if request.url.startswith(own) else foreign.append(request.url)
        )
        context.on(
            "console",
            lambda said: foreign.append(said.text) if "Content Security Policy" in said.text else None,
        )
        if name:
            if name not in at.tokens:
                at.tokens[name] = session_for(at.store(), name)
            context.add_cookies(
                [
                    {
                        "name": "ses_desk",
                        "value": at.tokens[name],
                        "url": at.url,
                        "httpOnly": True,
                        "sameSite": "Strict",
                    }
                ]
            )
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.goto(at.url + path)
        settled(page)
        return page

    yield look
    for context in contexts:
        context.close()
    assert not foreign, f"the page asked other hosts, or our policy stopped it: {foreign}"


def settled(page: Any, quiet: int = 250) -> None:
    """Wait until Streamlit's script has run and nothing moves for `quiet` ms."""
    page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]', timeout=60_000)
    page.wait_for_timeout(quiet)
    page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]', timeout=60_000)


def shot(page: Any, name: str) -> Path:
    """A picture of the whole page in shots/, to be looked at."""
    SHOTS.mkdir(exist_ok=True)
    page.wait_for_timeout(300)
    path = SHOTS / f"{name}.png"
    height = page.evaluate("(document.querySelector('[data-testid=stMain]') || document.body).scrollHeight")
    size = page.viewport_size
    page.set_viewport_size({"width": size["width"], "height": max(size["height"], min(int(height), 6000))})
    page.wait_for_timeout(300)
    page.screenshot(path=str(path))
    page.set_viewport_size(size)
    return path


@pytest.fixture
def own_desk(tmp_path: Path) -> Iterator[Any]:
    """A desk of this test's own, in this process, with Alice, Bob and Victor as members: what pages work with in AppTest."""
    from core import lifespan
    from core.settings import Settings
    from core.store import store
    from core.vault import open_vault

    chosen = Settings(data_dir=tmp_path / "desk")
    opened = store(chosen)
    add_cast(opened)
    desk = lifespan.Desk(opened, open_vault(chosen, opened), chosen)
    lifespan.use(desk)
    yield desk
    lifespan.use(None)


@pytest.fixture
def screen(own_desk: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """`screen("home.py", "victor", days="7")` gives that page inside the frame, as an AppTest that has not run yet.

    Name None, or `alone=True`: the page file by itself, as if somebody got round the frame.
    """
    from streamlit.testing.v1 import AppTest

    from pages import gate

    def draw(file: str, name: str | None = "alice", alone: bool = False, **query: str) -> Any:
        token = session_for(own_desk.store, name) if name else None
        monkeypatch.setattr(gate, "cookie_token", lambda: token)
        monkeypatch.setattr(gate, "address", lambda: "127.0.0.1")
        by_itself = alone or name is None
        test = AppTest.from_file(
            str(ROOT / "pages" / (file if by_itself else "frame.py")), default_timeout=60
        )
        if not by_itself and file != "home.py":
            test.switch_page(file)
        for key, value in query.items():
            test.query_params[key] = value
        return test

    return draw
