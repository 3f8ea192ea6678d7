"""What is over is not offered, not said and not looked at any more."""

from typing import Any

import pytest
from amazon import ALICE

from core import moment
from core.connect import access
from core.connect.keys import clean
from core.lists import entries
from core.store import connections, suppressions
from core.store import credentials as rows
from core.store.tables import Connection
from pages.parts import demo, switching


def add(own_desk: Any, name: str) -> Connection:
    now = moment.now()
    with own_desk.store.write() as conn:
        made = connections.add(
            conn,
            Connection(name=name, region="eu-west-1", from_address="news@example.com", created_at=now, updated_at=now),
        )  # fmt: skip
        rows.put(conn, access.seal(own_desk.vault, made, clean("AKIAIOSFODNN7EXAMPLE", "s" * 40), now))
    return made


def labels(page: Any) -> list[str]:
    assert not page.exception, page.exception
    return [one.label for one in page.button]


def test_what_was_taken_off_one_list_is_not_offered_back_under_another(screen: Any, own_desk: Any) -> None:
    shop, _ = add(own_desk, "Shop"), add(own_desk, "Store")
    with own_desk.store.write() as conn:
        suppressions.suppress(conn, shop.id or 0, "gone@x.example", "manual", moment.now())
    page = screen("lists.py", "bob", connection="Shop").run()
    now = moment.now()
    entries.remove(own_desk.store, shop, ["gone@x.example"], "by mistake", ALICE, now)
    page.session_state["lists-undo"] = (shop, ["gone@x.example"], now, "1 address taken off the list.")
    assert "Put back what was taken off" in labels(page.run())
    page.selectbox[0].select("Store").run()
    assert "Put back what was taken off" not in labels(page)
    page.selectbox[0].select("Shop").run()
    next(one for one in page.button if one.label == "Put back what was taken off").click().run()
    assert suppressions.count(own_desk.store, shop.id or 0, 10) == 1


def test_a_demo_that_was_removed_is_not_ready_any_more(screen: Any) -> None:
    page = screen("home.py")
    page.session_state[demo.READY] = moment.now()
    page.run()
    assert "Explore with a demo account" in labels(page)
    assert not [one for one in page.success if "demo account is ready" in one.value]


def test_a_demo_that_failed_is_told_once_and_not_looked_at_every_half_second(
    screen: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[object] = []
    monkeypatch.setattr(demo, "_progress", lambda: looked.append(1))
    monkeypatch.setitem(demo._runs(), "demo", demo.Run(over=True, trouble="No port is free."))
    page = screen("home.py").run()
    assert "Try the demo again" in labels(page) and page.error[0].value == "No port is free."
    assert not looked


def test_home_begins_anew_when_the_last_connection_goes(
    screen: Any, own_desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pages import parts

    left = [[add(own_desk, "Shop")]]
    monkeypatch.setattr(parts, "visible_connections", lambda _: left.pop() if left else [])
    page = screen("home.py").run()
    assert "Connect an account" in labels(page)
    assert not [one for one in page.caption if one.value.startswith("Rates of the last 30 days")]


@pytest.mark.parametrize(("age", "again"), [(0, True), (120_000, False)])
def test_two_tests_are_looked_at_while_something_may_still_come(
    screen: Any, own_desk: Any, monkeypatch: pytest.MonkeyPatch, age: int, again: bool
) -> None:
    shop = add(own_desk, "Shop")
    looked: list[object] = []
    monkeypatch.setattr(switching, "_soon", lambda *_: looked.append(1))
    page = screen("switching.py")
    page.session_state[f"switching-tests-{shop.id}"] = (moment.now() - age, [1, 2])
    page.run()
    assert "Switch to SMTP" in labels(page) and bool(looked) is again
    assert len(page.table) == (0 if again else 1)
