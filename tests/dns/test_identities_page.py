"""The screen "Domains and addresses": who may see and change what, what it says, and how it looks in both themes and on a phone."""

from collections.abc import Iterator
from typing import Any

import pytest
from servers import settled, shot

SENDERS = ("example.com", "pending.example.org", "hello@example.net")


@pytest.mark.parametrize(("name", "may"), [("alice", True), ("bob", True), ("victor", False)])
def test_whoever_may_test_may_look(screen: Any, own_desk: Any, name: str, may: bool) -> None:
    page = screen("identities.py", name).run()
    assert not page.exception
    said = " ".join(str(one.value) for one in (*page.markdown, *page.title))
    assert ("There is no connection yet whose senders could be shown." in said) is may


def test_a_connection_without_keys_is_explained(screen: Any, own_desk: Any) -> None:
    from mailbag import connect

    connect(own_desk.store)
    page = screen("identities.py").run()
    assert not page.exception
    assert any("no keys" in str(one.value) for one in page.error)


def test_what_was_read_in_one_region_is_not_shown_in_another(
    screen: Any, own_desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from amazon import ALICE
    from mailbag import connect

    from core import moment
    from core.aws.identities import Identity
    from core.aws.identity import Details
    from core.connect.moving import switch_region
    from core.identities import change
    from core.identities.overview import Overview
    from pages.parts import identity_choice

    asked: list[tuple[str, str]] = []

    def known(_: Any, connection: Any, *__: Any) -> list[Identity]:
        asked.append(("known", connection.region))
        return [Identity("example.com", "DOMAIN", True)]

    def overview(_: Any, connection: Any, *__: Any) -> Overview:
        asked.append(("seen", connection.region))
        told = Details("example.com", True, True)
        return Overview(told, told, (), (), "", {}, moment.now())

    monkeypatch.setattr(change, "known", known)
    monkeypatch.setattr(identity_choice, "overview", overview)
    shop = connect(own_desk.store)
    page = screen("identities.py", "alice").run().run()
    assert not page.exception and asked == [("known", shop.region), ("seen", shop.region)]
    switch_region(own_desk.store, shop, "eu-central-1", ALICE, moment.now())
    page.run()
    assert not page.exception and asked[2:] == [("known", "eu-central-1"), ("seen", "eu-central-1")]


@pytest.fixture(scope="module")
def house(make_server: Any) -> Iterator[Any]:
    from core.demo import process
    from core.settings import Settings

    made = make_server(cast=True)
    yield made
    process.stop(Settings(data_dir=made.data))


def pick(page: Any, name: str) -> None:
    page.get_by_label("Sender", exact=False).first.click()
    page.get_by_role("option").filter(has_text=name).first.click()
    settled(page)


def over(page: Any) -> int:
    return int(
        page.evaluate(
            "(() => { const m = document.querySelector('[data-testid=stMain]'); return m.scrollWidth - m.clientWidth })()"
        )
    )


@pytest.mark.browser
def test_a_marketer_sees_what_is_wrong_adds_a_domain_and_reads_it_on_every_screen(
    house: Any, open_page: Any
) -> None:
    page = open_page("/", "alice", at=house)
    page.get_by_role("button", name="Explore with a demo account").click()
    page.get_by_text("The demo account is ready").wait_for(timeout=180_000)
    page.goto(house.url + "/identities")
    page.get_by_text("Looked up").wait_for(timeout=60_000)
    settled(page)
    main = page.inner_text("[data-testid=stMain]")
    assert "example.com" in main and "DKIM 1 of 3" in main and "Traceback" not in main

    pick(page, "pending.example.org")
    page.get_by_text("The domain is in the name twice").first.wait_for(timeout=30_000)
    main = page.inner_text("[data-testid=stMain]")
    for words in (
        "to be put right",
        "A proxy stands in front of the record",
        "There are 2 SPF records",
        "Incorrect",
    ):
        assert words in main, words

    page.get_by_text("Add a domain or an address").click()
    page.get_by_label("Domain or address").fill("https://nonsense")
    page.get_by_role("button", name="Add this sender").click()
    page.get_by_text("That is no domain").wait_for()
    page.get_by_label("Domain or address").fill("shop.example.com")
    page.get_by_role("button", name="Add this sender").click()
    page.get_by_text("Amazon knows").wait_for()
    page.get_by_text("Looked up").wait_for()
    settled(page)
    main = page.inner_text("[data-testid=stMain]")
    assert "_domainkey.shop.example.com" in main and "Missing" in main

    page.get_by_role("tab", name="Settings").click()
    page.get_by_label("Bounce domain", exact=True).fill("bounce")
    page.get_by_role("button", name="Save the bounce domain").click()
    page.get_by_text("Publish its two records").wait_for()
    settled(page)
    page.get_by_role("tab", name="Records").click()
    page.get_by_text("Bounce domain: MX").first.wait_for()
    assert "bounce.shop.example.com" in page.inner_text("[data-testid=stMain]")

    page.get_by_role("tab", name="Settings").click()
    page.get_by_text("Yes, nothing sends as").click()
    page.get_by_role("button", name="Remove this sender").click()
    page.get_by_text("is gone from this region").wait_for()

    for width in (1280, 390):
        for dark in (False, True):
            look = open_page("/identities", "alice", at=house, width=width, dark=dark)
            look.get_by_text("Looked up").wait_for(timeout=60_000)
            settled(look)
            name = f"identities-{width}-{'dark' if dark else 'light'}"
            shot(look, name)
            assert over(look) <= 0
            look.get_by_role("tab", name="Gmail, Yahoo, Microsoft").click()
            settled(look)
            shot(look, f"{name}-bulk")
            assert over(look) <= 0
            pick(look, "pending.example.org")
            look.get_by_text("The domain is in the name twice").first.wait_for(
                state="attached", timeout=30_000
            )
            look.get_by_role("tab", name="Records").click()
            settled(look)
            shot(look, f"{name}-pending")
            assert over(look) <= 0
