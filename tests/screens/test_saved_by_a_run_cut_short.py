"""The walk saves, and a second press cuts that run short: the connection is there, and nobody is told that nothing was saved."""

from typing import Any

import pytest
from servers import session_for
from streamlit.runtime.scriptrunner_utils.exceptions import StopException
from streamlit.runtime.state.session_state_proxy import SessionStateProxy
from streamlit.testing.v1 import AppTest

from core import moment
from core.aws.credentials import Credentials
from core.connect import drafts
from core.connect.endpoint import recognise
from core.members import sessions
from core.store import connections
from core.vault import Secret
from pages import gate
from pages.walk import draft, screens


def last_screen() -> None:
    """The walk with a button in the place of its last form."""
    import streamlit as st

    from pages import gate
    from pages.walk import screens, sender

    walk = screens.Walk(gate.require_member("admin"))
    if walk.draft:
        if st.button("Save"):
            walk.save([sender.Identity("example.com", "domain", True, True)], "news@example.com", "", "Shop")
    else:
        saved = walk.draw()
        st.text(f"goes on with {saved.name}" if saved else "begins anew")


def test_the_walk_goes_on_with_what_was_saved(own_desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    token, now = session_for(own_desk.store, "alice"), moment.now()
    monkeypatch.setattr(gate, "cookie_token", lambda: token)
    signed = sessions.current(own_desk.store, token, now, False)
    typed = {
        "endpoint": draft.endpoint_parts(recognise("eu-west-1")),
        **draft.credentials_parts(Credentials("keys", Secret("AKIAEXAMPLE0EXAMPLE0"), Secret("x" * 40))),
        "lines": [],
        "sure": True,
    }
    drafts.put(own_desk.store, own_desk.vault, signed.session_hash, screens.KIND, typed, now)
    page = AppTest.from_function(last_screen, default_timeout=60)
    page.session_state[screens.BEGUN] = True
    page = page.run()
    drop, cut = SessionStateProxy.__delitem__, [True]

    def dropped(self: Any, key: str) -> None:
        if key == screens.BEGUN and cut:
            cut.clear()
            raise StopException
        drop(self, key)

    monkeypatch.setattr(SessionStateProxy, "__delitem__", dropped)
    page = page.button[0].click().run()
    assert not cut and not page.exception
    assert [one.name for one in connections.all(own_desk.store)] == ["Shop"]
    page = page.run()
    assert not page.exception and not page.info
    assert [one.value for one in page.text] == ["goes on with Shop"]
