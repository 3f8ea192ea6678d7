"""The main job, end to end, as a new user would do it: following only the screen, in a real Chromium, on a fresh server."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from servers import PASSWORD, settled, shot

pytestmark = pytest.mark.browser
TESTS = ("Delivered", "Bounce", "Complaint", "Out of office", "Suppressed")
SCREENS = {
    "": "Is our mail all right?", "review": "Review", "tests": "Tests", "connections": "Connections",
    "connect": "Where is your Amazon SES account?", "quick_check": "Quick check", "account": "Your account",
    "connect?connection=Demo": "Send a test, and listen", "members": "Members", "audit": "Audit trail",
    "setup": "Bounces and complaints",
}  # fmt: skip
FAULTS = ("could not be drawn", "A fault in SES Desk", "Traceback")


@pytest.fixture(scope="module")
def desk(make_server: Any) -> Iterator[Any]:
    """A server nobody has visited yet; at the end its demo Amazon is stopped, too."""
    from core.demo import process
    from core.settings import Settings

    made = make_server()
    yield made
    process.stop(Settings(data_dir=made.data))


def box(page: Any, label: str) -> Any:
    return page.get_by_role("textbox", name=label, exact=True)


def press(page: Any, label: str) -> None:
    page.get_by_role("button", name=label).first.click()
    settled(page)


def follow(page: Any, label: str) -> None:
    page.get_by_role("link", name=label, exact=True).first.click()
    settled(page)


CAME_BACK = """([title, last]) => [...document.querySelectorAll("[class*=st-key-test-]")].some(each => {
    const number = /st-key-test-(\\d+)/.exec(each.className);
    return number && Number(number[1]) > last && each.innerText.includes(title) && each.innerText.includes("Arrived");
})"""
LAST = """() => Math.max(0, ...[...document.querySelectorAll("[class*=st-key-test-]")]
    .map(each => Number((/st-key-test-(\\d+)/.exec(each.className) || [0, 0])[1])))"""


def send_all_five_and_see_each_come_back(page: Any) -> None:
    follow(page, "Tests")
    last = page.evaluate(LAST)
    press(page, "Send all five tests")
    for title in TESTS:
        page.wait_for_function(CAME_BACK, arg=[title, last], timeout=30_000)


def test_from_a_fresh_server_to_both_stories(desk: Any, open_page: Any) -> None:
    page = open_page("/", at=desk)
    shot(page, "walk-1-first-visit")
    code = re.search(r"one-time code: (\S+)", desk.said())
    assert code
    box(page, "Set-up code").fill(code[1])
    box(page, "Your name here").fill("alice")
    box(page, "Password").fill(PASSWORD)
    box(page, "Password again").fill(PASSWORD)
    page.get_by_role("button", name="Make the first admin").click()

    page.get_by_role("button", name="Explore with a demo account").wait_for()
    settled(page)
    shot(page, "walk-2-nothing-connected")
    page.get_by_role("button", name="Explore with a demo account").click()
    page.get_by_text("Loading 90 days of mail").first.wait_for(timeout=60_000)
    shot(page, "walk-3-demo-loading")
    page.get_by_text("The demo account is ready").wait_for(timeout=180_000)
    settled(page)
    shot(page, "walk-4-home")

    send_all_five_and_see_each_come_back(page)
    shot(page, "walk-5-tests")

    follow(page, "Review")
    page.get_by_test_id("stPlotlyChart").first.wait_for()
    shot(page, "walk-6-review")
    page.locator("[class*=st-key-standout-bounce]").first.wait_for()
    page.locator("[class*=st-key-standout-provider]").first.wait_for()


def test_the_same_tests_come_back_over_smtp(desk: Any, open_page: Any) -> None:
    page = open_page("/connections", "alice", at=desk)
    press(page, "Edit")
    page.get_by_test_id("stDialog").get_by_text("SMTP", exact=True).click()
    press(page, "Save the changes")
    page.get_by_text("over SMTP").first.wait_for()
    send_all_five_and_see_each_come_back(page)
    from core.store import connections, sent_tests

    store = desk.store()
    newest = sent_tests.recent(store, [connections.all(store)[0].id or 0], 5)
    assert [one.transport for one in newest] == ["smtp"] * 5


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_every_screen_fits_and_says_what_it_is(desk: Any, open_page: Any, width: int, dark: bool) -> None:
    page = open_page("/", "alice", at=desk, width=width, dark=dark)
    for path, title in SCREENS.items():
        page.goto(f"{desk.url}/{path}")
        page.get_by_role("heading", name=title, exact=True).wait_for()
        for fold in page.get_by_text("Click by click").all():
            fold.click()
        settled(page, 800)
        name = path.replace("?connection=Demo", "-listen") or "home"
        shot(page, f"{name}-{width}-{'dark' if dark else 'light'}")
        text = page.inner_text("[data-testid=stMain]")
        assert not [fault for fault in FAULTS if fault in text], path
        assert page.get_by_text("This is a demo account").count() == 1, (
            f"{path}: demo data is marked on every screen"
        )
        over = page.evaluate(
            "(() => { const m = document.querySelector('[data-testid=stMain]'); return m.scrollWidth - m.clientWidth })()"
        )
        assert over <= 0, f"{path} is {over} px wider than the screen"


def test_the_demo_goes_with_one_click(desk: Any, open_page: Any) -> None:
    page = open_page("/connections", "alice", at=desk)
    press(page, "Remove the demo")
    page.get_by_role("button", name="Explore with a demo account").wait_for()
    from core.store import connections

    assert connections.all(desk.store()) == []
    assert not (desk.data / "demo").exists()
