"""A chain that SES Desk made itself: the drill proves it, names what breaks it, and one button makes it again."""

from collections.abc import Callable

import pytest
from amazon import ALICE
from drilling import Yard, policy_without_ses, until

from core import moment
from core.chain import ours
from core.chain.weak import weak_links
from core.drill import hops
from core.drill.stuck import FOUND
from core.setup import saga
from core.setup.choices import Choices
from core.setup.plan import plan
from core.store import queues
from core.worker.pull import Pullers


def set_up(ground: Yard, way: str, intake: str = "https") -> None:
    choices = Choices(way, intake, "example.com")
    planned = plan(ground.desk, ground.connection, choices, ALICE, moment.now())
    number = saga.begin(ground.desk, ground.connection, planned, ALICE, moment.now())
    lines = list(saga.apply(ground.desk, ground.connection, number, ALICE))
    assert lines[-1].state in ("made", "changed", "reused"), lines[-1]
    ground.arn = ours.expected(ground.desk, ground.connection).topic_arns[0]


def topic_deleted(ground: Yard) -> None:
    ground.client("sns").delete_topic(TopicArn=ground.arn)


def set_deleted(ground: Yard) -> None:
    name = ours.expected(ground.desk, ground.connection).configuration_set
    ground.client("sesv2").delete_configuration_set(ConfigurationSetName=name)


def destination_deleted(ground: Yard) -> None:
    name = ours.expected(ground.desk, ground.connection).configuration_set
    listed = ground.client("sesv2").get_configuration_set_event_destinations(ConfigurationSetName=name)
    ground.client("sesv2").delete_configuration_set_event_destination(
        ConfigurationSetName=name, EventDestinationName=listed["EventDestinations"][0]["Name"]
    )


def unsubscribed(ground: Yard) -> None:
    ours_ = next(one for one in ground.region.topics[ground.arn].present if one.protocol == "http")
    ground.client("sns").unsubscribe(SubscriptionArn=ours_.arn)


def policy_replaced(ground: Yard) -> None:
    policy_without_ses(ground)


CASES = [
    (topic_deleted, "topic-gone", "configuration-set"),
    (topic_deleted, "topic-gone", "identity"),
    (set_deleted, "configuration-set-gone", "configuration-set"),
    (destination_deleted, "destination-missing", "configuration-set"),
    (unsubscribed, "subscription-missing", "configuration-set"),
    (unsubscribed, "subscription-missing", "identity"),
    (policy_replaced, "topic-policy-refuses-ses", "configuration-set"),
]


@pytest.mark.parametrize(("plant", "named", "way"), CASES, ids=[f"{n}-{w}" for _, n, w in CASES])
def test_what_breaks_a_set_up_is_named_and_one_button_brings_all_of_it_back(
    ground: Yard, plant: Callable[[Yard], None], named: str, way: str
) -> None:
    set_up(ground, way)
    assert not weak_links(*ours.look(ground.desk, ground.connection))
    ground.passes()
    plant(ground)
    first = ground.causes(ground.gets_stuck())[0]
    assert (first.finding.reference, first.checked) == (named, FOUND)
    assert first.fix is not None and not first.fix.page
    ground.mend(first)
    assert not weak_links(*ours.look(ground.desk, ground.connection))
    ground.passes_again()
    assert not [one for one in saga.made(ground.desk, ground.connection, moment.now()) if one.drift]


def test_a_drill_passes_by_the_queue_alone_and_says_how_it_came(ground: Yard) -> None:
    set_up(ground, "configuration-set", "queue")
    with pulling(ground):
        shown = ground.passes()
    signed = [hop for piece in shown.pieces for hop in piece.hops if hop.name == hops.SIGNED]
    assert signed and all("queue" in hop.words for hop in signed)


def test_a_queue_that_shuts_the_topic_out_is_named_and_let_in_again(ground: Yard) -> None:
    set_up(ground, "configuration-set", "queue")
    events = next(
        one for one in queues.of_connection(ground.desk.store, ground.number) if one.kind == "events"
    )
    ground.client("sqs").set_queue_attributes(
        QueueUrl=events.url, Attributes={"Policy": '{"Version":"2012-10-17","Statement":[]}'}
    )
    with pulling(ground):
        first = ground.causes(ground.gets_stuck())[0]
        assert (first.finding.reference, first.hop) == ("queue-policy-refuses", hops.DELIVERED)
        ground.mend(first)
        ground.passes_again()


def test_a_queue_that_nobody_empties_is_named(ground: Yard) -> None:
    set_up(ground, "configuration-set", "queue")
    first = ground.causes(ground.gets_stuck())[0]
    assert (first.finding.reference, first.checked, first.hop) == ("queue-not-emptied", FOUND, hops.DELIVERED)


def test_letters_that_sns_could_not_deliver_name_our_own_door(
    ground: Yard, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_up(ground, "configuration-set")
    monkeypatch.setattr(ground.amazon.amazon.world.tuning, "retry_delay", 0.0)
    ground.close_the_door()
    begun = ground.gets_stuck()
    dead = next(
        one for one in queues.of_connection(ground.desk.store, ground.number) if one.kind == "dead-letters"
    )
    until(lambda: ground.region.queues[dead.arn.rpartition(":")[2]].messages)
    first = ground.causes(begun)[0]
    assert (first.finding.reference, first.checked, first.hop) == (
        "callback-not-reached",
        FOUND,
        hops.DELIVERED,
    )


class pulling:
    """The pullers of a worker, at work for the length of a `with`."""

    def __init__(self, ground: Yard) -> None:
        import threading

        self.stop = threading.Event()
        self.pullers = Pullers(ground.desk, self.stop, wait=1)
        self.thread = threading.Thread(target=self.pullers.run, daemon=True)

    def __enter__(self) -> None:
        self.thread.start()

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        self.thread.join(20)
