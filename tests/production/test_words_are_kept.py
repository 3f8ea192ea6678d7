"""What somebody wrote to Amazon is what Amazon gets: no other answer, page or box replaces it on the way."""

from types import SimpleNamespace
from typing import Any

import pytest
from amazon import ALICE

from core import moment
from core.aws.account import Account
from core.aws.identities import Identity
from core.connect import walk
from core.in_time import ends
from core.production import ready
from core.store import connections
from core.store.tables import Connection
from pages.parts import production

SEND = "Send the request to Amazon"
OWN = "These are my own words for the reviewers, and they are long enough to be taken."
PROVED = "Our sending domain is verified in Amazon SES with DKIM."


class Amazon:
    """What it answers, and what was filed with it."""

    def __init__(self) -> None:
        self.domain: list[Identity] | None = [Identity("example.com", "DOMAIN", True)]
        self.answers, self.asked = True, 0
        self.filed: list[str] = []

    def account(self, _: object) -> Account:
        self.asked += 1
        if not self.answers:
            raise TimeoutError
        return Account(False, True, "HEALTHY", 200, 1, 0)

    def identities(self, _: object) -> list[Identity]:
        if self.domain is None:
            raise TimeoutError
        return self.domain

    def file(self, *told: Any) -> None:
        self.filed.append(told[3])


@pytest.fixture
def amazon(monkeypatch: pytest.MonkeyPatch) -> Amazon:
    made = Amazon()
    monkeypatch.setattr(production, "way", lambda _: SimpleNamespace(end=ends()))
    monkeypatch.setattr(production, "account", made.account)
    monkeypatch.setattr(production, "file", made.file)
    monkeypatch.setattr(ready, "identities", made.identities)
    return made


@pytest.fixture
def page(amazon: Amazon, screen: Any, own_desk: Any) -> Any:
    now = moment.now()
    with own_desk.store.write() as conn:
        connections.add(
            conn,
            Connection(name="Shop", region="eu-west-1", from_address="news@example.com", created_at=now, updated_at=now),
        )  # fmt: skip
    return screen("production.py", "alice").run()


def box(page: Any, label: str) -> Any:
    assert not page.exception, page.exception
    return next(one for one in (*page.text_area, *page.text_input) if one.label == label)


def words(page: Any) -> Any:
    return box(page, "What Amazon will read")


def press(page: Any, label: str = SEND) -> Any:
    return next(one for one in page.button if one.label == label).click().run()


def forget(page: Any) -> None:
    """Five minutes go by."""
    for name in ("looked-production-account", "looked-production-domain"):
        if name in page.session_state:
            del page.session_state[name]


def test_an_earlier_draft_that_the_browser_still_tells_of_is_no_edit(page: Any) -> None:
    """Somebody goes from box to box faster than the page is drawn."""
    before = words(page).value
    box(page, "What do you mail, and to whom?").input("A weekly letter.").run()
    words(page).input(before)
    box(page, "How did you collect the addresses?").input("At the till.").run()
    assert words(page).value.startswith("A weekly letter.") and "At the till." in words(page).value
    assert not any("has changed since" in one.value for one in page.caption)


def test_the_draft_follows_its_boxes_until_it_is_edited(page: Any) -> None:
    assert PROVED in words(page).value
    box(page, "What do you mail, and to whom?").input("A weekly letter.").run()
    assert words(page).value.startswith("A weekly letter.")
    words(page).input(OWN).run()
    box(page, "What do you mail, and to whom?").input("Another letter.").run()
    assert words(page).value == OWN
    assert any("has changed since" in one.value for one in page.caption)
    press(page, "Draft it anew")
    assert words(page).value.startswith("Another letter.")
    assert not [one for one in page.button if one.label == "Draft it anew"]


@pytest.mark.parametrize("edited", [True, False])
def test_what_stood_in_the_box_is_filed_whatever_amazon_says_by_then(
    page: Any, amazon: Amazon, edited: bool
) -> None:
    box(page, "What do you mail, and to whom?").input("A weekly letter.").run()
    if edited:
        words(page).input(OWN).run()
    stood = words(page).value
    amazon.domain = None
    forget(page)
    press(page)
    assert amazon.filed == [stood]


def test_what_was_typed_outlives_a_bad_answer_and_another_page(page: Any, amazon: Amazon) -> None:
    box(page, "Website").input("https://example.com").run()
    words(page).input(OWN).run()
    amazon.answers = False
    forget(page)
    page.run()
    assert not page.text_area
    amazon.answers = True
    page.run()
    assert (words(page).value, box(page, "Website").value) == (OWN, "https://example.com")
    page.switch_page("home.py").run()
    page.switch_page("production.py").run()
    assert (words(page).value, box(page, "Website").value) == (OWN, "https://example.com")


def test_amazon_is_not_asked_with_every_key(page: Any, amazon: Amazon) -> None:
    words(page).input(OWN).run()
    assert amazon.asked == 1
    press(page, "Ask again")
    assert amazon.asked == 2


def test_each_connection_has_words_of_its_own(page: Any, own_desk: Any) -> None:
    words(page).input(OWN).run()
    shop = connections.by_name(own_desk.store, "Shop")
    assert shop is not None
    walk.edit(own_desk.store, shop, ALICE, moment.now(), name="A shop")
    now = moment.now()
    with own_desk.store.write() as conn:
        connections.add(
            conn,
            Connection(name="Store", region="eu-west-1", from_address="news@example.com", created_at=now, updated_at=now),
        )  # fmt: skip
    page.run()
    assert words(page).value == OWN
    page.selectbox[0].select("Store").run()
    assert PROVED in words(page).value and OWN not in words(page).value
