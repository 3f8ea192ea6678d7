"""A queue given by its URL: recognised, looked at, tried; refused in words that name the fix."""

import json
from contextlib import suppress
from typing import Any

import pytest
from amazon import ALICE, BOB, MALLORY
from hypothesis import given
from hypothesis import strategies as st
from shops import REGION, Shop, bounce, let_in

from core import moment
from core.demo.beginning import new_key
from core.errors import BadInput, NotAllowed, NotFound
from core.queues import address, by_hand
from core.queues.senders import senders
from core.store import audit, poison, queues
from core.worker.round import once

A = "123456789012"
TOPIC = f"arn:aws:sns:eu-west-1:{A}:ses"
QUEUE = f"arn:aws:sqs:eu-west-1:{A}:ses-events"


def give(shop: Shop, url: str = "", actor: Any = ALICE) -> by_hand.Given:
    return by_hand.give(shop.desk, shop.connection, url or shop.url, actor, moment.now())


@pytest.mark.parametrize(
    "typed",
    [
        f"https://sqs.eu-west-1.amazonaws.com/{A}/ses-events",
        f"  https://sqs.eu-west-1.amazonaws.com/{A}/ses-events/ ",
        f"https://eu-west-1.queue.amazonaws.com/{A}/ses-events",
        f"https://sqs-fips.eu-west-1.amazonaws.com/{A}/ses-events",
        f"https://sqs.eu-west-1.api.aws/{A}/ses-events",
        f"https://eu-west-1.console.aws.amazon.com/sqs/v3/home?region=eu-west-1#/queues/https%3A%2F%2Fsqs.eu-west-1.amazonaws.com%2F{A}%2Fses-events",
        QUEUE,
    ],
)
def test_every_way_to_name_a_queue_means_the_same_one(typed: str) -> None:
    found = address.read(typed)
    assert found.url == f"https://sqs.eu-west-1.amazonaws.com/{A}/ses-events"
    assert found.arn("eu-west-1") == QUEUE


def test_govcloud_and_the_european_cloud_have_arns_and_hosts_of_their_own() -> None:
    assert (
        address.read(f"arn:aws-us-gov:sqs:us-gov-west-1:{A}:q")
        .arn("us-gov-west-1")
        .startswith("arn:aws-us-gov:")
    )
    assert "amazonaws.eu/" in address.read(f"arn:aws-eusc:sqs:eusc-de-east-1:{A}:q").url


@pytest.mark.parametrize(
    "typed",
    [
        "", "hello", f"http://sqs.eu-west-1.amazonaws.com/{A}/q", f"https://sqs.eu-west-1.amazonaws.com.evil.example/{A}/q",
        f"https://evil.example/{A}/q", f"https://sqs.eu-west-1.amazonaws.com/{A}/q?x=1", "https://[::1", f"https://169.254.169.254/{A}/q",
        f"https://u:p@sqs.eu-west-1.amazonaws.com/{A}/q", f"https://sqs.eu-west-1.amazonaws.com:8443/{A}/q", f"http://127.0.0.1:1/{A}/q",
    ],
)  # fmt: skip
def test_what_is_no_queue_of_amazons_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(BadInput, match="Paste the queue's URL") as refused:
        address.read(typed)
    assert refused.value.field == "url"


@given(st.text())
def test_no_text_makes_the_reading_fall_over(typed: str) -> None:
    with suppress(BadInput):
        assert address.read(typed).url.startswith("https://sqs.")


def statement(who: Any, condition: dict[str, Any] | None, **more: Any) -> dict[str, Any]:
    said = {"Effect": "Allow", "Principal": who, "Action": "sqs:SendMessage", "Resource": QUEUE, **more}
    return {
        "Version": "2012-10-17",
        "Statement": said if condition is None else {**said, "Condition": condition},
    }


SNS = {"Service": "sns.amazonaws.com"}


@pytest.mark.parametrize(
    ("policy", "topics", "bridge", "anybody"),
    [
        (None, (), False, False),
        (statement(SNS, {"ArnEquals": {"aws:SourceArn": TOPIC}}), (TOPIC,), False, False),
        (statement("*", {"ArnLike": {"AWS:SourceArn": [TOPIC, "arn:aws:s3:::b"]}}), (TOPIC,), False, False),
        (statement(SNS, {"StringEquals": {"aws:SourceAccount": A}}), (f"arn:aws:sns:*:{A}:*",), False, False),
        (statement({"Service": "events.amazonaws.com"}, {"ArnEquals": {"aws:SourceArn": f"arn:aws:events:eu-west-1:{A}:rule/r"}}), (), True, False),
        (statement({"Service": "events.amazonaws.com"}, None), (), True, True),
        (statement(SNS, {"ArnLike": {"aws:SourceArn": f"arn:aws:sns:*:{A}:*"}}), (f"arn:aws:sns:*:{A}:*",), False, False),
        (statement(SNS, {"ArnLike": {"aws:SourceArn": "arn:aws:sns:*:*:*"}}), ("arn:aws:sns:*:*:*",), False, True),
        (statement(SNS, {"ArnLike": {"aws:SourceArn": [TOPIC, "arn:aws:sns:*"]}}), ("arn:aws:sns:*", TOPIC), False, True),
        (statement(SNS, {"StringLike": {"aws:SourceAccount": "*"}}), ("arn:aws:sns:*:*:*",), False, True),
        (statement("*", {"Bool": {"aws:SecureTransport": "true"}}), (), False, True),
        (statement("*", {"StringEqualsIfExists": {"aws:SourceAccount": A}}), (), False, True),
        (statement("*", {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}), (), False, False),
        (statement("*", None), (), False, True),
        (statement({"AWS": "*"}, None), (), False, True),
        (statement(SNS, None), (), False, True),
        (statement(SNS, {"Bool": {"aws:SecureTransport": "true"}}), (), False, True),
        (statement({"AWS": f"arn:aws:iam::{A}:root"}, None, Action="SQS:*"), (), False, False),
        (statement(SNS, {"ArnEquals": {"aws:SourceArn": TOPIC}}, Effect="Deny"), (), False, False),
        (statement(SNS, {"ArnEquals": {"aws:SourceArn": TOPIC}}, Action="sqs:ReceiveMessage"), (), False, False),
        ({"Statement": ["odd", 1]}, (), False, False),
    ],
)  # fmt: skip
def test_who_may_write_is_read_from_the_policy(policy: Any, topics: Any, bridge: bool, anybody: bool) -> None:
    found = senders(policy)
    assert (found.topics, found.event_bridge, found.anybody) == (topics, bridge, anybody)


def test_a_queue_that_may_be_read_and_lets_a_topic_in_is_read_from_then_on(shop: Shop) -> None:
    given_ = give(shop)
    assert given_.finding is None and given_.topics == (shop.topic,) and given_.arn == shop.arn
    queue = queues.by_id(shop.store, given_.queue_id or 0)
    assert queue is not None and queue.by_hand and queue.demo
    shop.publish(bounce())
    assert once(shop.store, queue, shop.line, 1).stored == 1
    assert audit.recent(shop.store, 1)[0].action == "queue-given"


def test_trying_a_queue_takes_nothing_out_of_it(shop: Shop) -> None:
    shop.publish(bounce())
    assert give(shop).queue_id
    assert [one.visible_at <= moment.now() for one in shop.there.messages] == [True]


def test_a_queue_made_by_hand_carries_only_what_its_policy_names(shop: Shop) -> None:
    shop.pin()  # at the callback: that is for HTTPS
    let_in(shop.way, shop.url, shop.arn, {"ArnEquals": {"aws:SourceArn": f"{shop.topic}-2"}})
    queue = queues.by_id(shop.store, give(shop).queue_id or 0)
    let_in(shop.way, shop.url, shop.arn, {"ArnEquals": {"aws:SourceArn": shop.topic}})
    shop.publish(bounce())
    assert queue is not None and once(shop.store, queue, shop.line, 1).put_aside == 1
    assert give(shop).queue_id == queue.id  # given again: its topics are read afresh
    shop.publish(bounce())
    assert once(shop.store, queue, shop.line, 1).stored == 1


@pytest.mark.parametrize(
    ("condition", "who", "reference"),
    [({}, "*", "queue-open-to-all"), ({}, "sns.amazonaws.com", "queue-open-to-all"), ({}, "s3.amazonaws.com", "queue-lets-nobody-in")],
)  # fmt: skip
def test_a_queue_that_lets_in_everybody_or_nobody_is_not_read(
    shop: Shop, condition: dict[str, Any], who: str, reference: str
) -> None:
    let_in(shop.way, shop.url, shop.arn, condition, who)
    found = give(shop)
    assert found.queue_id is None and found.finding is not None and found.finding.reference == reference
    assert found.finding.known and queues.of_connection(shop.store, shop.connection.id or 0) == []
    if reference == "queue-lets-nobody-in":
        added = json.loads(found.finding.snippet)
        assert senders({"Statement": [added]}).topics == (f"arn:aws:sns:{REGION}:000000000000:*",)


def test_encryption_that_sns_cannot_use_is_named(shop: Shop) -> None:
    shop.way.client("sqs").set_queue_attributes(
        QueueUrl=shop.url, Attributes={"KmsMasterKeyId": "alias/aws/sqs"}
    )
    found = give(shop).finding
    assert found is not None and found.reference == "queue-encrypted" and found.known


def test_a_queue_that_does_not_exist_is_named_so(shop: Shop) -> None:
    found = give(shop, shop.url + "-not").finding
    assert found is not None and found.reference == "queue-gone"


@pytest.mark.parametrize("action", ["GetQueueAttributes", "ReceiveMessage", "DeleteMessage"])
def test_each_missing_permission_is_named_with_the_statement_to_add(shop: Shop, action: str) -> None:
    shop.amazon.amazon.faults.add({"name": "denied", "service": "sqs", "action": action})
    found = give(shop).finding
    assert found is not None and found.reference == "permission-missing"
    assert json.loads(found.snippet)["Action"] == f"sqs:{action}"


def test_the_policy_we_hand_out_is_enough_to_give_and_read_a_queue(shop: Shop) -> None:
    from core.aws.access import Access
    from core.aws.credentials import Credentials
    from core.aws.pulling import Line
    from core.connect.policy import policy
    from core.vault import Secret

    key = new_key(False, policy=policy(["queues"], "000000000000", REGION))
    shop.amazon.amazon.world.keys[key.id] = key
    narrow = Credentials("keys", Secret(key.id), Secret(key.secret))
    way = Access(narrow, REGION, endpoint_url=shop.amazon.demo.endpoint_url)
    by_hand._tried(way, shop.url, REGION)
    shop.publish(bounce())
    queue = shop.read_from_now_on(topics=[shop.topic])
    assert once(shop.store, queue, Line(way, shop.url, REGION), 1).stored == 1 and not shop.there.messages


def test_another_region_a_fifo_queue_and_our_own_queue_are_refused_in_words(shop: Shop) -> None:
    with pytest.raises(BadInput, match="Virginia"):
        give(shop, "arn:aws:sqs:us-east-1:000000000000:q")
    with pytest.raises(BadInput, match="FIFO"):
        give(shop, shop.url + ".fifo")
    shop.read_from_now_on()
    with pytest.raises(BadInput, match="already"):
        give(shop)


def test_only_an_admin_gives_and_takes_away(shop: Shop) -> None:
    with pytest.raises(NotAllowed):
        give(shop, actor=BOB)
    with pytest.raises(NotAllowed):
        give(shop, actor=MALLORY)
    number = give(shop).queue_id or 0
    with pytest.raises(NotAllowed):
        by_hand.take_away(shop.desk, shop.connection, number, BOB, moment.now())
    shop.put("junk")
    queue = queues.by_id(shop.store, number)
    assert queue is not None and once(shop.store, queue, shop.line, 1).put_aside == 1
    by_hand.take_away(shop.desk, shop.connection, number, ALICE, moment.now())
    assert queues.all(shop.store) == [] and poison.of_connection(shop.store, shop.connection.id or 0) == []
    with pytest.raises(NotFound):
        by_hand.take_away(shop.desk, shop.connection, number, ALICE, moment.now())
