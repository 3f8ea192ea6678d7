"""What Amazon said in one region is never shown as another's, and what was read has the time at which it was."""

from collections.abc import Callable
from typing import Any

import pytest
from amazon import ALICE
from grounds import Ground

from core import moment
from core.chain import ours
from core.connect.moving import switch_region
from core.setup import offer, plan, saga


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> set[tuple[str, str]]:
    """What was asked of which region."""
    found: set[tuple[str, str]] = set()

    def watch(module: Any, name: str) -> None:
        real = getattr(module, name)

        def seen(desk: Any, connection: Any, *more: Any) -> Any:
            found.add((name, connection.region))
            return real(desk, connection, *more)

        monkeypatch.setattr(module, name, seen)

    for module, name in ((offer, "offer"), (plan, "plan"), (saga, "made"), (ours, "look")):
        watch(module, name)
    return found


def check(page: Any) -> Any:
    return next(one for one in page.button if one.label == "Check what stands in Amazon")


@pytest.mark.parametrize("way", ["What SES Desk made", "By hand"])
def test_after_a_change_of_region_amazon_is_asked_there(
    ground: Ground, screen: Callable[..., Any], asked: set[tuple[str, str]], way: str
) -> None:
    page = screen("setup.py", "alice", ways=way).run()
    if way == "By hand":
        check(page).click().run()
    here = {name for name, region in asked if region == "eu-west-1"}
    assert here >= {"offer", "plan"} and len(here) == 3
    switch_region(ground.desk.store, ground.connection, "eu-central-1", ALICE, moment.now())
    asked.clear()
    page.run()
    if way == "By hand":
        assert not [one for one in page.caption if one.value.startswith("Checked")]
        check(page).click().run()
    assert asked >= {(name, "eu-central-1") for name in here - {"plan"}}
    assert "eu-west-1" not in {region for _, region in asked}


def test_a_check_is_as_old_as_what_it_shows(ground: Ground, screen: Callable[..., Any]) -> None:
    page = screen("setup.py", "alice", ways="By hand").run()
    check(page).click().run()
    about, at, found = page.session_state["looked-chain"]
    page.session_state["looked-chain"] = (about, at - 120_000, found)
    page.run()
    assert "Checked 2 minutes ago." in [one.value for one in page.caption]
    check(page).click().run()
    assert "Checked just now." in [one.value for one in page.caption]
