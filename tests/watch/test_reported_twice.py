"""What reports twice is named whoever it is, by whichever topic, and its button ends it and is never a dead end."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from amazon import ALICE
from drilling import IDENTITY, TYPES, Yard, until, yard
from test_watching import found, in_production, send

from core import moment
from core.aws import mending
from core.chain import ours
from core.demo.beginning import verified
from core.demo.running import Running
from core.setup import saga
from core.setup.choices import Choices
from core.setup.lines import Plan
from core.setup.plan import plan
from core.store import callbacks, heard
from core.watch import feed, links
from core.watch.mending import mend

SHOP = "shop.example"
KINDS = ("Bounce", "Complaint", "Delivery")


@pytest.fixture
def ground(amazon: Running, tmp_path: Path) -> Iterator[Yard]:
    with yard(amazon, tmp_path) as made:
        in_production(made)
        yield made
    made.region.identities.pop(SHOP, None)


def sell(ground: Yard, *to: str) -> list[str]:
    """Mail of another identity than the connection's own."""
    ses = ground.client("sesv2")
    body = {"Simple": {"Subject": {"Data": "Sale"}, "Body": {"Text": {"Data": "Sale"}}}}
    return [
        str(ses.send_email(FromEmailAddress=f"hello@{SHOP}", Destination={"ToAddresses": [each]}, Content=body)["MessageId"])
        for each in to
    ]  # fmt: skip


def heard_twice(ground: Yard) -> None:
    until(lambda: heard.both_ways(ground.desk.store, ground.number))


def one_click(ground: Yard, **chosen: object) -> Plan:
    """The set-up of the page, agreed to as planned."""
    choices = Choices("configuration-set", "https", IDENTITY, agreed=("topic-policy", "signature"))
    planned = plan(ground.desk, ground.connection, choices, ALICE, moment.now())
    number = saga.begin(ground.desk, ground.connection, planned, ALICE, moment.now())
    lines = list(saga.apply(ground.desk, ground.connection, number, ALICE))
    assert not [line for line in lines if line.state == "failed"], lines
    return planned


def test_a_set_up_goes_on_with_the_topic_that_reports_here_by_hand_and_makes_no_second_chain(
    ground: Yard,
) -> None:
    arn = ground.listen("identity")
    planned = one_click(ground)
    topic = next(line for line in planned.lines if line.key == "topic")
    assert (topic.effect, topic.subject) == ("reuse", arn) and "reports here already" in topic.sentence
    assert list(ground.region.topics) == [arn]
    assert [one.arn for one in callbacks.topics(ground.desk.store, ground.number)] == [arn]
    assert [each.protocol for each in ground.region.topics[arn].present] == ["http"]
    ground.passes()
    heard_twice(ground)
    now = moment.now()
    feed.listen_for(ground.desk.store, ground.connection, now)
    links.look(ground.desk, ground.connection, now)
    row = found(ground)["duplicate-feed"]
    assert row.subject == IDENTITY
    mend(ground.desk, ground.connection, row.reference, row.subject, ALICE, now)
    assert not ground.region.identities[IDENTITY].topics
    feed.listen_for(ground.desk.store, ground.connection, now + 1)
    links.look(ground.desk, ground.connection, now + 2)
    assert "duplicate-feed" not in found(ground)


def test_taking_such_a_set_up_back_leaves_the_chain_that_was_made_by_hand(ground: Yard) -> None:
    arn = ground.listen("identity")
    one_click(ground)
    shown = saga.current(ground.desk.store, ground.number)
    assert shown is not None
    list(saga.undo(ground.desk, ground.connection, shown.set_up_id, ALICE))
    assert [one.state for one in callbacks.topics(ground.desk.store, ground.number)] == ["pinned"]
    assert ground.region.identities[IDENTITY].topics == dict.fromkeys(KINDS, arn)
    ground.passes()


def test_two_topics_of_ours_that_tell_the_same_are_found_and_the_older_way_is_switched_off(
    ground: Yard,
) -> None:
    first = ground.listen("identity")
    choices = Choices("configuration-set", "https", IDENTITY, topic="ses-desk-second")
    planned = plan(ground.desk, ground.connection, choices, ALICE, moment.now())
    number = saga.begin(ground.desk, ground.connection, planned, ALICE, moment.now())
    list(saga.apply(ground.desk, ground.connection, number, ALICE))
    assert ours.expected(ground.desk, ground.connection).also == (first,)
    send(ground, "one@shop.example")
    heard_twice(ground)
    now = moment.now()
    links.look(ground.desk, ground.connection, now)
    row = found(ground)["duplicate-feed"]
    assert row.subject == IDENTITY and "Bounce" in row.evidence
    mend(ground.desk, ground.connection, row.reference, row.subject, ALICE, now)
    assert not ground.region.identities[IDENTITY].topics
    links.look(ground.desk, ground.connection, now + 1)
    assert not found(ground)


def another_reports(ground: Yard, by_set: bool = True) -> None:
    ground.region.identities[SHOP] = verified(SHOP, moment.now())
    mending.notifications(ground.way, SHOP, ground.arn, KINDS)
    if by_set:
        ground.client("sesv2").create_configuration_set(ConfigurationSetName="sales")
        mending.destination(ground.way, "sales", "desk", ground.arn, TYPES, new=True)
        mending.default_set(ground.way, SHOP, "sales")


def test_another_identity_that_reports_twice_is_named_and_its_button_switches_off_its_own(
    ground: Yard,
) -> None:
    ground.listen("identity")
    another_reports(ground)
    sell(ground, "one@customer.example")
    heard_twice(ground)
    now = moment.now()
    feed.listen_for(ground.desk.store, ground.connection, now)
    assert found(ground)["duplicate-feed"].subject == SHOP
    links.look(ground.desk, ground.connection, now)
    row = found(ground)["duplicate-feed"]
    assert row.subject == SHOP and "sales" in row.evidence
    said = mend(ground.desk, ground.connection, row.reference, row.subject, ALICE, now)
    assert SHOP in said and not ground.region.identities[SHOP].topics
    assert ground.region.identities[IDENTITY].topics == dict.fromkeys(KINDS, ground.arn)
    feed.listen_for(ground.desk.store, ground.connection, now + 1)
    links.look(ground.desk, ground.connection, now + 2)
    assert not found(ground)


def test_the_button_switches_nothing_off_where_only_one_of_the_two_is_left(ground: Yard) -> None:
    ground.listen("identity")
    another_reports(ground)
    sell(ground, "one@customer.example")
    heard_twice(ground)
    now = moment.now()
    feed.listen_for(ground.desk.store, ground.connection, now)
    ground.client("sesv2").delete_configuration_set_event_destination(
        ConfigurationSetName="sales", EventDestinationName="desk"
    )
    said = mend(ground.desk, ground.connection, "duplicate-feed", SHOP, ALICE, now)
    assert "left on" in said and ground.region.identities[SHOP].topics == dict.fromkeys(KINDS, ground.arn)
    assert not found(ground)


def test_a_topic_that_amazon_took_from_another_identity_is_found(ground: Yard) -> None:
    ground.listen("identity")
    another_reports(ground, by_set=False)
    came = sell(ground, "one@customer.example")
    until(lambda: heard.was_heard(ground.desk.store, ground.number, came))
    now = moment.now()
    assert links.look(ground.desk, ground.connection, now) == 0
    del ground.region.identities[SHOP].topics["Bounce"]
    links.look(ground.desk, ground.connection, now + 1)
    row = found(ground)["chain-drift"]
    assert row.subject == SHOP and "Bounce" in row.evidence
    mending.notifications(ground.way, SHOP, ground.arn, ("Bounce",))
    links.look(ground.desk, ground.connection, now + 2)
    assert not found(ground)
