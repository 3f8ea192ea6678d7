"""The Doctor's page: one button, lines that tick, what changed, what helps, the report; in both themes and on a phone."""

from collections.abc import Iterator
from typing import Any

import pytest
from servers import settled, shot


def words(page: Any) -> str:
    told = (
        *page.markdown,
        *page.caption,
        *page.error,
        *page.warning,
        *page.info,
        *page.success,
        *page.subheader,
    )
    return " ".join(str(one.value) for one in told)


@pytest.mark.parametrize(("name", "may"), [("alice", True), ("bob", True), ("victor", False)])
def test_whoever_may_test_may_call_the_doctor(screen: Any, own_desk: Any, name: str, may: bool) -> None:
    from mailbag import connect

    connect(own_desk.store)
    page = screen("doctor.py", name).run()
    assert not page.exception
    assert any(one.label == "Check everything" for one in page.button) is may
    assert ("Nothing was checked here yet." in words(page)) is may


def test_without_a_connection_it_leads_to_one(screen: Any) -> None:
    page = screen("doctor.py").run()
    assert not page.exception and "There is no connection yet to look at." in words(page)


def test_a_connection_without_keys_is_explained_and_the_machine_is_still_looked_at(
    screen: Any, own_desk: Any
) -> None:
    from mailbag import connect

    connect(own_desk.store)
    page = screen("doctor.py").run()
    page = next(one for one in page.button if one.label == "Check everything").click().run()
    assert not page.exception
    assert "This connection has no keys" in words(page) and "Not asked" in words(page)
    assert "This machine" in words(page) and "Store" in words(page)


def test_a_round_that_breaks_off_can_be_tried_again_at_once(
    screen: Any, own_desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mailbag import connect

    from core.doctor import round as rounds
    from core.errors import Unavailable

    def broken(*_: Any) -> Any:
        raise Unavailable("The database is busy.")

    connect(own_desk.store)
    page = screen("doctor.py").run()
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(rounds, "round", broken)
        page = next(one for one in page.button if one.label == "Check everything").click().run()
    assert not page.exception and "The database is busy." in words(page)
    again = next(one for one in page.button if one.label == "Try again")
    assert not again.disabled
    page = again.click().run()
    assert "Not asked" in words(page) and "The database is busy." not in words(page)
    assert not next(one for one in page.button if one.label == "Check everything").disabled


def test_what_a_name_from_outside_says_draws_nothing(screen: Any, own_desk: Any) -> None:
    from mailbag import connect

    from core import moment
    from core.diagnosis import finding
    from core.doctor import history
    from core.doctor.line import Line
    from core.store import doctor_runs

    shop, evil = connect(own_desk.store), "![x](http://evil.example/a.png) :red[**bold**] <b>"
    line = Line("sender", "spf", evil, "fail", evil, finding("in-sandbox", {"who": evil}))
    with own_desk.store.write() as conn:
        doctor_runs.keep(conn, history.row(shop.id or 0, [line], evil[:20], moment.now(), moment.now()))
    page = screen("doctor.py").run()
    shown = " ".join(one.value for one in page.markdown)
    assert not page.exception
    assert "![x](" not in shown and " :red[**bold" not in shown


def test_an_earlier_round_is_opened_line_by_line(screen: Any, own_desk: Any) -> None:
    from mailbag import connect

    from core import moment
    from core.doctor import history
    from core.doctor.line import Line
    from core.store import doctor_runs

    shop, now = connect(own_desk.store), moment.now()
    with own_desk.store.write() as conn:
        for at, said in ((now - 60_000, "It was <b>otherwise</b>."), (now, "It is so.")):
            line = Line("dns", "spf", "SPF", "ok", said)
            doctor_runs.keep(conn, history.row(shop.id or 0, [line], "bob", at, at))
    page = screen("doctor.py").run()
    assert not page.exception and "otherwise" not in words(page)
    chosen = next(one for one in page.selectbox if one.label == "Open a round")
    assert len(chosen.options) == 1, "the newest is on the page already"
    page = chosen.select_index(0).run()
    assert not page.exception and "DNS, SPF" in words(page) and "otherwise" in words(page)
    assert "<b>otherwise" not in words(page)


@pytest.fixture(scope="module")
def house(make_server: Any) -> Iterator[Any]:
    """A server whose demo account is in the sandbox and has a broken link, so that there is something to say."""
    from core.demo import process
    from core.settings import Settings

    made = make_server(cast=True)
    yield made
    process.stop(Settings(data_dir=made.data))


def tell(demo: Any, path: str, **wish: Any) -> None:
    """Press one of the demo Amazon's own buttons."""
    import json
    import urllib.request

    request = urllib.request.Request(
        demo.endpoint_url + path,
        json.dumps(wish).encode(),
        {"Content-Type": "application/json"},
        method="POST",
    )
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request, timeout=20) as answer:
        assert answer.status == 200


@pytest.mark.browser
def test_a_round_ticks_live_names_what_changed_and_fits_every_screen(house: Any, open_page: Any) -> None:
    from core.demo import process
    from core.settings import Settings

    page = open_page("/", "alice", at=house)
    page.get_by_role("button", name="Explore with a demo account").click()
    page.get_by_text("The demo account is ready").wait_for(timeout=180_000)
    page.goto(house.url + "/doctor")
    page.get_by_role("button", name="Check everything").click()
    page.get_by_text("Last checked").wait_for(timeout=30_000)
    settled(page)
    assert page.get_by_text("by alice").count() == 1
    shot(page, "doctor-first")

    demo = process.running_now(Settings(data_dir=house.data))
    tell(demo, "/_demo/account", production=False)
    page.get_by_role("button", name="Check everything").click()
    page.get_by_text("What changed since the round before").wait_for(timeout=30_000)
    settled(page)
    assert page.get_by_text("was right, now failing since").count() >= 1
    assert page.get_by_text("The account is in Amazon's sandbox").count() >= 1

    for width in (1280, 390):
        for dark in (False, True):
            look = open_page("/doctor", "alice", at=house, width=width, dark=dark)
            look.get_by_text("What changed since the round before").wait_for()
            settled(look)
            shot(look, f"doctor-{width}-{'dark' if dark else 'light'}")
            over = look.evaluate(
                "(() => { const m = document.querySelector('[data-testid=stMain]'); return m.scrollWidth - m.clientWidth })()"
            )
            assert over <= 0, f"{over} px wider than the screen"

    tell(demo, "/_demo/account", production=True)
    page.locator(".st-key-again-account-account button").first.click()
    page.get_by_text("is in order now").first.wait_for(timeout=30_000)
    settled(page)
    page.get_by_text("Copy the report").click()
    page.get_by_text("SES Desk, the Doctor's report").wait_for()
    text = page.inner_text("[data-testid=stMain]")
    assert "could not be drawn" not in text and "Traceback" not in text
