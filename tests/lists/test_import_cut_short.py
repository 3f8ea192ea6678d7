"""A click during an import draws the page anew and cuts the first run short: the import is said all the same."""

import io
from typing import Any

import pytest
from mailbag import connect
from streamlit.runtime.scriptrunner_utils.exceptions import StopException
from streamlit.runtime.state.session_state_proxy import SessionStateProxy

from core.lists import importing
from core.members.actor import Cli
from core.store import suppressions
from pages.parts import list_import


def test_an_import_whose_run_was_cut_short_is_said_and_its_file_is_gone(
    screen: Any, own_desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = connect(own_desk.store)
    seen = importing.look(own_desk, shop, io.BytesIO(b"a@x.example\nb@x.example\n"), Cli())
    page = screen("lists.py", list="Add")
    page.session_state[list_import.LOOKED] = (shop.id, "old.csv", seen)
    page = page.run()
    drop, cut = SessionStateProxy.__delitem__, [True]

    def dropped(self: Any, key: str) -> None:
        if key == list_import.LOOKED and cut:
            cut.clear()
            raise StopException
        drop(self, key)

    monkeypatch.setattr(SessionStateProxy, "__delitem__", dropped)
    page = next(one for one in page.button if one.label.startswith("Import 2")).click().run()
    assert not cut and suppressions.count(own_desk.store, shop.id or 0, 10) == 2
    page = page.run()
    assert not page.exception
    assert any("2 addresses imported." in one.value for one in page.success)
    assert not any(one.label.startswith("Import ") for one in page.button)
