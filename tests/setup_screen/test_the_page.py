"""The screen's states: what blocks it, what asks first, where it stops, and how it goes on or back."""

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from amazon import ALICE
from grounds import IDENTITY, Ground
from streamlit.testing.v1 import AppTest

from core import moment
from core.chain import ours
from core.chain.weak import weak_links
from core.errors import BadInput
from core.setup import saga
from core.setup.choices import Choices
from core.setup.plan import plan
from core.store import connections
from pages.parts import setup_run


def words(page: Any) -> str:
    """Everything the screen says."""
    assert not page.exception, [one.value for one in page.exception]
    kinds = ("markdown", "caption", "success", "warning", "info", "error", "title", "code")
    said = [str(one.value) for kind in kinds for one in getattr(page, kind)]
    return "\n".join([*said, *(one.label for one in page.expander)])


def button(page: Any, label: str) -> Any:
    found = [one for one in page.button if one.label == label]
    assert found, [one.label for one in page.button]
    return found[0]


def topic_box(page: Any) -> Any:
    return next(one for one in page.text_input if one.label.startswith("SNS topic"))


def until(page: Any, says: str) -> Any:
    """Draw the screen again until it says so."""
    ended = time.monotonic() + 60
    while says not in words(page):
        assert time.monotonic() < ended, words(page)
        time.sleep(0.2)
        page.run()
    return page


@pytest.fixture
def opened(ground: Ground, screen: Callable[..., Any]) -> Callable[..., Any]:
    def draw(name: str = "alice", **query: str) -> Any:
        return screen("setup.py", name, connection="Demo", **query).run()

    return draw


def made(ground: Ground, choices: Choices | None = None) -> int:
    """A set-up that was done already."""
    chosen = choices or Choices(identity=IDENTITY)
    found = plan(ground.desk, ground.connection, chosen, ALICE, moment.now())
    number = saga.begin(ground.desk, ground.connection, found, ALICE, moment.now())
    for line in saga.apply(ground.desk, ground.connection, number, ALICE):
        assert line.state != "failed", line
    return number


@pytest.mark.parametrize("name", ["bob", "victor"])
def test_it_is_for_admins(opened: Any, name: str) -> None:
    page = opened(name)
    assert "This page is for the role admin" in words(page) and not page.button


def test_it_says_what_will_be_made_and_makes_nothing_yet(opened: Any, ground: Ground) -> None:
    page = opened()
    said = words(page)
    assert "These 10 things will be made or changed" in said and "Reachable from the demo Amazon" in said
    assert "sns:CreateTopic" in said and "PutEmailIdentityConfigurationSetAttributes" in said
    assert not ground.region.topics and not ground.region.queues


def test_what_is_not_ours_is_changed_only_when_ticked(opened: Any, ground: Ground) -> None:
    """Their topic, whose policy has to let SES in: the button waits for the tick."""
    ground.way.client("sns").create_topic(Name="theirs")
    page = opened()
    topic_box(page).set_value("theirs").run()
    assert "Not made by SES Desk" in words(page) and button(page, "Set it up for me").disabled
    ticks = [one for one in page.checkbox if one.key and one.key.startswith("agree-")]
    assert {one.key.rpartition("-")[2] for one in ticks} >= {"policy"}
    for one in ticks:
        if "may also stay" not in one.label:
            one.check()
    page.run()
    assert not button(page, "Set it up for me").disabled


def test_a_topic_that_cannot_work_is_named_and_nothing_offered(opened: Any) -> None:
    page = opened()
    topic_box(page).set_value("arn:aws:sns:us-east-1:000000000000:far-away").run()
    assert "region" in words(page) and not [one for one in page.button if one.label == "Set it up for me"]


def test_a_stop_is_shown_with_its_reason_and_rolls_back_to_nothing(opened: Any, ground: Ground) -> None:
    ground.amazon.amazon.faults.add({"action": "CreateConfigurationSet", "name": "denied", "count": -1})
    page = opened()
    button(page, "Set it up for me").click().run()
    until(page, "stopped on its way")
    assert "ses:CreateConfigurationSet" in words(page)
    assert ground.region.topics, "what came before it stands"
    assert "no longer there" not in words(page), "what was refused was never made"
    button(page, "Roll back").click().run()
    until(page, "things will be made or changed")
    assert not ground.region.topics and not ground.region.queues and not ground.region.configuration_sets


def test_a_stop_goes_on_where_it_was(opened: Any, ground: Ground) -> None:
    ground.amazon.amazon.faults.add({"action": "CreateConfigurationSet", "name": "denied", "count": -1})
    page = opened()
    button(page, "Set it up for me").click().run()
    until(page, "stopped on its way")
    ground.amazon.amazon.faults.clear()
    button(page, "Go on").click().run()
    until(page, "Not proved yet")
    assert "Read back from Amazon: 10 of 10" in words(page)
    assert not weak_links(*ours.look(ground.desk, ground.connection))


def test_drift_is_shown_and_one_thing_taken_back(opened: Any, ground: Ground) -> None:
    made(ground)
    name = next(iter(ground.region.configuration_sets))
    ground.way.client("sesv2").delete_configuration_set_event_destination(
        ConfigurationSetName=name, EventDestinationName=name
    )
    page = opened()
    assert "Event destination" in words(page)
    drifted = [one.drift for one in saga.made(ground.desk, ground.connection, moment.now()) if one.drift]
    assert drifted and any(one[:20] in words(page) for one in drifted)
    assert len([one for one in page.button if one.label == "Undo this"]) >= 9


def test_by_hand_everything_has_its_own_name(opened: Any, ground: Ground) -> None:
    page = opened(ways="By hand")
    codes = "\n".join(str(one.value) for one in page.code)
    own = f"ses-desk-{ground.connection.uuid[:8]}"
    for text in (
        own,
        f"{own}-dead-letters",
        ground.callback,
        "aws:SourceArn",
        "healthyRetryPolicy",
        IDENTITY,
    ):
        assert text in codes + words(page), text
    assert "https://eu-west-1.console.aws.amazon.com/sns/v3/home?region=eu-west-1#/create-topic" in words(
        page
    )


def test_what_was_made_by_hand_ends_in_the_same_check(opened: Any, ground: Ground) -> None:
    page = opened(ways="By hand")
    button(page, "Check what stands in Amazon").click().run()
    assert "Every link of the chain stands" not in words(page)
    made(ground)
    page = opened(ways="By hand")
    button(page, "Check what stands in Amazon").click().run()
    assert "Every link of the chain stands" in words(page)


def test_the_template_says_what_is_left_to_do(opened: Any, ground: Ground) -> None:
    page = opened(ways="CloudFormation")
    said = words(page)
    assert "AWS::SNS::Topic" in said and "what CloudFormation cannot" in said
    assert "PutEmailIdentityConfigurationSetAttributes" in said


def test_a_disabled_connection_asks_nothing(opened: Any, ground: Ground) -> None:
    from core.connect import walk

    row = connections.by_id(ground.desk.store, ground.connection.id or 0)
    assert row is not None
    walk.set_disabled(ground.desk.store, row, True, ALICE, moment.now())
    page = opened()
    assert "This connection is disabled" in words(page)
    assert [one.label for one in page.button] == ["Remove the demo"]


@pytest.fixture
def plain_account(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    """The connection as one of an ordinary account, which the demo Amazon stands in for; there is no public URL."""
    import sqlalchemy as sa

    from core.connect import access

    with ground.desk.store.write() as conn:
        conn.execute(sa.text("UPDATE connections SET demo = false"))
    monkeypatch.setattr(access, "of", lambda *_, **__: ground.way)


def test_without_a_public_address_the_queue_is_the_way(
    plain_account: None, opened: Any, ground: Ground
) -> None:
    page = opened()
    assert "These 11 things will be made or changed" in words(page)
    assert "ses-desk-" in words(page) and "from which we fetch" in words(page)
    reach = next(one for one in page.radio if one.label.startswith("How shall it reach"))
    reach.set_value("https").run()
    assert "No public address is set" in words(page)
    assert not [one for one in page.button if one.label == "Set it up for me"]
    next(one for one in page.radio if one.label.startswith("How shall it reach")).set_value("queue").run()
    button(page, "Set it up for me").click().run()
    until(page, "Not proved yet")
    assert {one.protocol for topic in ground.region.topics.values() for one in topic.present} == {"sqs"}
    assert not weak_links(*ours.look(ground.desk, ground.connection))


def test_a_queue_made_by_hand_is_given_by_its_url(plain_account: None, opened: Any, ground: Ground) -> None:
    from core.store import queues

    url = ground.way.client("sqs").create_queue(QueueName="theirs")["QueueUrl"]
    page = opened(ways="By hand")
    box = next(one for one in page.text_input if one.label == "Queue URL")
    box.input(url)
    button(page, "Use this queue").click().run()
    assert not queues.of_connection(ground.desk.store, ground.connection.id or 0), (
        "nobody may write to it yet"
    )
    assert len(words(page)) > 100


def test_both_ways_stand_and_the_queues_are_shown(opened: Any, ground: Ground) -> None:
    made(ground, Choices(identity=IDENTITY, intake="both"))
    page = opened(ways="Queues")
    assert "HTTPS" in words(page) and "Dead letters" in words(page) and "-events" in words(page)


READ_BACK = "Read it back from Amazon"


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Reading back waits for this, and is refused then."""
    go = threading.Event()

    def verify(*_: Any) -> Any:
        go.wait(60)
        raise BadInput("Amazon would not say.")
        yield

    monkeypatch.setattr(saga, "verify", verify)
    return go


def test_how_it_ended_is_told_to_everybody_who_looks_and_not_for_ever(
    opened: Any, ground: Ground, held: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(ground)
    mine, other = opened(), opened()
    button(mine, READ_BACK).click().run()
    held.set()
    until(other.run(), "Amazon would not say.")
    until(mine.run(), "Amazon would not say.")
    monkeypatch.setattr(setup_run, "KEPT", 0)
    assert "Amazon would not say." not in words(mine.run())


def left_open() -> None:
    """A dialog that was left open: it runs without its page, which would show what is at work instead."""
    import streamlit as st

    from core.store import connections
    from pages.parts import setup_run
    from pages.parts.desk import desk

    shop = connections.all(desk().store)[0]
    if st.button("Undo it"):
        setup_run.start(shop, "Taking back one thing", lambda _: iter(()))
    setup_run.trouble(shop)


def test_what_is_pressed_while_something_else_is_at_work_is_said_not_to_have_begun(
    opened: Any, ground: Ground, held: threading.Event
) -> None:
    made(ground)
    mine, other = opened(), AppTest.from_function(left_open, default_timeout=60).run()
    button(mine, READ_BACK).click().run()
    button(other, "Undo it").click().run()
    assert "was not begun" in words(other) and "was not begun" not in words(mine)
    held.set()
    until(mine.run(), "Amazon would not say.")
    button(other, "Undo it").click().run()
    assert "was not begun" not in words(other)
