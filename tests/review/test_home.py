"""Home says how each connection is, and never calls healthy what nobody checked."""

import pytest
from mailbag import connect, post

from core import moment
from core.metrics.health import Account, health
from core.metrics.verdict import judge
from core.reports.home import state

TODAY = moment.day_of(moment.now())
NOW = moment.now()
FINE = judge("bounce", 10, 10_000), judge("complaint", 0, 100_000)


def word(account, bounce=FINE[0], complaint=FINE[1]):
    return health((("Bounces", bounce), ("Complaints", complaint)), account, NOW).word


def test_unchecked_is_never_healthy():
    assert word(None) == "Not checked yet"
    assert word(Account(NOW, failed="The secret does not match.")) == "Not checked yet"
    assert word(Account(NOW - 8 * moment.DAY)) == "Not checked yet"
    assert word(Account(NOW, enforcement="SOMETHING_NEW")) == "Not checked yet"
    assert word(Account(NOW)) == "Healthy"


def test_the_worst_reason_gives_the_word_and_comes_first():
    assert word(Account(NOW, enforcement="SHUTDOWN")) == "In danger"
    assert word(Account(NOW, enforcement="PROBATION")) == "In danger"
    assert word(Account(NOW, sending_enabled=False)) == "In danger"
    assert word(Account(NOW, production=False)) == "At risk"
    assert word(Account(NOW, max_24h=1000.0, sent_24h=900.0)) == "At risk"
    assert word(Account(NOW), bounce=judge("bounce", 2_000, 10_000)) == "In danger"
    assert word(None, bounce=judge("bounce", 2_000, 10_000)) == "In danger"
    assert word(Account(NOW), bounce=judge("bounce", 5, None, "no_delivery_feed")) == "Cannot be known"


def test_the_next_step_follows_what_is_missing(own_desk):
    store = own_desk.store
    fresh = connect(store)
    assert state(store, fresh, NOW).next == "check"
    assert state(store, fresh, NOW).health.word == "Not checked yet"


def test_home_shows_a_card_with_reason_meters_and_next_step(screen, own_desk):
    connection = connect(own_desk.store)
    post(own_desk.store, connection, TODAY - 1, 400, bounced=8)
    page = screen("home.py").run()
    assert not page.exception
    text = " ".join(one.value for one in page.markdown) + " ".join(one.body for one in page.get("html"))
    assert "Nobody has asked Amazon" in text and "Not checked yet" in text
    assert "8 of 400 (2.00" in text and "5\xa0% review" in text and "0.5\xa0% pause" in text
    assert "Next: Ask Amazon how this account stands." in text


def test_an_empty_desk_names_the_next_step(screen):
    admin = screen("home.py").run()
    assert any("No Amazon SES account is connected yet" in one.value for one in admin.markdown)
    viewer = screen("home.py", "victor").run()
    assert any("An admin can connect one" in one.value for one in viewer.caption)


def test_findings_stand_below_newest_first(screen, own_desk):
    from core.store import findings

    connection = connect(own_desk.store)
    with own_desk.store.write() as conn:
        findings.raise_(
            conn, connection.id, "signature-version-1", "arn:aws:sns:eu-west-1:123456789012:a", {}, NOW - 5000
        )
        findings.raise_(
            conn, connection.id, "raw-delivery-on", "arn:aws:sns:eu-west-1:123456789012:b", {}, NOW
        )
    page = screen("home.py").run()
    assert not page.exception
    assert any(one.value == "What was found" for one in page.subheader)


@pytest.mark.parametrize(
    "name", ["<img src=x onerror=alert(1)>", "![x](http://evil.example/a.png)", "**bold**"]
)
def test_a_name_from_outside_stays_text(screen, own_desk, name):
    connect(own_desk.store, name)
    page = screen("home.py").run()
    assert not page.exception
    assert not any("<img" in one.body for one in page.get("html"))
    assert not any(name in one.value for one in page.markdown)


def test_a_viewer_sees_only_connections_of_theirs(screen, own_desk):
    from core.members import people
    from core.members.actor import Cli

    mine, other = connect(own_desk.store, "Mine"), connect(own_desk.store, "Other")
    victor = people.by_name(own_desk.store, Cli(), "victor")
    people.change_grants(own_desk.store, Cli(), victor.id, [mine.id], victor.version, NOW)
    page = screen("home.py", "victor").run()
    text = " ".join(one.body for one in page.get("html"))
    assert "Mine" in text and "Other" not in text
    assert other.id


def test_a_bad_day_is_told_even_where_the_whole_is_healthy(own_desk):
    store = own_desk.store
    shop = connect(store, "Notable")
    for day in range(2, 12):
        post(store, shop, TODAY - day, 300, domain="example.net")
    post(store, shop, TODAY - 1, 200, bounced=40, domain="example.net", identity="example.org")
    seen = state(store, shop, NOW)
    assert seen.bounce.word == "Healthy"
    assert "40 of 200" in seen.notable[0]
