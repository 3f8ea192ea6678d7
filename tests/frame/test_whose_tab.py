"""A tab that Streamlit resumes after its member signed out and another signed in begins anew, with nothing of the first."""

from typing import Any

import pytest
from servers import session_for, settled
from streamlit.testing.v1 import AppTest

from core import moment
from core.store import connections
from core.store.tables import Connection
from pages import gate
from pages.parts import testing


def add(store: Any) -> None:
    now = moment.now()
    with store.write() as conn:
        connections.add(conn, Connection(name="Shop", region="eu-west-1", created_at=now, updated_at=now))


def reloads(page: Any) -> bool:
    return any("location.reload()" in one.proto.body for one in page.get("html"))


def test_a_press_and_what_was_typed_are_not_taken_over_by_the_next_member(
    screen: Any, own_desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[str] = []
    add(own_desk.store)
    monkeypatch.setattr(testing, "send", lambda signed, *_: sent.append(signed.name))
    page = screen("tests.py", "alice").run()
    next(one for one in page.text_input if one.label == "Subject").input("Only for Alice").run()
    page.session_state["hers"] = "of Alice"
    token = session_for(own_desk.store, "bob")
    monkeypatch.setattr(gate, "cookie_token", lambda: token)
    next(one for one in page.button if one.label == "Send all five tests").click().run()
    assert not page.exception and reloads(page) and not page.button and sent == []
    assert "hers" not in page.session_state


def test_nothing_stays_behind_a_sign_out(screen: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    page = screen("account.py", "alice").run()
    page.session_state["hers"] = "of Alice"
    page.run()
    assert not reloads(page) and "hers" in page.session_state
    monkeypatch.setattr(gate, "cookie_token", lambda: None)
    page.run()
    assert "hers" not in page.session_state and not reloads(page)


def test_a_dialog_or_a_live_part_of_another_member_begins_the_page_anew(
    own_desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = session_for(own_desk.store, "bob")
    monkeypatch.setattr(gate, "cookie_token", lambda: token)

    def script() -> None:
        import streamlit as st

        from pages import gate

        if "begun" in st.session_state:
            st.text("begun anew")
            st.stop()
        st.session_state.update({"begun": True, gate.WHOSE: -1})
        gate.require_member()
        st.text("done for another one")

    assert [one.value for one in AppTest.from_function(script).run().text] == ["begun anew"]


@pytest.mark.browser
def test_a_tab_that_comes_back_as_somebody_else_shows_nothing_of_the_first(
    make_server: Any, open_page: Any
) -> None:
    server, lines = make_server(cast=True), []
    add(server.store())
    page = open_page("/account", "alice", at=server)

    def through(line: Any) -> None:
        lines.append(line)
        line.connect_to_server()

    page.route_web_socket("**/_stcore/stream", through)
    page.goto(server.url + "/lists")
    settled(page)
    page.get_by_label("Find an address").fill("hers@x.example")
    token = session_for(server.store(), "bob")
    page.context.add_cookies(
        [{"name": "ses_desk", "value": token, "url": server.url, "httpOnly": True, "sameSite": "Strict"}]
    )
    known = len(lines)
    lines[-1].close()
    while len(lines) == known:
        page.wait_for_timeout(100)
    page.wait_for_selector('[data-testid="stApp"][data-test-connection-state="CONNECTED"]')
    settled(page)
    page.get_by_label("Find an address").press("Enter")
    page.get_by_text("bob", exact=True).first.wait_for()
    settled(page)
    assert page.get_by_label("Find an address").input_value() == ""
