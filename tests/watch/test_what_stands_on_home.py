"""Home shows what stands, each once, with the button that mends it for whoever may press it."""

import json
from typing import Any

import pytest
from mailbag import connect

from core import moment
from core.drill import message
from core.store import findings, heard

NOW = moment.now()
TOPIC = "arn:aws:sns:eu-west-1:123456789012:ses"


def raised(store: Any, connection: Any, reference: str, subject: str = "", **evidence: str) -> None:
    with store.write() as conn:
        findings.raise_(conn, connection.id, reference, subject, evidence, NOW)


def words(page: Any) -> str:
    return " ".join(one.value for one in (*page.markdown, *page.caption, *page.subheader))


def buttons(page: Any) -> set[str]:
    return {one.label for one in page.button}


@pytest.mark.parametrize(("name", "may"), [("alice", True), ("bob", False), ("victor", False)])
def test_only_an_admin_gets_the_button_that_changes_amazon(
    screen: Any, own_desk: Any, name: str, may: bool
) -> None:
    shop = connect(own_desk.store)
    raised(own_desk.store, shop, "duplicate-feed", "example.com")
    raised(own_desk.store, shop, "chain-drift", "example.com")
    page = screen("home.py", name).run()
    assert not page.exception
    assert "Everything is reported twice" in words(page)
    assert ({"Switch the sender's own notifications off", "Keep it as it is"} <= buttons(page)) is may
    assert ("An admin can mend this here." in words(page)) is not may


def test_what_amazon_or_we_say_against_the_button_is_explained_in_its_place(
    screen: Any, own_desk: Any
) -> None:
    shop = connect(own_desk.store)  # without keys
    raised(own_desk.store, shop, "duplicate-feed", "example.com")
    page = screen("home.py").run()
    next(one for one in page.button if one.label.startswith("Switch the sender")).click().run()
    assert not page.exception and "This connection has no keys" in words(page)
    assert "This connection has no keys" in words(page.run()), "the page redraws itself every few seconds"
    assert [row.reference for row in findings.standing(own_desk.store, [shop.id])] == ["duplicate-feed"]


def test_the_same_said_of_a_named_thing_and_of_the_feed_stands_once(screen: Any, own_desk: Any) -> None:
    shop = connect(own_desk.store)
    raised(own_desk.store, shop, "raw-delivery-on", f"{TOPIC}:1")
    raised(own_desk.store, shop, "raw-delivery-on")
    page = screen("home.py").run()
    assert words(page).count("Raw message delivery is on") == 1


@pytest.mark.parametrize(
    ("reference", "subject", "says"),
    [
        ("certificate-unavailable", "", "Amazon's signing certificate cannot be had"),
        ("unsubscribed-by-amazon", TOPIC, "This topic no longer reports to us"),
        ("report-refused", TOPIC, "A report came here and was refused"),
    ],
)
def test_what_the_receiver_found_stands_on_home(
    screen: Any, own_desk: Any, reference: str, subject: str, says: str
) -> None:
    shop = connect(own_desk.store)
    raised(own_desk.store, shop, reference, subject, host="sns.eu-west-1.amazonaws.com")
    page = screen("home.py").run()
    assert not page.exception and any(one.value == "What was found" for one in page.subheader)
    assert says in words(page)


def test_what_needs_nothing_done_is_folded_away(screen: Any, own_desk: Any) -> None:
    shop = connect(own_desk.store)
    raised(own_desk.store, shop, "topic-set-up", "identity-topic-ready")
    page = screen("home.py").run()
    assert not any(one.value == "What was found" for one in page.subheader)
    assert [one.label for one in page.expander if one.label.startswith("Good to know")] == [
        "Good to know: nothing to do (1)"
    ]


def test_with_several_accounts_a_finding_says_which_one_it_is_about(screen: Any, own_desk: Any) -> None:
    shop, other = connect(own_desk.store, "Shop"), connect(own_desk.store, "<b>Other</b>")
    raised(own_desk.store, shop, "counts-differ", **{"2026-11-20": "Amazon counted 2 bounces, we hold 1"})
    raised(own_desk.store, other, "reports-missing")
    page = screen("home.py").run()
    text = words(page)
    assert "Shop: Amazon's counts and ours differ" in text.replace("\\", "")
    assert "Reports of some hours never came in" in text and "<b>Other</b>" not in text


def test_a_drill_that_ses_has_no_part_in_is_no_sign_of_the_feed(own_desk: Any) -> None:
    from core.events.event import Notification
    from core.events.parse import parse
    from core.store.record import record

    shop = connect(own_desk.store)
    ours = message.fresh_id()
    assert ours.startswith(heard.PUBLISHED_DRILL)
    told = json.dumps(json.loads(message.bounce(ours, "news@example.com", NOW)))
    notification = Notification(shop.id or 0, None, "one", None, told, NOW, NOW, "2")
    with own_desk.store.write() as conn:
        record(conn, [(notification, parse(notification))])
    assert heard.was_heard(own_desk.store, shop.id or 0, [ours]) == {ours}
    assert heard.last_event(own_desk.store, shop.id or 0) is None
