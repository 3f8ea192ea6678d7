"""The gate in Streamlit's AppTest: the form, our check behind it, the ticket, the first admin."""

import ast
import re
from pathlib import Path

import pytest
from servers import PASSWORD, ROOT
from streamlit.testing.v1 import AppTest

from core import lifespan, moment
from core.members import first, sessions
from core.settings import Settings
from core.store import audit, store
from core.vault import open_vault
from pages import gate

NONCE = "n" * 43


@pytest.fixture
def frame(own_desk, monkeypatch):
    """The entry script, signed out, in a browser that keeps cookies."""
    monkeypatch.setattr(gate, "cookie_token", lambda: None)
    monkeypatch.setattr(gate, "nonce", lambda: NONCE)
    monkeypatch.setattr(gate, "address", lambda: "203.0.113.9")
    return AppTest.from_file(str(ROOT / "pages" / "frame.py"), default_timeout=60)


def try_in(page, name, password):
    page.text_input[0].input(name)
    page.text_input[1].input(password)
    page.button[0].click().run()
    assert not page.exception, [one.value for one in page.exception]
    return page


def ticket_of(page) -> str | None:
    scripts = "".join(one.proto.body for one in page.get("html"))
    found = re.search(r'"ticket": "([^"]+)"', scripts)
    return found.group(1) if found else None


def test_the_right_password_posts_a_ticket_that_this_browser_alone_can_use(frame, own_desk):
    page = try_in(frame.run(), "Alice ", PASSWORD)
    ticket = ticket_of(page)
    assert ticket and "/session/start" in "".join(one.proto.body for one in page.get("html"))
    token = sessions.redeem(own_desk.store, ticket, NONCE, "", "", moment.now())
    assert sessions.current(own_desk.store, token, moment.now()).name == "alice"


@pytest.mark.parametrize(
    ("name", "password"), [("alice", "wrong password here"), ("nobody", PASSWORD), ("alice", PASSWORD + " x")]
)
def test_a_wrong_name_and_a_wrong_password_get_the_same_answer(frame, name, password):
    page = try_in(frame.run(), name, password)
    assert [one.value for one in page.error] == [
        "That name and password do not match. Check both and try again."
    ]
    assert ticket_of(page) is None


@pytest.mark.parametrize(("name", "password"), [("", PASSWORD), ("alice", ""), ("", "")])
def test_an_empty_box_is_asked_for(frame, name, password):
    page = try_in(frame.run(), name, password)
    assert [one.value for one in page.error] == ["Type your name and your password."]


def test_a_very_long_password_is_a_wrong_one_and_counts(frame, own_desk):
    """streamlit-authenticator let passwords over 72 bytes through uncounted."""
    try_in(frame.run(), "alice", "x" * 5000)
    assert audit.recent(own_desk.store, 1)[0].action == "sign-in-failed"


def test_many_wrong_tries_are_held_back(frame):
    page = frame.run()
    for _ in range(12):
        try_in(page, "alice", "wrong password here")
    assert "Try again in" in page.error[0].value
    assert ticket_of(try_in(page, "alice", PASSWORD)) is None


def test_the_form_leaves_nothing_in_the_session_state(frame):
    page = try_in(frame.run(), "alice", PASSWORD)
    kept = page.session_state.to_dict()
    assert PASSWORD not in str(kept)
    assert not {"authentication_status", "username", "roles", "email", "logout"} & set(kept)


def test_a_browser_without_cookies_is_told_so(frame, monkeypatch):
    monkeypatch.setattr(gate, "nonce", lambda: None)
    page = try_in(frame.run(), "alice", PASSWORD)
    assert "does not keep cookies" in page.error[0].value and ticket_of(page) is None


def test_signed_out_the_frame_draws_the_sign_in_and_no_page(frame):
    page = frame.run()
    assert [box.label for box in page.text_input] == ["Name", "Password"]
    assert not page.title and not page.metric and not page.dataframe


def test_a_one_time_password_opens_nothing_but_the_change_of_it(own_desk, monkeypatch):
    from servers import session_for

    from core.members import people
    from core.members.actor import Cli

    people.add(own_desk.store, Cli(), "carol", "admin", moment.now())
    token = session_for(own_desk.store, "carol")
    monkeypatch.setattr(gate, "cookie_token", lambda: token)
    page = AppTest.from_file(str(ROOT / "pages" / "frame.py"), default_timeout=60).run()
    assert [one.value for one in page.header] == ["Choose a password"]
    assert not page.title


@pytest.fixture
def nobody(tmp_path, monkeypatch):
    """A desk without a member, and the code its terminal printed."""
    chosen = Settings(data_dir=tmp_path / "new")
    opened = store(chosen)
    lifespan.use(lifespan.Desk(opened, open_vault(chosen, opened), chosen))
    monkeypatch.setattr(gate, "cookie_token", lambda: None)
    monkeypatch.setattr(gate, "nonce", lambda: NONCE)
    monkeypatch.setattr(gate, "address", lambda: "203.0.113.9")
    yield opened, first.offer(opened)
    lifespan.use(None)


def make_first(code, name, password, again):
    page = AppTest.from_file(str(ROOT / "pages" / "frame.py"), default_timeout=60).run()
    for box, typed in zip(page.text_input, (code, name, password, again), strict=True):
        box.input(typed)
    page.button[0].click().run()
    assert not page.exception
    return page


def test_the_first_visitor_becomes_the_admin_with_the_code(nobody):
    opened, code = nobody
    page = make_first(code.lower(), "Alice", PASSWORD, PASSWORD)
    token = sessions.redeem(opened, ticket_of(page), NONCE, "", "", moment.now())
    signed = sessions.current(opened, token, moment.now())
    assert (signed.name, signed.role) == ("alice", "admin")


@pytest.mark.parametrize(
    ("code", "name", "password", "again", "says"),
    [
        ("AAAA-AAAA-AAAA-AAAA", "alice", PASSWORD, PASSWORD, "not the code"),
        ("", "alice", PASSWORD, PASSWORD, "not the code"),
        (None, "a", PASSWORD, PASSWORD, "2 to 64 characters"),
        (None, "<script>", PASSWORD, PASSWORD, "2 to 64 characters"),
        (None, "alice", "short", "short", "at least 12"),
        (None, "alice", PASSWORD, "something else", "differ"),
    ],
)
def test_the_first_admin_is_refused_with_the_reason(nobody, code, name, password, again, says):
    opened, right = nobody
    page = make_first(right if code is None else code, name, password, again)
    assert says in page.error[0].value
    assert first.needed(opened)


def test_our_code_uses_the_librarys_form_and_nothing_else_of_it():
    """Everything else of streamlit-authenticator 0.4.2 is a hole: resets, registration, cookies, its own check."""
    forbidden = {
        "forgot_password", "forgot_username", "register_user", "update_user_details", "reset_password", "guest_login",
        "experimental_guest_login", "Hasher", "CookieManager", "api_key",
    }  # fmt: skip
    for path in [*Path(ROOT, "pages").rglob("*.py"), ROOT / "app.py"]:
        tree = ast.parse(path.read_text())
        used = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)} | {
            node.id for node in ast.walk(tree) if isinstance(node, ast.Name)
        }
        assert not used & forbidden, (path, used & forbidden)
    text = (ROOT / "pages" / "gate.py").read_text()
    assert text.count("streamlit_authenticator") == 1 and "Authenticate.__new__" in text


def test_the_way_back_is_never_another_site():
    from core.session_routes import local

    for bad in (
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "\\/evil",
        "javascript:alert(1)",
        "",
        "/a\nb",
        "/\x00",
        "evil",
        "/" + "a" * 3000,
        "/ok/..\\..\\x",
    ):
        assert local(bad) == "/", bad
    assert local("/review?days=7&connection=Shop+mail") == "/review?days=7&connection=Shop+mail"
