"""A screen is about the connection it showed. When that one is gone, a press on it is never for another one."""

from typing import Any

import pytest
from amazon import ALICE

from core import moment
from core.connect import walk
from core.store import connections
from core.store.tables import Connection
from pages.parts import testing

SEND = "Send all five tests"


def add(own_desk: Any, name: str) -> Connection:
    now = moment.now()
    with own_desk.store.write() as conn:
        return connections.add(
            conn,
            Connection(name=name, region="eu-west-1", from_address="news@example.com", created_at=now, updated_at=now),
        )  # fmt: skip


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The connections with which something was sent."""
    found: list[str] = []
    monkeypatch.setattr(testing, "send", lambda signed, connection, *_: found.append(connection.name))
    return found


def press(page: Any) -> Any:
    return next(one for one in page.button if one.label == SEND).click().run()


def remove(own_desk: Any, connection: Connection) -> None:
    walk.remove(own_desk.store, connection, ALICE, moment.now())


def asks_for_another(page: Any, gone: str) -> None:
    """It says what is gone, offers a choice, and nothing else."""
    assert not page.exception, page.exception
    assert f"There is no connection `{gone}` here" in page.warning[0].value
    assert page.selectbox[0].value is None and not page.button


@pytest.mark.parametrize("others", [["A shop"], ["A shop", "Another"]])
def test_a_press_for_one_that_was_removed_sends_nothing(
    screen: Any, own_desk: Any, sent: list[str], others: list[str]
) -> None:
    for name in others:
        add(own_desk, name)
    gone = add(own_desk, "Mine")
    page = screen("tests.py", "bob", connection="Mine").run()
    remove(own_desk, gone)
    asks_for_another(press(page), "Mine")
    asks_for_another(page.run(), "Mine")
    assert sent == []
    page.selectbox[0].select("A shop").run()
    press(page)
    assert sent == ["A shop"] and not page.warning and page.query_params["connection"] == "A shop"


def test_a_press_for_one_that_was_renamed_sends_nothing(screen: Any, own_desk: Any, sent: list[str]) -> None:
    add(own_desk, "A shop")
    mine = add(own_desk, "Mine")
    page = screen("tests.py", "bob", connection="Mine").run()
    walk.edit(own_desk.store, mine, ALICE, moment.now(), name="Yours")
    asks_for_another(press(page), "Mine")
    assert sent == []


def test_a_link_to_one_that_is_gone_offers_the_others(screen: Any, own_desk: Any) -> None:
    add(own_desk, "A shop")
    asks_for_another(screen("lists.py", "bob", connection="Gone *soon*").run(), "Gone *soon*")


def test_the_only_one_stays_the_one_when_another_comes_before_it(
    screen: Any, own_desk: Any, sent: list[str]
) -> None:
    mine = add(own_desk, "Mine")
    page = screen("tests.py", "bob").run()
    assert not page.selectbox
    add(own_desk, "A shop")
    press(page)
    assert sent == ["Mine"] and page.selectbox[0].value == "Mine"
    remove(own_desk, mine)
    asks_for_another(press(page), "Mine")


def test_the_only_one_is_not_taken_for_another_only_one(screen: Any, own_desk: Any, sent: list[str]) -> None:
    mine = add(own_desk, "Mine")
    page = screen("tests.py", "bob").run()
    remove(own_desk, mine)
    add(own_desk, "A shop")
    asks_for_another(press(page), "Mine")
    assert sent == []


def test_the_only_one_under_a_new_name_is_the_same(screen: Any, own_desk: Any, sent: list[str]) -> None:
    mine = add(own_desk, "Mine")
    page = screen("tests.py", "bob").run()
    walk.edit(own_desk.store, mine, ALICE, moment.now(), name="Yours")
    press(page)
    assert sent == ["Yours"] and not page.warning
