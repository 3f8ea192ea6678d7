"""Review: the numbers of a period in tiles, figures, sentences, tables and files, and nothing of anybody else's."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mailbag import connect, post

from core import moment
from core.charts.frame import Total
from core.period import last_days
from core.reports.held_up import held_up_by_provider
from core.reports.origin import origin
from core.reports.reasons import reasons_of
from core.reports.review import identities_of, review
from core.reports.standout import bad_days, held_up_since
from core.reports.table import csv_file
from core.store.tag_names import tag_names

TODAY = moment.day_of(moment.now())


def texts(page):
    return " ".join(one.value for kind in ("markdown", "caption", "info") for one in getattr(page, kind))


def charts(page):
    return len(page.get("plotly_chart"))


@pytest.fixture
def shop(own_desk):
    """A month of calm mail, one bad import, and a provider that began to hold mail up."""
    store = own_desk.store
    connection = connect(store)
    for day in range(TODAY - 29, TODAY + 1):
        post(store, connection, day, 60, bounced=1 if day % 3 == 0 else 0)
        post(store, connection, day, 30, domain="yahoo.com", delayed=12 if day > TODAY - 9 else 0)
    post(
        store,
        connection,
        TODAY - 5,
        200,
        bounced=60,
        domain="old.example",
        tags={"list": ["trade-fair"]},
        identity="news.example.com",
    )
    return connection


def test_a_period_is_compared_with_as_many_days_before(own_desk):
    store = own_desk.store
    connection = connect(store)
    post(store, connection, TODAY - 3, 100, bounced=2)
    post(store, connection, TODAY - 10, 50, bounced=5)
    seen = review(store, [connection.id], last_days(7, moment.now()))
    assert len(seen.days) == 7
    assert (seen.total.sent, seen.total.bounced_permanent) == (100, 2)
    assert (seen.before.sent, seen.before.bounced_permanent) == (50, 5)
    assert seen.bounce.word == "Healthy"


def test_both_stories_are_told_in_sentences(own_desk, shop):
    store, period = own_desk.store, last_days(30, moment.now())
    found = bad_days(review(store, [shop.id], period).days)
    assert [one.about for one in found] == ["bounce"]
    assert "bounced permanently" in found[0].sentence
    said = origin(store, [shop.id], TODAY - 5, period)
    assert "`list` = `trade-fair`: 60 of 200" in said
    held = held_up_since(*held_up_by_provider(store, [shop.id], period))
    assert held is not None and "Yahoo" in held.sentence and "Before, it was 0" in held.sentence


def test_a_calm_month_tells_no_story(own_desk):
    store = own_desk.store
    connection = connect(store)
    for day in range(TODAY - 20, TODAY):
        post(store, connection, day, 40, bounced=day % 2)
    period = last_days(30, moment.now())
    assert bad_days(review(store, [connection.id], period).days) == []
    assert held_up_since(*held_up_by_provider(store, [connection.id], period)) is None


def test_three_mails_of_which_two_bounced_are_no_story(own_desk):
    connection = connect(own_desk.store)
    post(own_desk.store, connection, TODAY - 1, 3, bounced=2)
    assert bad_days(review(own_desk.store, [connection.id], last_days(7, moment.now())).days) == []


def test_reasons_and_tags_are_listed(own_desk, shop):
    period = last_days(30, moment.now())
    assert list(reasons_of(own_desk.store, [shop.id], period)["label"]) == ["No reason given"]
    assert tag_names(own_desk.store, [shop.id]) == ["list"]
    assert identities_of(own_desk.store, [shop.id], period) == ["example.com", "news.example.com"]


def test_the_page_shows_tiles_figures_and_both_stories(screen, shop):
    page = screen("review.py").run()
    assert not page.exception
    assert [one.label for one in page.metric] == ["Sent", "Delivered", "Bounce rate", "Complaint rate"]
    assert page.metric[0].value == "2,900"
    assert charts(page) == 4  # two rates, volume, providers
    assert " of 290" in texts(page) and "trade-fair" in texts(page) and "held up" in texts(page)


def test_a_link_shows_the_same_days_and_identity(screen, shop):
    page = screen("review.py", days="7 days", identity="news.example.com").run()
    assert page.metric[0].value == "200"
    wide = screen("review.py", days="90 days").run()
    assert wide.metric[0].value == "2,900"


@pytest.mark.parametrize("tab", ["Providers", "Reasons", "Messages", "Table"])
def test_every_tab_draws(screen, shop, tab):
    page = screen("review.py", tab=tab).run()
    assert not page.exception
    assert len(page.dataframe) == (0 if tab == "Reasons" else 1)


def test_a_viewer_sees_masked_addresses(screen, shop):
    page = screen("review.py", "victor", tab="Messages").run()
    assert not page.exception
    shown = page.dataframe[0].value
    assert set(shown["Recipient"].str.partition("@")[0]) <= {"e•••", "n•••"}
    assert not any(one.label == "Recipient" for one in page.text_input)
    operator = screen("review.py", "bob", tab="Messages").run().dataframe[0].value
    assert (
        operator["Recipient"].str.contains("@old.example").any()
        and not operator["Recipient"].str.contains("•").any()
    )


def test_messages_are_found_by_recipient(screen, shop):
    page = screen("review.py", tab="Messages").run()
    next(one for one in page.text_input if one.label == "Recipient").set_value("N3@old.example").run()
    assert list(page.dataframe[0].value["Recipient"]) == ["n3@old.example"]


def test_what_cannot_be_known_is_said_and_not_drawn(screen, own_desk):
    connection = connect(own_desk.store)
    post(own_desk.store, connection, TODAY - 1, 20, bounced=20, delivered=False)
    page = screen("review.py").run()
    assert not page.exception
    assert "Cannot be known" in texts(page) and "Reputation metrics" in texts(page)
    assert page.metric[0].value == "Cannot be known" and page.metric[2].value == "Cannot be known"


def test_nothing_sent_draws_without_a_rate(screen, own_desk):
    connect(own_desk.store)
    page = screen("review.py").run()
    assert not page.exception and page.metric[2].value == "–"


def test_without_a_connection_the_way_in_is_named(screen):
    page = screen("review.py").run()
    assert not page.exception and "Nothing to review yet" in texts(page)


def test_foreign_text_stays_text(screen, own_desk):
    evil = "=cmd|' /C calc'!A0 <script>alert(1)</script> ![x](http://evil.example/a.png)"
    connection = connect(own_desk.store)
    post(own_desk.store, connection, TODAY - 1, 40, bounced=30, code=evil, tags={"x": [evil[:60]]})
    page = screen("review.py", tab="Messages").run()
    assert not page.exception
    cell = page.dataframe[0].value.iloc[0]["In the other server's words"]
    assert cell.startswith("'=") and "](" not in cell
    assert "<script>" not in texts(page).replace("`", "") or "`" in texts(page)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=40))
def test_no_cell_of_a_file_begins_a_formula(key):
    rows = [Total(key, 10, 9, 1, 0, 0, 0, None)]
    text = csv_file(rows, "tag").decode("utf-8-sig")
    told = list(csv.reader(io.StringIO(text)))
    assert told[0][0] == "tag" and len(told) == 2
    assert not told[1][0].lstrip().startswith(("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"))
    assert told[1][1:4] == ["10", "9", "1"] and told[1][7] == "0.1"
