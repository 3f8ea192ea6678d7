"""From asking for Review with a valid session to its first visible chart in Chromium, against a bare page with one chart."""

import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.figure import Figure, could_not_run, figure
from benchmarks.filled import filled
from benchmarks.servers import Running, bare, desk

CHART = ".js-plotly-plot .main-svg"
TARGET = "at most 1.5 times the bare page"
COLD, WARM = "page load to first chart, empty browser cache", "page load to first chart, reload"


def figures(quick: bool) -> Iterator[Figure]:
    """Both servers run side by side; loads alternate. A first load of each, not counted, warms the servers."""
    chromium = next(
        (
            found
            for name in ("chromium", "google-chrome", "chromium-browser")
            if (found := shutil.which(name))
        ),
        None,
    )
    if chromium is None:
        yield could_not_run(COLD, "s", TARGET, "no Chromium on this machine")
        return
    from playwright.sync_api import sync_playwright

    runs = 2 if quick else 9
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        shutil.copytree(filled(20_000 if quick else 200_000), folder, dirs_exist_ok=True)
        token = session(Path(folder))
        browser = driver.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        with desk(Path(folder)) as ours, bare() as theirs:
            pairs = [
                (_load(browser, ours, "/review", token), _load(browser, theirs, "/", None))
                for _ in range(runs + 1)
            ][1:]
        browser.close()
    for name, which in ((COLD, 0), (WARM, 1)):
        yield figure(
            name, [mine[which] for mine, _ in pairs], "s", "bare Streamlit page with one Plotly chart", [peer[which] for _, peer in pairs],
            TARGET, most=1.5, note="Review of 30 days, 200,000 events, signed in: tiles, four charts and a table; the first chart of them",
        )  # fmt: skip


def _load(browser: Any, server: Running, path: str, token: str | None) -> tuple[float, float]:
    """Seconds to the first chart in a new browser profile, and again on reload."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    if token:
        context.add_cookies(
            [{"name": "ses_desk", "value": token, "url": server.url, "httpOnly": True, "sameSite": "Strict"}]
        )
    page = context.new_page()
    try:
        cold = _until_chart(page, lambda: page.goto(server.url + path, wait_until="commit"))
        page.wait_for_timeout(1_500)  # the rest of the page, so that a reload begins from rest
        return cold, _until_chart(page, lambda: page.reload(wait_until="commit"))
    finally:
        context.close()


def _until_chart(page: Any, go: Any) -> float:
    begun = time.perf_counter()
    go()
    page.wait_for_selector(CHART, state="visible", timeout=60_000)
    return time.perf_counter() - begun


def session(data: Path) -> str:
    """A valid session, made the way the routes make it."""
    from core import moment
    from core.members import people, sessions
    from core.members.actor import Cli
    from core.settings import Settings
    from core.store import store

    opened, now = store(Settings(data_dir=data)), moment.now()
    member = people.add(opened, Cli(), "bench", "admin", now, password="a long enough password")
    token = sessions.redeem(
        opened, sessions.issue_ticket(opened, member.id, "nonce", now), "nonce", "127.0.0.1", "bench", now
    )
    opened.close()
    return str(token)
