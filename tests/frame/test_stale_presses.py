"""A button does what it says, or nothing: when somebody else was faster, or at a second press, it never does the opposite."""

from dataclasses import replace
from typing import Any

import pytest
from amazon import ALICE

from core import moment
from core.aws.identities import Identity
from core.aws.identity import Details
from core.connect import access, walk
from core.connect.keys import clean
from core.identities import change
from core.identities.overview import Overview
from core.store import connections
from core.store import credentials as rows
from core.store.tables import Connection
from pages.parts import identity_choice


@pytest.fixture
def shop(own_desk: Any) -> Connection:
    now = moment.now()
    with own_desk.store.write() as conn:
        made = connections.add(
            conn,
            Connection(name="Shop", region="eu-west-1", from_address="news@example.com", created_at=now, updated_at=now),
        )  # fmt: skip
        rows.put(conn, access.seal(own_desk.vault, made, clean("AKIAIOSFODNN7EXAMPLE", "s" * 40), now))
    return made


def now_is(own_desk: Any, shop: Connection) -> Connection:
    found = connections.by_id(own_desk.store, shop.id or 0)
    assert found is not None
    return found


def press_late(page: Any, label: str, meanwhile: Any) -> Any:
    """Press a button as it was drawn before something else happened."""
    assert not page.exception, page.exception
    drawn = next(one for one in page.button if one.label == label)
    meanwhile()
    drawn.click().run()
    assert not page.exception, page.exception
    return page


@pytest.mark.parametrize(("label", "before"), [("Disable", False), ("Enable", True)])
def test_a_connection_stays_as_somebody_else_has_just_made_it(
    screen: Any, own_desk: Any, shop: Connection, label: str, before: bool
) -> None:
    def turn(disabled: bool) -> None:
        walk.set_disabled(own_desk.store, now_is(own_desk, shop), disabled, ALICE, moment.now())

    turn(before)
    page = press_late(screen("connections.py").run(), label, lambda: turn(not before))
    assert now_is(own_desk, shop).disabled is not before
    next(one for one in page.button if one.label in ("Enable", "Disable")).click().run()
    assert now_is(own_desk, shop).disabled is before


def test_a_second_press_does_not_switch_the_way_back(screen: Any, own_desk: Any, shop: Connection) -> None:
    page = screen("switching.py").run()

    def switched() -> None:
        walk.edit(own_desk.store, now_is(own_desk, shop), ALICE, moment.now(),
                  endpoint=access.endpoint_of(shop).over_smtp())  # fmt: skip

    press_late(page, "Switch to SMTP", switched)
    assert now_is(own_desk, shop).transport == "smtp"


def test_a_signature_that_is_off_by_now_is_not_switched_on_by_the_button_that_says_off(
    screen: Any, shop: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    signs, set_to = True, []
    details = Details("example.com", True, True)

    def seen(*_: Any) -> Overview:
        told = replace(details, dkim_signing=signs)
        return Overview(told, told, (), (), "", {}, moment.now())

    monkeypatch.setattr(change, "known", lambda *_: [Identity("example.com", "DOMAIN", True)])
    monkeypatch.setattr(change, "set_signing", lambda *told: set_to.append(told[3]))
    monkeypatch.setattr(identity_choice, "overview", seen)
    page = screen("identities.py").run()

    def off() -> None:
        nonlocal signs
        signs = False
        page.session_state[identity_choice.SEEN].clear()

    press_late(page, "Switch the signature off", off)
    assert set_to == []
    next(one for one in page.button if one.label == "Switch the signature on").click().run()
    assert set_to == [True]
