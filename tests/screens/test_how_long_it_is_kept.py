"""How long what came in is kept, decided in the Edit dialog, in a browser: light and dark, wide and narrow."""

from collections.abc import Iterator
from typing import Any

import pytest
from servers import settled, shot

from core.connect import retention
from core.connect.retention import Kept
from core.store import connections
from core.store.tables import Connection


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
