"""A button that is pressed twice, in a browser: the second press cuts the first run short, and nothing is lost by it."""

from collections.abc import Iterator
from typing import Any

import pytest
from servers import PASSWORD, settled

from core.members import people
from core.members.actor import Cli

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def house(make_server: Any) -> Iterator[Any]:
    yield make_server(cast=True)


def press_twice(page: Any, button: Any, apart: int = 120) -> None:
    """Two presses as an impatient hand makes them."""
    button.click()
    page.wait_for_timeout(apart)
    button.click()
    settled(page, 1500)


@pytest.mark.parametrize("apart", [30, 300])
def test_a_member_who_is_added_by_two_presses_gets_a_password(house: Any, open_page: Any, apart: int) -> None:
    page = open_page("/members", "alice", at=house)
    page.get_by_label("Name", exact=True).fill(f"carol{apart}")
    page.get_by_label("Your own password").last.fill(PASSWORD)
    press_twice(page, page.get_by_role("button", name="Add the member"), apart)
    page.get_by_text("Shown only now").wait_for(timeout=5_000)
    assert page.get_by_test_id("stAlertContentError").count() == 0
    assert page.get_by_label("Your own password").last.input_value() == ""
    assert people.by_name(house.store(), Cli(), f"carol{apart}").must_change


def test_a_password_that_is_reset_by_two_presses_is_shown(house: Any, open_page: Any) -> None:
    page = open_page("/members", "alice", at=house)
    page.get_by_role("button", name="Change").nth(1).click()
    page.get_by_test_id("stPopoverBody").get_by_label("Your own password").fill(PASSWORD)
    press_twice(page, page.get_by_role("button", name="Make a one-time password").first)
    page.get_by_text("Shown only now").wait_for(timeout=5_000)
    assert page.get_by_test_id("stAlertContentError").count() == 0


def test_two_presses_sign_in(house: Any, open_page: Any) -> None:
    page = open_page("/", at=house)
    page.get_by_label("Name", exact=True).fill("victor")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    press_twice(page, page.get_by_role("button", name="Sign in", exact=True), 100)
    page.get_by_role("button", name="victor").first.wait_for(timeout=8_000)
