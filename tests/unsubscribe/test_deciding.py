"""What an admin decides: checked, kept, traced; and nobody else decides it."""

import json

import pytest
from amazon import ALICE, BOB, MALLORY, VERA
from hypothesis import given
from hypothesis import strategies as st
from leaving import add_connection

from core.errors import BadInput, NotAllowed, NotFound
from core.members.actor import Actor, SignedIn
from core.store import audit, departures, list_settings
from core.store.engine import Store
from core.store.tables import Connection, ListSettings
from core.unsubscribe import changes, page
from core.unsubscribe.chosen import Chosen, Group, Look, read
from core.unsubscribe.colours import checked, contrast, ink
from core.unsubscribe.offer import chosen
from core.unsubscribe.style import DARK, style

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@pytest.fixture
def shop(sqlite_store: Store) -> Connection:
    return add_connection(sqlite_store)


@given(COLOURS)
def test_on_every_colour_there_is_a_readable_ink(colour: str) -> None:
    assert contrast(ink(colour), colour) >= 4.5


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.478, abs=0.001)


@given(COLOURS, COLOURS)
def test_a_page_in_any_two_colours_has_one_style_and_a_seen_button_in_the_dark(
    button: str, paper: str
) -> None:
    css = style(Look(button=button, paper=paper))
    edge = css.split("prefers-color-scheme:dark")[1].split("--edge:")[1][:7]
    assert "</" not in css and contrast(edge, DARK) >= 3


@pytest.mark.parametrize("colour", ["red", "#fff", "#12345g", "", "#1234567", "#0b6e8f;}", "javascript:"])
def test_what_is_no_colour_is_refused(colour: str) -> None:
    with pytest.raises(BadInput) as refused:
        checked(colour, "button")
    assert refused.value.field == "button"


def test_the_page_is_kept_and_its_change_traced(sqlite_store: Store, shop: Connection) -> None:
    look = Look("  Ada's\nshop ", "Bye", "#0B6E8F", "#FFFFFF", False, "https://brand.example/bye.html")
    changes.change_page(sqlite_store, shop, look, ALICE, 5)
    kept = chosen(sqlite_store, shop).look
    assert kept == Look("Ada's shop", "Bye", "#0b6e8f", "#ffffff", False, "https://brand.example/bye.html")
    entry = audit.recent(sqlite_store, 1)[0]
    assert (entry.actor, entry.action, entry.subject) == ("alice", "unsubscribe-page-changed", "shop")


def test_a_button_nobody_sees_is_refused(sqlite_store: Store, shop: Connection) -> None:
    with pytest.raises(BadInput, match="3 to 1") as refused:
        changes.change_page(sqlite_store, shop, Look(button="#eeeeee"), ALICE, 5)
    assert refused.value.field == "button" and chosen(sqlite_store, shop) == Chosen()


@pytest.mark.parametrize(
    "url",
    ["http://brand.example/x", "brand.example", "https://", "https://a.example/?x=1", "https://a.example/#x", "https://u:p@a.example/",
     "javascript:alert(1)", "https://a.example/ x", 'https://a.example/"x', "https://[", "https://a.example/" + "x" * 300],
)  # fmt: skip
def test_an_address_elsewhere_is_a_whole_https_address(
    sqlite_store: Store, shop: Connection, url: str
) -> None:
    with pytest.raises(BadInput) as refused:
        changes.change_page(sqlite_store, shop, Look(elsewhere=url), ALICE, 5)
    assert refused.value.field == "elsewhere"


def test_groups_come_and_go(sqlite_store: Store, shop: Connection) -> None:
    changes.add_group(sqlite_store, shop, " News ", "Newsletter", ALICE, 5)
    changes.add_group(sqlite_store, shop, "offers", "Offers", ALICE, 6)
    assert chosen(sqlite_store, shop).groups == (Group("news", "Newsletter"), Group("offers", "Offers"))
    for key, title, field in (
        ("news", "Again", "key"),
        ("a b", "x", "key"),
        ("", "x", "key"),
        ("ok", " ", "title"),
        ("*", "x", "key"),
    ):
        with pytest.raises(BadInput) as refused:
            changes.add_group(sqlite_store, shop, key, title, ALICE, 7)
        assert refused.value.field == field
    changes.remove_group(sqlite_store, shop, "news", ALICE, 8)
    assert chosen(sqlite_store, shop).keys == ("offers",)
    for number in range(19):
        changes.add_group(sqlite_store, shop, f"g{number}", "G", ALICE, 9)
    with pytest.raises(BadInput, match="20 groups"):
        changes.add_group(sqlite_store, shop, "more", "More", ALICE, 9)


def test_letting_amazon_do_it_and_taking_it_back(sqlite_store: Store, shop: Connection) -> None:
    changes.let_amazon(sqlite_store, shop, "people", "news", ALICE, 5)
    assert (chosen(sqlite_store, shop).contact_list, chosen(sqlite_store, shop).contact_topic) == (
        "people",
        "news",
    )
    with pytest.raises(BadInput):
        changes.let_amazon(sqlite_store, shop, "people\r\nBcc: x@y.z", "", ALICE, 5)
    changes.let_amazon(sqlite_store, shop, "", "news", ALICE, 6)
    assert chosen(sqlite_store, shop) == Chosen()


@pytest.mark.parametrize(
    ("who", "error"),
    [
        (BOB, NotAllowed),
        (VERA, NotAllowed),
        (MALLORY, NotAllowed),
        (SignedIn(5, "eve", "admin", frozenset(), "e"), NotFound),
    ],
)
def test_only_an_admin_who_may_see_the_connection_decides(
    sqlite_store: Store, shop: Connection, who: Actor, error: type[Exception], its_settings
) -> None:  # type: ignore[no-untyped-def]
    for act in (
        lambda: changes.change_page(sqlite_store, shop, Look(name="x"), who, 5),
        lambda: changes.add_group(sqlite_store, shop, "news", "News", who, 5),
        lambda: changes.remove_group(sqlite_store, shop, "news", who, 5),
        lambda: changes.let_amazon(sqlite_store, shop, "people", "", who, 5),
        lambda: changes.link_for(sqlite_store, its_settings, shop, "ada@example.com", "", who),
    ):
        with pytest.raises(error):
            act()
    assert chosen(sqlite_store, shop) == Chosen() and not audit.recent(sqlite_store, 1)


@pytest.mark.parametrize(
    "junk",
    [
        "",
        "[]",
        "null",
        "{",
        '{"name": 5, "button": "red", "paper": null}',
        '{"on_tests": 0, "elsewhere": []}',
    ],
)
def test_what_was_stored_badly_is_as_if_undecided(junk: str) -> None:
    row = ListSettings(connection_id=1, page=junk, groups=junk, changed_at=0)
    assert read(row) == Chosen()


def test_names_on_the_page_are_read_as_nothing_but_names() -> None:
    evil = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
    made = Chosen(Look(name=evil, sentence=evil), (Group("news", evil),))
    for one in (
        page.ask(made, ""),
        page.ask_again(made, "news"),
        page.done(made, "leave", ("news",)),
        page.not_now(made, "leave", None),
    ):
        html = one.html.decode()
        assert "<script" not in html and "<img" not in html and "onerror=alert" in html
    assert "<script" not in page.preview(made)


def test_counting_who_left_names_nobody(store: Store) -> None:
    number = add_connection(store).id or 0
    with store.write() as conn:
        for address in ("a@example.com", "b@example.com"):
            departures.leave(conn, number, address, ["news"], 5)
        departures.leave(conn, number, "a@example.com", ["offers"], 5)
        departures.leave(conn, number, "c@example.com", None, 5)
        departures.come_back(conn, number, "b@example.com", ["news"], [], 6)
    assert departures.counts(store, number) == {"news": 1, "offers": 1}


def test_a_removed_connection_takes_its_decisions_and_departures_along(store: Store) -> None:
    from core.store import connections

    number = add_connection(store).id or 0
    with store.write() as conn:
        list_settings.change(conn, number, 1, page=json.dumps({"name": "x"}))
        departures.leave(conn, number, "a@example.com", ["news"], 5)
    with store.write() as conn:
        connections.remove(conn, number)
        left = [
            conn.exec_driver_sql(f"SELECT count(*) FROM {name}").scalar()
            for name in ("departures", "list_settings")
        ]
    assert left == [0, 0]
