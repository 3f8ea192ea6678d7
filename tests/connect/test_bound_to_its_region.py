"""An SMTP password is made for one region: whoever changes the region is told so before, on the screen where it is done."""

from typing import Any

import pytest
from amazon import ALICE
from mailbag import connect

from core import moment
from core.aws.check import smtp_login
from core.connect import access
from core.connect.keys import clean, clean_smtp
from core.connect.moving import left_behind, switch_region
from core.desk import Desk
from core.diagnosis import finding
from core.doctor import history
from core.doctor.line import Line
from core.smtp import password
from core.store import credentials, doctor_runs, findings
from core.store.tables import Connection
from core.vault import Secret

KEY, SECRET = "AKIA" + "B" * 16, "s" * 40
TYPED = clean_smtp(KEY, password(Secret(SECRET), "eu-west-1").reveal())
TOKYO, ELSEWHERE = "ap-northeast-1", "sender-in-another-region"


def holds(desk: Desk, what: Any, **more: Any) -> Connection:
    """A connection in Ireland with these keys, whose sender the Doctor found in Tokyo."""
    mine = connect(desk.store, **more)
    said = finding(ELSEWHERE, {"verified in": TOKYO})
    line = Line("region", "sender", "Sender", "fail", "It is in Tokyo.", said, facts={"regions": [TOKYO]})
    now = moment.now()
    with desk.store.write() as conn:
        credentials.put(conn, access.seal(desk.vault, mine, what, now))
        doctor_runs.keep(conn, history.row(mine.id or 0, [line], "alice", now, now))
        findings.raise_(conn, mine.id or 0, ELSEWHERE, "", {}, now)
    return mine


@pytest.mark.parametrize(
    ("transport", "what", "says"),
    [
        ("smtp", TYPED, "New keys"),
        ("api", TYPED, "The way back to SMTP"),
        ("smtp", clean(KEY, SECRET), ""),
        ("api", clean(KEY, SECRET), ""),
    ],
)
def test_home_warns_beside_the_button_that_changes_the_region(
    screen: Any, own_desk: Any, transport: str, what: Any, says: str
) -> None:
    mine = holds(own_desk, what, transport=transport)
    page = screen("home.py").run()
    assert not page.exception and any(one.label.startswith("Switch to Asia Pacific") for one in page.button)
    told = " ".join(one.value for one in page.warning)
    assert told == left_behind(own_desk.store, mine)
    assert (
        ("Europe (Ireland)" in told and "Any other region will refuse it" in told and says in told)
        if says
        else not told
    )


def test_the_password_is_the_same_after_the_switch_and_another_regions_is_not(own_desk: Any) -> None:

    mine = holds(own_desk, TYPED, transport="smtp")
    moved = switch_region(own_desk.store, mine, TOKYO, ALICE, moment.now())
    way = access.of(own_desk.store, own_desk.vault, own_desk.settings, moved)
    right = password(Secret(SECRET), TOKYO).reveal()
    assert smtp_login(way)[1].reveal() != right, "this is what the warning is about"
    with own_desk.store.write() as conn:
        credentials.put(conn, access.seal(own_desk.vault, moved, clean(KEY, SECRET), moment.now()))
    way = access.of(own_desk.store, own_desk.vault, own_desk.settings, moved)
    assert smtp_login(way)[1].reveal() == right and not left_behind(own_desk.store, moved), "and its remedy"


@pytest.mark.parametrize(("what", "warned"), [(TYPED, True), (clean(KEY, SECRET), False)])
def test_the_walk_warns_whoever_comes_back_for_another_endpoint(
    screen: Any, own_desk: Any, monkeypatch: pytest.MonkeyPatch, what: Any, warned: bool
) -> None:
    from pages.walk import draft

    kept = draft.credentials_parts(what)
    monkeypatch.setattr(draft, "load", lambda signed, kind: {k: v for k, v in kept.items() if v is not None})
    page = screen("connect.py").run()
    assert not page.exception and any(one.label == "Use this endpoint" for one in page.button)
    told = [one.value for one in page.warning if "SMTP password that was typed" in one.value]
    assert bool(told) is warned
