"""The landing page, the page hosted elsewhere, and the admin's screen, as people see them in Chromium."""

import http.client
import http.server
import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from leaving import ADA, Place, add_connection, place
from servers import Server, settled, shot

from core.store.engine import Store
from core.unsubscribe.chosen import Chosen, Look
from core.unsubscribe.offer import chosen
from core.unsubscribe.template import own_page

pytestmark = pytest.mark.browser


@pytest.fixture
def shop(sqlite_store: Store, tmp_path: Path) -> Iterator[Place]:
    with place(sqlite_store, tmp_path / "desk") as running:
        yield running


def look_at(browser: Any, url: str, width: int = 1280, dark: bool = False) -> Any:
    context = browser.new_context(
        viewport={"width": width, "height": 844}, color_scheme="dark" if dark else "light"
    )
    page = context.new_page()
    page.set_default_timeout(15_000)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(url)
    page.said = said
    return page


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_the_landing_page_works_without_scripts_on_any_screen(
    browser: Any, shop: Place, width: int, dark: bool
) -> None:
    shop.decide("news", "offers", name="Ada's Shop", button="#7a3db8")
    url = f"http://127.0.0.1:{shop.desk.port}/unsubscribe/{shop.token(group='news')}"
    context = browser.new_context(
        viewport={"width": width, "height": 844},
        color_scheme="dark" if dark else "light",
        java_script_enabled=False,
    )
    page = context.new_page()
    page.goto(url)
    assert page.locator("button").count() == 1 and page.get_by_label("News").is_checked()
    page.screenshot(path=str(shot_path(f"unsubscribe-landing-{width}-{'dark' if dark else 'light'}")))
    page.get_by_role("button", name="Unsubscribe").click()
    assert page.get_by_role("heading").inner_text() == "You are unsubscribed"
    assert shop.left() == ["news"] and not shop.reasons()
    page.screenshot(path=str(shot_path(f"unsubscribe-done-{width}-{'dark' if dark else 'light'}")))
    page.get_by_role("button", name="Subscribe again").click()
    assert page.get_by_role("heading").inner_text() == "You are subscribed again" and not shop.left()
    page.get_by_role("link", name="Unsubscribe").click()
    page.get_by_label("News").uncheck()
    page.get_by_label("All mail from Ada's Shop").check()
    page.get_by_role("button").click()
    assert shop.reasons() == ["unsubscribe"]
    page.goto(url + "?again")
    page.get_by_role("button", name="Subscribe again").click()
    assert page.get_by_role("heading").inner_text() == "You are subscribed again"
    assert not context.cookies()
    context.close()


def shot_path(name: str) -> Path:
    from servers import SHOTS

    SHOTS.mkdir(exist_ok=True)
    return Path(SHOTS / f"{name}.png")


def test_nothing_on_the_landing_page_is_stopped_by_its_own_policy_and_it_fits_a_phone(
    browser: Any, shop: Place
) -> None:
    shop.decide(
        name="A very long name that somebody gave to their little shop by the sea " * 2, sentence="W" * 300
    )
    page = look_at(browser, f"http://127.0.0.1:{shop.desk.port}/unsubscribe/{shop.token()}", 320)
    assert not page.said
    assert (
        page.evaluate("getComputedStyle(document.querySelector('button')).backgroundColor")
        == "rgb(11, 110, 143)"
    )
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    box = page.get_by_role("button").bounding_box()
    assert box["height"] >= 44
    page.context.close()


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """A web server of theirs, with nothing but files."""
    folder = tmp_path / "www"
    folder.mkdir()

    class Files(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *given: Any, **named: Any) -> None:
            super().__init__(*given, directory=str(folder), **named)

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Files)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", folder
    server.shutdown()
    server.server_close()


def test_the_downloaded_page_posts_to_us_from_another_server(
    browser: Any, shop: Place, elsewhere: tuple[str, Path]
) -> None:
    url, folder = elsewhere
    shop.decide("news", "offers", name="Ada's Shop")
    ours = f"http://127.0.0.1:{shop.desk.port}"
    (folder / "bye.html").write_text(own_page(chosen(shop.store, shop.connection), ours))
    page = look_at(browser, f"{url}/bye.html?t={shop.token()}")
    assert page.locator("#lost").is_hidden()
    page.screenshot(path=str(shot_path("unsubscribe-elsewhere")))
    page.get_by_label("All mail").uncheck()
    page.get_by_label("Offers").check()
    page.get_by_role("button", name="Unsubscribe").click()
    assert page.get_by_role("heading").inner_text() == "You are unsubscribed" and page.url.startswith(ours)
    assert shop.left() == ["offers"]
    page.context.close()


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?t=",
        "?t=short",
        "?t=javascript:alert(1)",
        "?t=..%2F..%2Fapi%2Fv1%2Fevents%2Fxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
    ],
)
def test_the_downloaded_page_without_a_link_says_so_and_posts_nowhere(
    browser: Any, shop: Place, elsewhere: tuple[str, Path], query: str
) -> None:
    url, folder = elsewhere
    (folder / "bye.html").write_text(own_page(Chosen(), f"http://127.0.0.1:{shop.desk.port}"))
    page = look_at(browser, f"{url}/bye.html{query}")
    assert page.locator("#lost").is_visible() and page.get_by_role("button").is_disabled()
    page.context.close()


def test_the_downloaded_page_reads_nothing_into_names(
    browser: Any, shop: Place, elsewhere: tuple[str, Path]
) -> None:
    url, folder = elsewhere
    evil = "</style></script><script>document.title='taken'</script>\"'{x}"
    (folder / "bye.html").write_text(
        own_page(Chosen(Look(name=evil, sentence=evil)), f"http://127.0.0.1:{shop.desk.port}")
    )
    page = look_at(browser, f"{url}/bye.html?t={shop.token()}")
    assert page.title() == "Unsubscribe" and page.locator("script").count() == 1
    page.context.close()


@pytest.fixture(scope="module")
def desk_server(make_server: Callable[..., Server]) -> Server:
    server = make_server(cast=True, SES_DESK_PUBLIC_URL="https://mail.example.com")
    add_connection(server.store(), "Shop")
    return server


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_the_screen_in_both_themes_and_on_a_phone(
    open_page: Callable[..., Any], desk_server: Server, width: int, dark: bool
) -> None:
    page = open_page("/unsubscribing?connection=Shop", "alice", desk_server, width, dark)
    theme = "dark" if dark else "light"
    for tab in ("The page", "Groups", "A link", "For your sender", "Your own page", "Amazon's own"):
        page.get_by_role("tab", name=tab, exact=True).click()
        settled(page)
        shot(page, f"unsubscribe-{re.sub('[^a-z]+', '-', tab.lower())}-{width}-{theme}")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert not page.get_by_text("Traceback").count()


def test_an_admin_brands_the_page_adds_a_group_and_copies_a_link_that_works(
    open_page: Callable[..., Any], desk_server: Server
) -> None:
    page = open_page("/unsubscribing?connection=Shop", "alice", desk_server)
    page.get_by_label("Name people know you by").fill("Ada's Shop")
    page.get_by_role("button", name="Save the page").click()
    page.get_by_text("The page was saved").wait_for()
    settled(page)
    assert page.frame_locator("iframe").first.get_by_text("Ada's Shop").first.is_visible()
    page.get_by_role("tab", name="Groups").click()
    page.get_by_label("Title, as people read it").fill("Newsletter")
    page.get_by_label("Name in links").fill("news")
    page.get_by_role("button", name="Add this group").click()
    page.get_by_text("by itself now").wait_for()
    settled(page)
    page.get_by_role("tab", name="A link").click()
    page.get_by_label("Address", exact=True).fill(ADA)
    page.get_by_role("button", name="Show the link").click()
    code = page.locator("code", has_text="https://mail.example.com/unsubscribe/k").first
    code.wait_for()
    assert code.is_visible()
    shot(page, "unsubscribe-link-made")
    path = code.inner_text().strip().removeprefix("https://mail.example.com")
    page.goto(desk_server.url + path)
    assert page.get_by_role("button").count() == 1 and page.get_by_text("Ada's Shop").first.is_visible()
    kept = chosen(desk_server.store(), add_or_find(desk_server))
    assert kept.look.name == "Ada's Shop" and kept.keys == ("news",)
    page.get_by_role("button", name="Unsubscribe").click()
    assert page.get_by_role("heading").inner_text() == "You are unsubscribed"


def test_the_whole_product_takes_a_press_from_any_site_and_sets_no_cookie(desk_server: Server) -> None:
    wire = http.client.HTTPConnection("127.0.0.1", int(desk_server.url.rsplit(":", 1)[1]), timeout=20)
    sent = {
        "Host": "mail.example.com", "Origin": "https://brand.example", "Accept": "text/html", "Cookie": "ses_desk=x",
        "Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "cross-site",
    }  # fmt: skip
    for method, body in (("GET", None), ("HEAD", None), ("POST", b"List-Unsubscribe=One-Click")):
        wire.request(method, "/unsubscribe/nobodys", body, sent)
        answer = wire.getresponse()
        assert (
            answer.status == 200 and not answer.getheader("Set-Cookie") and not answer.getheader("Location")
        )
        assert "default-src 'none'; style-src 'sha256-" in str(answer.getheader("Content-Security-Policy"))
        assert (b"<button" in answer.read()) is (method != "HEAD")
    wire.close()


def add_or_find(server: Server) -> Any:
    from core.store import connections

    return connections.by_name(server.store(), "Shop")


def test_nobody_but_an_admin_sees_the_screen(screen: Callable[..., Any]) -> None:
    for name in ("bob", "victor"):
        test = screen("unsubscribing.py", name, alone=True).run()
        assert not test.text_input and not test.tabs


def test_without_a_public_url_the_screen_says_what_to_set(screen: Callable[..., Any], own_desk: Any) -> None:
    add_connection(own_desk.store)
    test = screen("unsubscribing.py").run()
    assert not test.exception and "SES_DESK_PUBLIC_URL" in test.warning[0].value


def test_a_group_that_was_refused_stays_typed_and_one_that_was_added_goes(
    open_page: Callable[..., Any], desk_server: Server
) -> None:
    page = open_page("/unsubscribing?connection=Shop", "alice", desk_server)
    page.get_by_role("tab", name="Groups").click()
    page.get_by_label("Title, as people read it").fill("Offers of the week")
    page.get_by_label("Name in links").fill("not a name!")
    page.get_by_role("button", name="Add this group").click()
    settled(page)
    assert page.get_by_label("Title, as people read it").input_value() == "Offers of the week"
    page.get_by_label("Name in links").fill("offers")
    page.get_by_role("button", name="Add this group").click()
    page.get_by_text("by itself now").wait_for()
    settled(page)
    assert page.get_by_label("Title, as people read it").input_value() == ""
