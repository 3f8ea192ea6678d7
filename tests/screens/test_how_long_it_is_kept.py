"""How long what came in is kept, decided in the Edit dialog, in a browser: light and dark, wide and narrow."""

from collections.abc import Iterator
from typing import Any

import pytest
from servers import session_for, settled, shot
from streamlit.testing.v1 import AppTest

from core.connect import retention
from core.connect.retention import Kept
from core.store import connections
from core.store.tables import Connection
from pages import gate


@pytest.fixture(scope="module")
def shop(make_server: Any) -> Iterator[Any]:
    made = make_server(cast=True)
    store = made.store()
    with store.write() as conn:
        row = Connection(
            name="Shop", region="eu-west-1", from_address="news@example.org", created_at=1, updated_at=1
        )
        connections.add(conn, row)
    yield made


def edit(page: Any) -> Any:
    page.get_by_role("button", name="Edit").first.click()
    settled(page)
    return page.get_by_test_id("stDialog")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_the_dialog_fits(shop: Any, open_page: Any, width: int, dark: bool) -> None:
    page = open_page("/connections", "alice", at=shop, width=width, dark=dark)
    dialog = edit(page)
    dialog.get_by_text("How long it is kept").wait_for()
    shot(page, f"keeping-{width}-{'dark' if dark else 'light'}")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_an_admin_decides_it_there_and_is_told_what_cannot_be(shop: Any, open_page: Any) -> None:
    page = open_page("/connections", "alice", at=shop)
    dialog = edit(page)
    events = dialog.get_by_label("Single events, days")
    events.fill("7")
    dialog.get_by_role("button", name="Save the changes").click()
    page.get_by_text("keep them 30 to").first.wait_for()
    events.fill("60")
    dialog.get_by_label("Amazon's own words, days").fill("14")
    dialog.get_by_role("button", name="Save the changes").click()
    page.get_by_text("was changed").first.wait_for()
    store = shop.store()
    assert retention.kept(store, connections.all(store)[0]) == Kept(14, 60)


def dialog() -> None:
    """The Edit dialog by itself, open in every run."""
    from core.store import connections
    from pages.parts import connection_actions
    from pages.parts.desk import desk

    connection_actions.edit(connections.all(desk().store)[0])


def test_a_refused_edit_leaves_the_days_as_they_were(own_desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with own_desk.store.write() as conn:
        row = Connection(
            name="Shop", region="eu-west-1", from_address="news@example.org", created_at=1, updated_at=1
        )
        shop = connections.add(conn, row)
    token = session_for(own_desk.store, "alice")
    monkeypatch.setattr(gate, "cookie_token", lambda: token)
    page = AppTest.from_function(dialog, default_timeout=60).run()
    next(one for one in page.number_input if one.label == "Single events, days").set_value(30)
    next(one for one in page.text_input if one.label == "From address").input("no address")
    page = next(one for one in page.button if one.label == "Save the changes").click().run()
    assert not page.exception and page.error
    assert retention.kept(own_desk.store, shop) == Kept(90, 400)
