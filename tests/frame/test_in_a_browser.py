"""The gate in a real Chromium, on a real server."""

import socket
import urllib.parse

import pytest
from servers import PASSWORD, fetch, session_for, settled, shot

pytestmark = pytest.mark.browser
PAGES = ("", "review", "tests", "connections", "connect", "quick_check", "account", "members", "audit")


def box(page, label):
    return page.get_by_role("textbox", name=label, exact=True)


def sign_in(page, name="alice", password=PASSWORD):
    box(page, "Name").fill(name)
    box(page, "Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def heading(page, words):
    page.get_by_role("heading", name=words, exact=True).wait_for()


def test_a_deep_link_on_a_server_nobody_visited_shows_only_the_sign_in(make_server, open_page):
    """Streamlit would run page files by itself until the first st.navigation; each page gets its own fresh browser."""
    fresh = make_server(cast=True)
    for path in (*PAGES[1:], ""):
        page = open_page("/" + path, at=fresh)
        page.get_by_role("button", name="Sign in").wait_for()
        text = page.inner_text("[data-testid=stMain]")
        assert "Sign in" in text and len(text) < 200, (path, text)
        assert page.locator("[data-testid=stTopNavLink]").count() == 0
        page.context.close()


def test_the_way_in_keeps_the_link_and_sets_a_cookie_no_script_can_read(server, open_page):
    page = open_page("/audit?before=999999", at=server)
    shot(page, "sign-in")
    sign_in(page, "Alice")
    heading(page, "Audit trail")
    settled(page)
    assert page.url == server.url + "/audit?before=999999"
    cookies = {one["name"]: one for one in page.context.cookies()}
    assert cookies["ses_desk"]["httpOnly"] and cookies["ses_desk"]["sameSite"] == "Strict"
    assert cookies["ses_desk"]["expires"] == -1 and cookies["ses_desk"]["path"] == "/"
    assert "ses_desk" not in page.evaluate("document.cookie")
    page.reload()
    heading(page, "Audit trail")


def test_signing_out_ends_the_session_for_every_tab(server, open_page):
    page = open_page("/account", at=server)
    sign_in(page, "bob")
    heading(page, "Your account")
    kept = page.context.cookies()
    other = page.context.new_page()
    other.goto(server.url + "/account")
    heading(other, "Your account")
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.get_by_role("button", name="Sign in").wait_for()
    assert "ses_desk" not in {one["name"] for one in page.context.cookies()}
    other.get_by_role("button", name="Change the password").click()
    other.get_by_role("button", name="Sign in").wait_for()
    page.context.add_cookies(kept)  # a stolen cookie
    page.goto(server.url + "/account")
    page.get_by_role("button", name="Sign in").wait_for()


def test_a_wrong_password_is_said_and_the_boxes_are_empty_again(server, open_page):
    page = open_page("/", at=server)
    sign_in(page, "nobody-here", "not the password")
    page.get_by_text("That name and password do not match").wait_for()
    assert box(page, "Password").input_value() == ""
    shot(page, "sign-in-refused")


@pytest.mark.parametrize("name", ["bob", "victor"])
def test_a_members_role_decides_what_is_there(server, open_page, name):
    page = open_page("/members", name, at=server)
    page.get_by_text("This page is for the role admin").wait_for()
    assert page.get_by_role("button", name="Add the member").count() == 0
    assert page.get_by_role("link", name="Tests").count() == (1 if name == "bob" else 0)


def test_the_first_visitor_makes_the_first_admin_following_only_the_screen(make_server, open_page):
    fresh = make_server()
    page = open_page("/account", at=fresh)
    shot(page, "first-admin")
    code = fresh.said().split("one-time code: ")[1].split()[0]
    for label, typed in (
        ("Set-up code", code),
        ("Your name here", "Ada"),
        ("Password", PASSWORD),
        ("Password again", PASSWORD),
    ):
        box(page, label).fill(typed)
    page.get_by_role("button", name="Make the first admin").click()
    heading(page, "Your account")
    assert page.url == fresh.url + "/account"


def test_a_one_time_password_leads_to_a_new_one_and_on(server, open_page):
    from core import moment
    from core.members import people
    from core.members.actor import Cli

    added = people.add(server.store(), Cli(), "carol", "viewer", moment.now())
    page = open_page("/account", at=server)
    sign_in(page, "carol", added.one_time_password)
    heading(page, "Choose a password")
    shot(page, "choose-a-password")
    box(page, "The one-time password").fill(added.one_time_password)
    box(page, "New password").fill("a few words of carol")
    box(page, "New password again").fill("a few words of carol")
    page.get_by_role("button", name="Change the password").click()
    heading(page, "Your account")


def test_a_ticket_is_of_no_use_in_another_browser(server):
    """Login CSRF: somebody's ticket posted from a browser that did not ask for it."""
    from core import moment
    from core.members import people, sessions
    from core.members.actor import Cli

    store = server.store()
    ticket = sessions.issue_ticket(
        store, people.by_name(store, Cli(), "alice").id, "the right nonce", moment.now()
    )
    form = urllib.parse.urlencode({"ticket": ticket, "next": "/audit"}).encode()
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    for cookie in (
        {"Cookie": "ses_desk_nonce=another"},
        {"Cookie": "ses_desk_nonce=the right nonce"},
    ):  # the first use spends it
        status, headers, _ = fetch(server.url + "/session/start", "POST", form, kind | cookie)
        assert status == 303 and headers["location"] == "/?again=1" and "set-cookie" not in headers


def test_the_session_routes_lead_to_a_local_path_only(server):
    from core import moment
    from core.members import people, sessions
    from core.members.actor import Cli

    store = server.store()
    for target, landing in (
        ("https://evil.example/", "/"),
        ("//evil.example", "/"),
        ("/review?days=7", "/review?days=7"),
    ):
        ticket = sessions.issue_ticket(store, people.by_name(store, Cli(), "alice").id, "nonce", moment.now())
        form = urllib.parse.urlencode({"ticket": ticket, "next": target}).encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": "ses_desk_nonce=nonce"}
        status, said, _ = fetch(server.url + "/session/start", "POST", form, headers)
        assert status == 303 and said["location"] == landing and said["set-cookie"].startswith("ses_desk")
    for method, path in (
        ("GET", "/session/start"),
        ("GET", "/session/end"),
        ("PUT", "/session/start"),
        ("POST", "/session/other"),
    ):
        assert fetch(server.url + path, method)[0] in (404, 405), (method, path)
    assert (
        fetch(
            server.url + "/session/start",
            "POST",
            b"x" * 9000,
            {"Content-Type": "application/x-www-form-urlencoded"},
        )[0]
        == 400
    )
    assert fetch(server.url + "/session/start", "POST", b"{}", {"Content-Type": "application/json"})[0] == 400


@pytest.mark.parametrize(
    ("origin", "host", "opens"),
    [
        (None, None, True),
        ("self", None, True),
        ("https://evil.example", None, False),
        ("null", None, False),
        ("http://evil.example", "evil.example", False),
    ],
)
def test_a_cross_site_websocket_is_refused(server, origin, host, opens):
    """A handshake by hand: no client library lets itself be told a foreign Host."""
    told = {
        "Host": host or f"127.0.0.1:{server.port}", "Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Protocol": "streamlit",
    }  # fmt: skip
    if origin:
        told["Origin"] = server.url if origin == "self" else origin
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as wire:
        lines = [
            "GET /_stcore/stream HTTP/1.1",
            *(f"{name}: {value}" for name, value in told.items()),
            "",
            "",
        ]
        wire.sendall("\r\n".join(lines).encode())
        status = wire.recv(64).split()[1]
    assert status == (b"101" if opens else b"403")


def test_public_paths_never_fall_through_to_the_dashboard(server):
    for path in (
        "/sns",
        "/sns/",
        "/unsubscribe",
        "/api",
        "/api/v1",
        "/healthz/x",
        "/readyz/x",
        "/metrics/x",
        "/sns/a/b",
        "/api/v1/nothing",
    ):
        status, headers, body = server.get(path)
        assert status in (401, 404, 405), (path, status)
        assert "<html" not in body and "set-cookie" not in headers, path


def test_the_screens_behind_the_name_on_every_size_and_theme(server, open_page):
    for path, name in (("account", "Your account"), ("members", "Members"), ("audit", "Audit trail")):
        for dark in (False, True):
            for width in (1280, 390):
                page = open_page("/" + path, "alice", width=width, dark=dark)
                heading(page, name)
                wide = page.evaluate("document.documentElement.scrollWidth")
                assert wide <= width, f"{path} is {wide} px wide on {width}"
                shot(page, f"{path}-{'dark' if dark else 'light'}-{width}")
                page.context.close()


def test_a_session_that_ends_meanwhile_is_noticed_at_the_next_click(server, open_page):
    from core import moment
    from core.members import sessions

    page = open_page("/audit", at=server)
    sign_in(page)
    heading(page, "Audit trail")
    token = next(one["value"] for one in page.context.cookies() if one["name"] == "ses_desk")
    sessions.sign_out(server.store(), token, moment.now())
    page.get_by_role("button", name="Check that nothing was altered").click()
    page.get_by_role("button", name="Sign in").wait_for()
    assert page.get_by_text("fit together").count() == 0


def test_session_for_is_what_the_routes_make(server):
    assert len(session_for(server.store(), "victor")) >= 43
