"""What is not ours is named, changed only when agreed to, and put back as it was; what others changed since stays theirs."""

import json
from dataclasses import replace
from typing import Any

import boto3
import pytest
from amazon import ALICE
from houses import HOME, IDENTITY, House

from core import moment
from core.errors import BadInput
from core.setup import saga, waiting
from core.setup.confirming import token_of
from core.setup.publishing_steps import ASKED
from core.setup.site import open_site
from core.setup.step import NotYet
from core.setup.subscription_steps import ConfirmationStep

THEIRS = f"arn:aws:sns:{HOME}:000000000000:theirs"


def client(house: House, service: str) -> Any:
    demo = house.amazon.demo
    return boto3.client(
        service, region_name=HOME, endpoint_url=demo.endpoint_url, aws_access_key_id=demo.access_key_id,
        aws_secret_access_key=demo.secret_access_key,
    )  # fmt: skip


def agreed(house: House, keys: tuple[str, ...], **chosen: Any) -> int:
    planned = house.plan(**chosen)
    planned = replace(planned, choices=replace(planned.choices, agreed=keys))
    return saga.begin(house.desk, house.connection, planned, ALICE, moment.now())


def newsletter_by_default(house: House) -> None:
    """Somebody's own set, with a destination of theirs, is what the identity uses."""
    client(house, "sns").create_topic(Name="theirs")
    ses = client(house, "sesv2")
    ses.create_configuration_set_event_destination(
        ConfigurationSetName="newsletter", EventDestinationName="theirs",
        EventDestination={"Enabled": True, "MatchingEventTypes": ["BOUNCE"], "SnsDestination": {"TopicArn": THEIRS}},
    )  # fmt: skip
    ses.put_email_identity_configuration_set_attributes(
        EmailIdentity=IDENTITY, ConfigurationSetName="newsletter"
    )


def test_the_set_that_the_identity_uses_is_used_and_changed_only_when_agreed(house: House) -> None:
    newsletter_by_default(house)
    before = house.world()
    planned = house.plan(intake="queue")
    assert planned.choices.configuration_set == "newsletter"
    effects = {line.key: (line.effect, line.foreign) for line in planned.lines}
    assert effects["configuration-set"] == ("reuse", False) and effects["default-set"] == ("reuse", False)
    assert [line.key for line in planned.to_agree] == ["destination"]
    with pytest.raises(BadInput, match="Event destination"):
        house.begin(intake="queue")
    number = agreed(house, ("destination",), intake="queue")
    assert house.apply(number)[-1].state == "reused"
    assert set(house.region.configuration_sets["newsletter"].destinations) == {
        "theirs",
        f"ses-desk-{house.connection.uuid[:8]}",
    }
    house.undo(number)
    assert house.world() == before


def test_what_became_foreign_after_the_plan_is_not_touched_without_a_word(house: House) -> None:
    number = house.begin(intake="queue")
    own = f"ses-desk-{house.connection.uuid[:8]}-dead-letters"
    theirs = {"managed-by": "ses-desk", "ses-desk-connection": "another"}
    client(house, "sqs").create_queue(QueueName=own, tags=theirs)
    last = house.apply(number)[-1]
    assert last.state == "failed" and last.finding and last.finding.reference == "set-up-not-agreed"


def test_a_topic_of_somebody_elses_keeps_its_policy_its_listeners_and_its_way_of_signing(
    house: House,
) -> None:
    sns = client(house, "sns")
    sns.create_topic(Name="theirs")
    own = {
        "Sid": "Theirs",
        "Effect": "Allow",
        "Principal": {"AWS": "*"},
        "Action": "SNS:Publish",
        "Resource": THEIRS,
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [own]})
    sns.set_topic_attributes(TopicArn=THEIRS, AttributeName="Policy", AttributeValue=policy)
    before = house.world()
    planned = house.plan(topic=THEIRS, intake="queue")
    assert {line.key: line.optional for line in planned.to_agree} == {
        "signature": True,
        "topic-policy": False,
    }
    number = agreed(house, ("topic-policy",), topic=THEIRS, intake="queue")
    lines = {line.key: line for line in house.apply(number)}
    assert lines["topic"].state == "reused" and lines["topic-policy"].state == "changed"
    assert lines["signature"].state == "reused" and "not ours" in lines["signature"].sentence
    topic = house.region.topics[THEIRS]
    statements = json.loads(topic.attributes["Policy"])["Statement"]
    assert own in statements and len(statements) == 2
    assert topic.attributes.get("SignatureVersion", "1") == "1"
    house.undo(number)
    assert house.world() == before


def test_a_subscription_on_their_topic_is_taken_away_even_before_it_was_confirmed(
    house: House, monkeypatch: Any
) -> None:
    client(house, "sns").create_topic(Name="theirs")
    before = house.world()
    number = agreed(house, ("topic-policy", "signature"), topic=THEIRS)

    def not_yet(*_: Any) -> str:
        raise NotYet

    monkeypatch.setattr(waiting, "PATIENCE", 0.0)
    monkeypatch.setattr(ConfirmationStep, "make", not_yet)
    last = house.apply(number)[-1]
    assert last.state == "waiting" and last.finding and last.finding.reference == "confirmation-awaited"
    assert [each.confirmed for each in house.region.topics[THEIRS].present] == [False]
    shown = saga.current(house.store, house.connection.id or 0)
    assert shown is not None
    site = open_site(house.desk, house.connection, shown.choices)
    until = moment.now() + 10_000
    while token_of(site) is None and moment.now() < until:
        pass
    assert not [line for line in house.undo(number) if line.state == "failed"]
    assert house.world() == before


def test_what_somebody_changed_since_is_shown_and_stays(house: House) -> None:
    number = house.begin(intake="queue")
    house.apply(number)
    client(house, "sesv2").put_email_identity_configuration_set_attributes(
        EmailIdentity=IDENTITY, ConfigurationSetName="transactional"
    )
    drifted = {one.key: one.drift for one in house.made() if one.drift}
    assert drifted == {"default-set": "Changed since: the default configuration set."}
    read_back = {line.key: line.state for line in saga.verify(house.desk, house.connection, number)}
    assert [key for key, state in read_back.items() if state == "failed"] == ["default-set"]
    lines = {line.key: line for line in house.undo(number)}
    left = lines["default-set"]
    assert "stays as it is" in left.sentence and left.finding
    assert left.finding.reference == "set-up-changed-since"
    assert house.region.identities[IDENTITY].configuration_set == "transactional"


def test_what_we_made_stays_while_others_use_it_and_goes_once_they_do_not(house: House) -> None:
    before = house.world()
    number = house.begin(intake="queue")
    house.apply(number)
    own = f"ses-desk-{house.connection.uuid[:8]}"
    arn = f"arn:aws:sns:{HOME}:000000000000:{own}"
    sns, sesv2 = client(house, "sns"), client(house, "sesv2")
    theirs = client(house, "sqs").create_queue(QueueName="theirs")["QueueUrl"]
    listener = sns.subscribe(
        TopicArn=arn, Protocol="sqs", Endpoint=f"arn:aws:sqs:{HOME}:000000000000:theirs", ReturnSubscriptionArn=True
    )["SubscriptionArn"]  # fmt: skip
    sesv2.put_email_identity_configuration_set_attributes(
        EmailIdentity="news.example.com", ConfigurationSetName=own
    )
    failed = {line.key: line.finding for line in house.undo(number) if line.state == "failed"}
    assert set(failed) == {"topic", "configuration-set"}
    assert {found.reference for found in failed.values() if found} == {"set-up-used-by-others"}
    assert saga.current(house.store, house.connection.id or 0).state == "stopped"  # type: ignore[union-attr]
    sns.unsubscribe(SubscriptionArn=listener)
    client(house, "sqs").delete_queue(QueueUrl=theirs)
    sesv2.put_email_identity_configuration_set_attributes(EmailIdentity="news.example.com")
    assert not [line for line in house.undo(number) if line.state == "failed"]
    assert house.world() == before


def test_a_set_stays_where_too_many_identities_may_use_it_to_ask_them_all(house: House) -> None:
    number = house.begin(intake="queue")
    house.apply(number)
    sesv2 = client(house, "sesv2")
    for count in range(ASKED):
        sesv2.create_email_identity(EmailIdentity=f"shop-{count}.example.com")
    lines = {line.key: line for line in house.undo(number) if line.state == "failed"}
    assert set(lines) == {"configuration-set"}
    found = lines["configuration-set"].finding
    assert found is not None and found.reference == "set-up-use-not-known"
    assert f"ses-desk-{house.connection.uuid[:8]}" in house.region.configuration_sets
    for count in range(ASKED):
        sesv2.delete_email_identity(EmailIdentity=f"shop-{count}.example.com")
    assert not [line for line in house.undo(number) if line.state == "failed"]
    assert f"ses-desk-{house.connection.uuid[:8]}" not in house.region.configuration_sets


def test_another_ses_desks_things_are_not_taken_for_ours(house: House) -> None:
    own = f"ses-desk-{house.connection.uuid[:8]}-dead-letters"
    client(house, "sqs").create_queue(
        QueueName=own, tags={"managed-by": "ses-desk", "ses-desk-connection": "another"}
    )
    planned = house.plan(intake="queue")
    assert {line.key for line in planned.to_agree} == {"dead-letters", "dead-letters-policy"}


def test_one_thing_is_undone_by_itself_and_the_set_up_puts_it_right_again(house: House) -> None:
    number = house.begin(intake="queue")
    house.apply(number)
    whole = house.world()
    assert [line.state for line in house.undo(number, ["destination"])] == ["running", "undone"]
    assert not house.region.configuration_sets[f"ses-desk-{house.connection.uuid[:8]}"].destinations
    again = {line.key: line.state for line in house.apply(number)}
    assert again["destination"] == "made" and again["topic"] == "made"
    assert house.world() == whole


def test_a_queue_of_ours_that_others_fill_too_is_not_taken_from_them(house: House) -> None:
    before = house.world()
    number = house.begin(intake="queue")
    house.apply(number)
    sqs = client(house, "sqs")
    url = sqs.get_queue_url(QueueName=f"ses-desk-{house.connection.uuid[:8]}-events")["QueueUrl"]
    policy = json.loads(
        sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"])["Attributes"]["Policy"]
    )
    ours = json.dumps(policy)
    theirs = {
        **policy["Statement"][0],
        "Sid": "Theirs",
        "Condition": {"ArnEquals": {"aws:SourceArn": THEIRS}},
    }
    policy["Statement"].append(theirs)
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(policy)})
    failed = {line.key: line.finding for line in house.undo(number) if line.state == "failed"}
    assert set(failed) == {"events"}
    assert failed["events"] and failed["events"].evidence["used by"] == "Theirs"
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": ours})
    assert not [line for line in house.undo(number) if line.state == "failed"]
    assert house.world() == before
