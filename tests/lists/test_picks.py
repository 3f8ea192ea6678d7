"""A tick is about an address, not about its place: when other rows are shown, it is dropped and its button does nothing."""

from typing import Any

from told_by_amazon import account, bounce, tell

from core import moment
from core.store import amazon_suppressed, list_settings, suppressions
from core.store.tables import Connection

HOUR = 3_600_000


def tick(page: Any, number: int = 0, *rows: int) -> Any:
    """Tick rows of a table."""
    key = page.dataframe[number].proto.id.split("-", 2)[2]
    page.session_state[key] = {"selection": {"rows": list(rows), "columns": [], "cells": []}}
    return page.run()


def press(page: Any, label: str) -> Any:
    return next(one for one in page.button if one.label == label).click().run()


def said(page: Any) -> str:
    assert not page.exception, page.exception
    return " ".join(one.value for one in page.markdown)


def listed(own_desk: Any, name: str = "Shop", *addresses: str) -> Connection:
    """A connection whose list begins with the first of these addresses."""
    shop = account(own_desk.store, name)
    now = moment.now()
    for hours, address in enumerate(addresses, 1):
        tell(own_desk.store, shop, bounce(address, at=now - hours * HOUR), at=now - hours * HOUR)
    return shop


def test_the_dialog_names_those_that_were_ticked(screen: Any, own_desk: Any) -> None:
    listed(own_desk, "Shop", "a@x.example", "b@x.example", "c@x.example")
    page = tick(screen("lists.py", "bob").run(), 0, 0, 1)
    press(page, "Take 2 addresses off the list")
    assert "`a@x.example`, `b@x.example` may get mail again" in said(page)


def test_a_bounce_between_tick_and_press_moves_nothing_under_the_tick(screen: Any, own_desk: Any) -> None:
    shop = listed(own_desk, "Shop", "a@x.example", "b@x.example")
    page = tick(screen("lists.py", "bob").run(), 0, 0)
    tell(own_desk.store, shop, bounce("new@x.example", at=moment.now()), at=moment.now())
    press(page, "Take 1 address off the list")
    assert "may get mail again" not in said(page)
    assert not [one for one in page.button if one.label.startswith("Take 1")]


def test_ticks_do_not_go_over_to_another_connection(screen: Any, own_desk: Any) -> None:
    listed(own_desk, "Shop", "a@x.example")
    listed(own_desk, "Store", "a@x.example")
    page = tick(screen("lists.py", "bob", connection="Shop").run(), 0, 0)
    assert [one for one in page.button if one.label.startswith("Take 1")]
    page.selectbox[0].select("Store").run()
    assert not [one for one in page.button if one.label.startswith("Take 1")]


def at_amazon(own_desk: Any, shop: Connection, *addresses: str) -> None:
    now = moment.now()
    with own_desk.store.write() as conn:
        amazon_suppressed.keep(conn, shop.id or 0, [(each, "BOUNCE", now, each) for each in addresses], now)
        list_settings.change(conn, shop.id or 0, now, amazon_read_at=now)


def test_a_press_on_amazons_list_is_for_the_rows_it_was_made_on(screen: Any, own_desk: Any) -> None:
    shop = account(own_desk.store, "Shop")
    at_amazon(own_desk, shop, "m@x.example", "n@x.example")
    page = screen("lists.py", "bob", list="Amazon's own list").run()
    tick(page, len(page.dataframe) - 1, 1)
    at_amazon(own_desk, shop, "a@x.example")
    press(page, "Add 1 address here")
    said(page)
    assert suppressions.count(own_desk.store, shop.id or 0, 10) == 0
    press(page, "Add 3 addresses here")
    assert suppressions.count(own_desk.store, shop.id or 0, 10) == 3
