"""What cannot be set up is named in the plan; who may not set up is refused; two at once never make things twice."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from amazon import ALICE, BOB, MALLORY
from houses import HOME, House
from test_foreign_things import client

from core import moment
from core.aws.talk import Talk
from core.connect.policy import policy
from core.errors import BadInput, Conflict, NotAllowed, NotFound
from core.setup import saga
from core.setup.choices import Choices
from core.setup.plan import plan
from core.store import leases, set_ups


def reference(planned: Any) -> str:
    assert planned.blocked is not None and planned.blocked.known, planned
    return str(planned.blocked.reference)


@pytest.mark.parametrize(
    ("topic", "says"),
    [
        ("arn:aws:sns:us-east-1:000000000000:far", "wrong-region"),
        ("arn:aws:sns:eu-west-1:111111111111:strange", "topic-of-another-account"),
        (f"arn:aws:sns:{HOME}:000000000000:orders.fifo", "topic-fifo"),
        (f"arn:aws:sns:{HOME}:000000000000:nowhere", "topic-gone"),
    ],
)
def test_a_topic_that_cannot_do_is_named(house: House, topic: str, says: str) -> None:
    planned = house.plan(topic=topic)
    assert reference(planned) == says
    with pytest.raises(BadInput, match=planned.blocked.title):
        saga.begin(house.desk, house.connection, planned, ALICE, moment.now())


def test_a_topic_under_amazons_own_key_is_named(house: House) -> None:
    sns = client(house, "sns")
    arn = sns.create_topic(Name="sealed")["TopicArn"]
    sns.set_topic_attributes(TopicArn=arn, AttributeName="KmsMasterKeyId", AttributeValue="alias/aws/sns")
    assert reference(house.plan(topic="sealed")) == "topic-encrypted"


def test_a_topic_under_a_key_that_leaves_ses_out_is_named_when_it_stops_the_set_up(house: House) -> None:
    sns = client(house, "sns")
    arn = sns.create_topic(Name="sealed", Tags=[{"Key": "managed-by", "Value": "ses-desk"}, {"Key": "ses-desk-connection", "Value": house.connection.uuid}])["TopicArn"]  # fmt: skip
    sns.set_topic_attributes(TopicArn=arn, AttributeName="KmsMasterKeyId", AttributeValue="alias/theirs")
    number = house.begin(topic=arn, intake="queue")
    last = house.apply(number)[-1]
    assert (last.key, last.state) == ("destination", "failed")
    assert last.finding is not None and last.finding.reference == "topic-encrypted"


def test_an_identity_that_is_not_here_and_a_set_that_is_full_are_named(house: House) -> None:
    assert reference(house.plan(identity="nobody.example")) == "identity-elsewhere"
    arn = client(house, "sns").create_topic(Name="many")["TopicArn"]
    for number in range(10):
        client(house, "sesv2").create_configuration_set_event_destination(
            ConfigurationSetName="newsletter", EventDestinationName=f"d{number}",
            EventDestination={"Enabled": True, "MatchingEventTypes": ["SEND"], "SnsDestination": {"TopicArn": arn}},
        )  # fmt: skip
    assert reference(house.plan(configuration_set="newsletter")) == "destinations-full"


def test_a_missing_permission_is_named_with_the_statement_to_add(house: House) -> None:
    house.amazon.amazon.faults.add({"name": "denied", "action": "GetTopicAttributes"})
    planned = house.plan()
    assert reference(planned) == "permission-missing"
    assert "sns:GetTopicAttributes" in planned.blocked.snippet


@pytest.mark.parametrize(
    ("given", "field"),
    [({"way": "pigeon"}, "way"), ({"intake": "post"}, "intake"), ({"identity": ""}, "identity")],
)
def test_choices_that_are_none_are_refused_by_name(house: House, given: dict[str, str], field: str) -> None:
    with pytest.raises(BadInput) as refused:
        house.plan(**given)
    assert refused.value.field == field


def test_only_an_admin_sets_up_and_a_stranger_learns_nothing(house: House) -> None:
    desk, connection = house.desk, house.connection
    with pytest.raises(NotAllowed):
        plan(desk, connection, Choices(identity="example.com"), BOB, moment.now())
    planned = house.plan(intake="queue")
    with pytest.raises(NotAllowed):
        saga.begin(desk, connection, planned, BOB, moment.now())
    number = house.begin(intake="queue")
    for actor in (BOB, MALLORY):
        with pytest.raises(NotAllowed):
            saga.apply(desk, connection, number, actor)
        with pytest.raises(NotAllowed):
            saga.undo(desk, connection, number, actor)
    with pytest.raises(NotFound):
        saga.apply(desk, connection, number + 1000, ALICE)
    assert house.world()["queues"] == {}


def test_two_at_once_do_not_both_work_and_an_unfinished_set_up_comes_first(house: House) -> None:
    number = house.begin(intake="queue")
    with pytest.raises(Conflict, match="unfinished"):
        house.begin(intake="queue")
    walk = saga.apply(house.desk, house.connection, number, ALICE)
    next(walk)
    assert saga.current(house.store, house.connection.id or 0).busy  # type: ignore[union-attr]
    with pytest.raises(Conflict, match="just now"):
        list(saga.apply(house.desk, house.connection, number, ALICE))
    list(walk)
    assert not saga.current(house.store, house.connection.id or 0).busy  # type: ignore[union-attr]
    with pytest.raises(BadInput, match="rolled back"):
        house.undo(number)
        house.apply(number)


def test_a_walk_that_slept_too_long_stops_when_another_took_over(house: House) -> None:
    number = house.begin(intake="queue")
    walk = saga.apply(house.desk, house.connection, number, ALICE)
    next(walk)
    with house.store.write() as conn:
        later = moment.now() + 120_000
        leases.acquire(conn, f"set-up-{house.connection.id}", "another", later, 60_000)
    with pytest.raises(Conflict):
        list(walk)


def test_the_secret_path_and_the_keys_are_written_nowhere(house: House) -> None:
    from core.connect import listen

    number = house.begin(intake="both")
    house.apply(number)
    shown = listen.kept_callback(house.store, house.desk.vault, house.desk.settings, house.connection)
    assert shown is not None and shown.url is not None
    token = shown.path.rpartition("/")[2]
    kept = [repr(row) for row in set_ups.steps(house.store, number)]
    with house.store.read() as conn:
        kept += [repr(row) for row in conn.exec_driver_sql("SELECT * FROM audit")]
    kept += [repr(line) for line in house.plan(intake="both").lines] + [repr(one) for one in house.made()]
    written = "\n".join(kept)
    assert token not in written and house.amazon.demo.secret_access_key not in written
    assert '"step": "topic"' in written and "set-up-done" in written


@pytest.fixture
def small_key(house: House) -> Iterator[None]:
    """The connection's key may do what the policy for a set-up says, and nothing else."""
    key = next(iter(house.amazon.amazon.world.keys.values()))
    before = key.policy
    key.policy = policy(["setup"], "000000000000", HOME)
    yield
    key.policy = before


@pytest.mark.parametrize("way", ["configuration-set", "identity"])
def test_the_policy_for_a_set_up_is_enough_and_names_nothing_that_is_not_called(
    house: House, small_key: None, way: str
) -> None:
    granted = {
        action
        for each in policy(["setup"])["Statement"]
        for action in each["Action"]
        if each["Sid"] != "Review"
    }
    for chosen in ({"way": way}, {"way": "configuration-set", "topic": "ses-desk-other"}):
        number = house.begin(intake="both", keep_forwarding=False, **chosen)
        last = house.apply(number)[-1]
        assert last.state in ("made", "changed", "reused"), last
        assert not [
            line for line in saga.verify(house.desk, house.connection, number) if line.state == "failed"
        ]
        assert not [line for line in house.undo(number) if line.state == "failed"]
    called = {action for action in house.calls() if not action.startswith("monitoring")}
    assert not [call.code for call in house.amazon.amazon.calls if call.status == 403]
    names = {"ses": "ses", "sesv2": "ses", "sns": "sns", "sqs": "sqs", "sts": "sts"}
    spoken = {f"{names[each.split(':')[0]]}:{each.split(':')[1]}" for each in called}
    if way == "identity":
        with_others = {"sns:TagResource", "sqs:TagQueue", "ses:TagResource", "sqs:DeleteMessage"}
        mending = {
            "ses:UpdateConfigurationSetEventDestination", "ses:PutConfigurationSetSendingOptions",
            "sns:SetSubscriptionAttributes", "sns:Publish",
        }  # fmt: skip
        assert granted - spoken <= with_others | mending


def test_calls_to_ses_are_a_second_apart_and_a_throttled_call_is_asked_again(way: Any, amazon: Any) -> None:
    slept: list[float] = []
    talk = Talk(way, pause=5.0, sleep=slept.append)
    talk.ask("sesv2", "list_configuration_sets")
    talk.ask("ses", "get_send_quota")
    assert len(slept) == 1 and 4.0 < slept[0] <= 5.0
    talk.ask("sns", "list_topics")
    assert len(slept) == 1, "only SES sets a pace"
    amazon.amazon.faults.add({"name": "slow-down", "action": "ListTopics", "count": 3})
    talk.ask("sns", "list_topics")
    assert talk.slowed == 3 and slept[1:] == [5.0, 10.0, 20.0]


def test_the_policies_are_json_round(house: House) -> None:
    choices = Choices(identity="example.com", also=("example.net",), agreed=("topic",), keep_forwarding=False)
    assert Choices.from_json(choices.as_json()) == choices and json.loads(choices.as_json())["also"] == [
        "example.net"
    ]
