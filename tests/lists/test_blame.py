"""Whose address an event speaks against: a recipient of the mail, or nobody."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from told_by_amazon import bounce, complaint

from core.events.blame import blamed, by_bounce, by_complaint
from core.events.event import Notification
from core.events.parse import parse
from core.events.repeated import read, struck, written
from core.moment import DAY

people = st.sampled_from(["a@x.example", "b@x.example", "c@y.example", ""])
destinations = st.lists(
    st.sampled_from(["a@x.example", "b@x.example", "c@y.example"]), max_size=3, unique=True
)


@given(people, destinations)
def test_only_a_recipient_of_the_mail_is_ever_blamed(named: str, destination: list[str]) -> None:
    found = blamed(named, destination)
    assert found == "" or found in destination
    if named in destination:
        assert found == named
    elif named and len(destination) == 1:
        assert found == destination[0]
    else:
        assert found == ""


@given(st.lists(people, max_size=3, unique=True), destinations, st.sampled_from([None, "abuse", "not-spam"]))
def test_a_complaint_blames_only_if_one_alone_may_have_made_it_and_did_not_take_it_back(
    candidates: list[str], destination: list[str], feedback: str | None
) -> None:
    found = by_complaint(feedback, candidates, destination)
    if len(candidates) != 1 or feedback == "not-spam":
        assert found == ""
    else:
        assert found == blamed(candidates[0], destination)


def test_a_bounce_of_a_kind_nobody_knows_blames_nobody() -> None:
    assert by_bounce("Undetermined", "a@x.example", ["a@x.example"]) == ""
    assert by_bounce("Permanent", "a@x.example", ["a@x.example"]) == "a@x.example"


def against(told: dict[str, Any]) -> list[str]:
    notification = Notification(1, None, "n", None, json.dumps(told), 1, 1, "2")
    return [event.against for event in parse(notification).events]


def test_events_carry_whom_they_speak_against() -> None:
    assert against(bounce("Gone@X.example")) == ["gone@x.example"]
    assert against(bounce("made-up@z.example", destination=["real@x.example"])) == ["real@x.example"]
    assert against(bounce("made-up@z.example", destination=["a@x.example", "b@x.example"])) == [""]
    assert against(complaint("a@x.example", "b@x.example")) == ["", ""]


@given(st.lists(st.integers(0, 120), max_size=12), st.integers(1, 5), st.integers(1, 40), st.randoms())
def test_a_rule_strikes_at_the_same_event_in_whatever_order_they_come(days, times, span, chance) -> None:
    moments = [day * DAY for day in days]
    shuffled = list(moments)
    chance.shuffle(shuffled)
    found = struck(shuffled, times, span)
    assert found == struck(moments, times, span)
    within = [at for at in moments if found is not None and found - span * DAY <= at <= found]
    assert found is None or len(within) >= times
    slow = any(sum(at - span * DAY <= each <= at for each in moments) >= times for at in moments)
    assert (found is not None) == slow


def test_the_default_rule_is_three_full_mailboxes_in_thirty_days_and_rules_survive_writing() -> None:
    assert read("") == {"MailboxFull": (3, 30)}
    assert read(written({"General": (5, 10)})) == {"General": (5, 10)}
    assert read(written({})) == {}
