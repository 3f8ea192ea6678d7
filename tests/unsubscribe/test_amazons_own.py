"""Amazon's own subscription management: what somebody told it joins our list, in any order and however often it comes."""

import json
from itertools import permutations

import pytest
from amazon import BOB
from leaving import ADA, add_connection

from core.events.event import Notification
from core.events.parse import parse
from core.lists import entries
from core.moment import parse_rfc3339, rfc3339
from core.store import connections, departures, list_settings, suppressions
from core.store.engine import Store
from core.store.record import record
from core.unsubscribe import do
from core.unsubscribe.chosen import Chosen

NOON = parse_rfc3339("2026-11-02T12:00:00Z")


def told(
    number: int, before: bool, after: bool, at: int, to: tuple[str, ...] = (ADA,), topic: str = ""
) -> Notification:
    """A Subscription event, as in "Contents of event data that Amazon SES publishes to Amazon SNS"."""

    def preferences(all_left: bool) -> dict[str, object]:
        status = [{"topicName": "news", "subscriptionStatus": "OptOut"}] if topic else []
        return {"unsubscribeAll": all_left, "topicSubscriptionStatus": status}

    message = {
        "eventType": "Subscription",
        "mail": {
            "timestamp": rfc3339(NOON), "source": "news@example.org", "messageId": f"m-{at}", "destination": list(to),
            "sourceArn": "arn:aws:ses:eu-west-1:111122223333:identity/example.org",
        },
        "subscription": {
            "contactList": "people", "timestamp": rfc3339(at), "source": "UnsubscribeHeader",
            "newTopicPreferences": preferences(after), "oldTopicPreferences": preferences(before),
        },
    }  # fmt: skip
    return Notification(
        number, None, f"sns-{at}-{after}-{len(to)}", None, json.dumps(message), at, at + 500, "2"
    )


def take(store: Store, *notifications: Notification, now: int | None = None) -> None:
    for one in notifications:
        with store.write() as conn:
            record(conn, [(one, parse(one))], now=now)


@pytest.fixture
def number(store: Store) -> int:
    return add_connection(store).id or 0


def test_leaving_all_there_is_leaving_here(store: Store, number: int) -> None:
    take(store, told(number, False, True, NOON))
    assert suppressions.reasons(store, number, ADA)["unsubscribe"].since == NOON
    take(store, told(number, True, False, NOON + 60_000))
    assert not departures.left_all(store, number, ADA)


def test_the_later_wish_holds_in_whatever_order_they_come(store: Store) -> None:
    wishes = [(False, True, NOON), (True, False, NOON + 1000), (False, True, NOON + 2000)]
    for n, order in enumerate(permutations(wishes)):
        number = add_connection(store, f"shop{n}").id or 0
        take(store, *(told(number, *wish) for wish in (*order, *order)))
        assert departures.left_all(store, number, ADA), order


@pytest.mark.parametrize("by_amazon", [True, False])
@pytest.mark.parametrize(("first", "last"), [("leave", "leave"), ("rejoin", "rejoin"), ("rejoin", "leave")])
def test_a_press_that_repeats_what_holds_is_later_than_what_amazon_tells_late(
    store: Store, number: int, by_amazon: bool, first: str, last: str
) -> None:
    def press(action: str, at: int) -> None:
        do.fulfil(store, number, Chosen(), ADA, action, None, at)

    if by_amazon:
        take(store, told(number, first == "rejoin", first == "leave", NOON))
    else:
        press(first, NOON)
    press(last, NOON + 10_000)
    take(store, told(number, last == "leave", last == "rejoin", NOON + 5_000))
    assert departures.left_all(store, number, ADA) == (last == "leave")
    take(store, told(number, last == "leave", last == "rejoin", NOON + 15_000))
    assert departures.left_all(store, number, ADA) == (last == "rejoin"), "what is later still holds"


def test_what_is_told_late_is_a_change_now_that_happened_then(store: Store, number: int) -> None:
    late = NOON + 10_000_000
    take(store, told(number, False, True, NOON), now=late)
    take(store, told(number, True, False, NOON + 1_000), now=late + 1)
    row = suppressions.get(store, number, ADA)
    assert row is not None and (row.removed_at, row.changed_at) == (NOON + 1_000, late + 1)
    with store.write() as conn:
        suppressions.suppress(conn, number, ADA, "bounce", late + 2, since=NOON + 2_000)
    assert list(suppressions.reasons(store, number, ADA)) == ["bounce"], "it happened after the coming back"


def test_one_batch_with_both_ends_alike(store: Store, number: int) -> None:
    both = [told(number, True, False, NOON + 1000), told(number, False, True, NOON)]
    with store.write() as conn:
        record(conn, [(one, parse(one)) for one in both])
    assert not departures.left_all(store, number, ADA)


def test_a_topic_by_itself_and_a_wish_of_nobody_in_particular_change_nothing(
    store: Store, number: int
) -> None:
    take(
        store,
        told(number, False, False, NOON, topic="news"),
        told(number, False, True, NOON + 1, to=(ADA, "bob@example.com")),
        told(number, False, True, NOON + 2, to=()),
    )
    assert not suppressions.reasons(store, number, ADA)


def test_opting_in_there_never_lifts_a_complaint(store: Store, number: int) -> None:
    with store.write() as conn:
        suppressions.suppress(conn, number, ADA, "complaint", NOON)
    take(store, told(number, False, True, NOON + 1), told(number, True, False, NOON + 2))
    assert list(suppressions.reasons(store, number, ADA)) == ["complaint"]


@pytest.mark.parametrize(
    "payload", [{}, {"newTopicPreferences": None}, {"newTopicPreferences": {"unsubscribeAll": "yes"}}, []]
)
def test_what_says_no_wish_is_recorded_and_changes_nothing(
    store: Store, number: int, payload: object
) -> None:
    one = told(number, False, True, NOON)
    said = json.loads(one.message) | {"subscription": payload}
    take(store, Notification(number, None, "sns", None, json.dumps(said), NOON, NOON, "2"))
    assert not suppressions.reasons(store, number, ADA)


def topics(number: int, at: int, **changed: tuple[str, str]) -> Notification:
    """Topics of Amazon's list that changed: name=(before, after)."""
    one = told(number, False, False, at)
    said = json.loads(one.message)
    for place, which in (("oldTopicPreferences", 0), ("newTopicPreferences", 1)):
        said["subscription"][place]["topicSubscriptionStatus"] = [
            {"topicName": name, "subscriptionStatus": states[which]} for name, states in changed.items()
        ]
    return Notification(number, None, f"sns-{at}", None, json.dumps(said), at, at + 500, "2")


@pytest.fixture
def managed(store: Store, number: int) -> int:
    with store.write() as conn:
        groups = '[["news", "News"], ["offers", "Offers"]]'
        list_settings.change(conn, number, NOON, groups=groups, contact_list="people")
    return number


def test_leaving_one_topic_there_is_leaving_our_group_of_that_name(store: Store, managed: int) -> None:
    take(
        store,
        topics(
            managed, NOON, news=("OptIn", "OptOut"), theirs=("OptIn", "OptOut"), offers=("OptOut", "OptOut")
        ),
    )
    assert departures.left(store, managed, ADA) == {"news": NOON}
    assert not departures.left_all(store, managed, ADA)
    take(store, topics(managed, NOON + 1000, news=("OptOut", "OptIn")))
    assert departures.left(store, managed, ADA) == {}
    take(store, topics(managed, NOON + 2000, news=("OptIn", "OptOut")))
    assert departures.left(store, managed, ADA) == {"news": NOON + 2000}


def test_of_wishes_about_one_topic_the_later_holds_in_whatever_order(store: Store, managed: int) -> None:
    take(
        store,
        topics(managed, NOON + 1000, news=("OptOut", "OptIn")),
        topics(managed, NOON, news=("OptIn", "OptOut")),
    )
    assert departures.left(store, managed, ADA) == {}


@pytest.mark.parametrize("by_amazon", [True, False])
@pytest.mark.parametrize("first", ["leave", "rejoin", ""])
@pytest.mark.parametrize("last", ["leave", "rejoin"])
def test_a_wish_about_a_group_that_repeats_what_holds_is_later_than_what_comes_late(
    store: Store, managed: int, first: str, last: str, by_amazon: bool
) -> None:
    def say(action: str, at: int, by_amazon: bool = True) -> None:
        states = ("OptIn", "OptOut") if action == "leave" else ("OptOut", "OptIn")
        if by_amazon:
            take(store, topics(managed, at, news=states))
        else:
            do.fulfil(store, managed, Chosen(), ADA, action, ("news",), at)

    if first:
        say(first, NOON)
    say(last, NOON + 10_000, by_amazon)
    say("rejoin" if last == "leave" else "leave", NOON + 5_000)
    assert list(departures.left(store, managed, ADA)) == (["news"] if last == "leave" else [])


def test_coming_back_to_all_mail_is_later_than_a_group_left_before(store: Store, managed: int) -> None:
    do.fulfil(store, managed, Chosen(), ADA, "rejoin", None, NOON + 10_000)
    take(store, topics(managed, NOON + 5_000, news=("OptIn", "OptOut")))
    assert departures.left(store, managed, ADA) == {}


@pytest.mark.parametrize("pressed", [True, False])
def test_what_was_left_before_an_operator_took_it_off_puts_nobody_back(
    store: Store, number: int, pressed: bool
) -> None:
    shop = connections.by_id(store, number)
    assert shop is not None
    if pressed:
        do.fulfil(store, number, Chosen(), ADA, "leave", None, NOON)
    else:
        take(store, told(number, False, True, NOON))
    assert entries.remove(store, shop, [ADA], "asked us by phone", BOB, NOON + 10_000) == 1
    take(store, told(number, False, True, NOON + 1, topic="news"), told(number, False, True, NOON + 9_000))
    assert not departures.left_all(store, number, ADA)
    assert entries.put_back(store, shop, [ADA], NOON + 10_000, BOB, NOON + 11_000) == 1
    take(store, told(number, True, False, NOON + 5_000))
    assert not departures.left_all(store, number, ADA), "what was undone is as if it had never been"
    take(store, told(number, False, True, NOON + 12_000))
    assert departures.left_all(store, number, ADA)


def test_topics_mean_nothing_where_amazons_list_was_not_chosen(store: Store, number: int) -> None:
    with store.write() as conn:
        list_settings.change(conn, number, NOON, groups='[["news", "News"]]')
    take(store, topics(number, NOON, news=("OptIn", "OptOut")))
    assert departures.left(store, number, ADA) == {}
