"""The demo's SNS refuses what Amazon refuses: retry policies, filters, FIFO and encrypted topics, topics that are not ours."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from core.demo.resource_policy import lets_in
from core.demo.world import Region


def refused(call: Any, **given: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as caught:
        call(**given)
    return caught.value.response["Error"]["Code"], caught.value.response["Error"]["Message"]


def subscription(wire: Any, topic: str) -> str:
    return str(
        wire.client("sns").list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"][0]["SubscriptionArn"]
    )


@pytest.mark.parametrize(
    ("policy", "why"),
    [
        ({"numRetries": 101}, "numRetries must be 0 to 100"),
        ({"numRetries": -1}, "numRetries must be 0 to 100"),
        ({"numRetries": True}, "numRetries must be 0 to 100"),
        ({"minDelayTarget": 0}, "minDelayTarget must be 1 to maxDelayTarget"),
        ({"minDelayTarget": 30, "maxDelayTarget": 20}, "minDelayTarget must be 1 to maxDelayTarget"),
        ({"maxDelayTarget": 3601}, "maxDelayTarget must be 1 to 3600"),
        (
            {"numRetries": 3, "numNoDelayRetries": 2, "numMaxDelayRetries": 2},
            "the retries of the phases are more than numRetries",
        ),
        ({"backoffFunction": "quadratic"}, "backoffFunction must be one of"),
        ({"retries": 3}, "unknown field retries"),
        (
            {"numRetries": 61, "minDelayTarget": 60, "maxDelayTarget": 60},
            "total retry time must not exceed 3600 seconds",
        ),
    ],
)
def test_a_delivery_policy_beyond_amazons_limits_is_refused(
    wire: Any, topic: str, policy: dict[str, Any], why: str
) -> None:
    code, words = refused(
        wire.client("sns").set_subscription_attributes,
        SubscriptionArn=subscription(wire, topic),
        AttributeName="DeliveryPolicy",
        AttributeValue=json.dumps({"healthyRetryPolicy": policy}),
    )
    assert code == "InvalidParameter"
    assert words.startswith(f"Invalid parameter: DeliveryPolicy: {why}")


def test_exactly_an_hour_of_retries_is_taken(wire: Any, topic: str) -> None:
    sns, policy = wire.client("sns"), {"numRetries": 60, "minDelayTarget": 60, "maxDelayTarget": 60}
    arn, text = subscription(wire, topic), json.dumps({"healthyRetryPolicy": policy})
    sns.set_subscription_attributes(SubscriptionArn=arn, AttributeName="DeliveryPolicy", AttributeValue=text)
    held = sns.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]
    assert json.loads(held["DeliveryPolicy"])["healthyRetryPolicy"] == policy


@pytest.mark.parametrize(
    ("policy", "scope", "attributes", "message", "comes"),
    [
        ({"kind": ["a"]}, "MessageAttributes", {"kind": "a"}, "{}", True),
        ({"kind": ["a"]}, "MessageAttributes", {"kind": "b"}, "{}", False),
        ({"kind": ["a"]}, "MessageAttributes", {}, '{"kind":"a"}', False),
        ({"eventType": ["Bounce"]}, "MessageBody", {}, '{"eventType":"Bounce"}', True),
        ({"eventType": ["Bounce"]}, "MessageBody", {}, '{"eventType":"Delivery"}', False),
        ({"eventType": ["Bounce"]}, "MessageBody", {}, "not JSON", False),
        ({"mail": {"source": [{"prefix": "a@"}]}}, "MessageBody", {}, '{"mail":{"source":"a@x"}}', True),
        (
            {"mail": {"tags": {"list": ["x"]}}},
            "MessageBody",
            {},
            '{"mail":{"tags":{"list":["y","x"]}}}',
            True,
        ),
        ({"x": [{"anything-but": ["a"]}]}, "MessageBody", {}, '{"x":"a"}', False),
        ({"x": [{"exists": False}]}, "MessageBody", {}, "{}", True),
        ({"x": [{"numeric": [">", 1, "<=", 3]}]}, "MessageBody", {}, '{"x":3}', True),
        ({"x": [{"numeric": [">", 1, "<=", 3]}]}, "MessageBody", {}, '{"x":4}', False),
        ({"$or": [{"x": [1]}, {"y": [2]}]}, "MessageBody", {}, '{"y":2}', True),
        ({"x": [True, None]}, "MessageBody", {}, '{"x":1}', False),
    ],
)
def test_a_filter_lets_pass_what_it_names_and_nothing_else(
    wire: Any, topic: str, listener: Any, policy: Any, scope: str, attributes: Any, message: str, comes: bool
) -> None:
    sns, arn = wire.client("sns"), subscription(wire, topic)
    for name, value in (("FilterPolicyScope", scope), ("FilterPolicy", json.dumps(policy))):
        sns.set_subscription_attributes(SubscriptionArn=arn, AttributeName=name, AttributeValue=value)
    given = {name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()}
    sns.publish(TopicArn=topic, Message=message, MessageAttributes=given)
    sns.set_subscription_attributes(SubscriptionArn=arn, AttributeName="FilterPolicy", AttributeValue="{}")
    sns.publish(TopicArn=topic, Message="the last")
    expected = {message, "the last"} if comes else {"the last"}
    listener.wait(lambda: {body["Message"] for body in listener.bodies()[1:]} >= expected)
    assert {body["Message"] for body in listener.bodies()[1:]} == expected


def queue_on(wire: Any, topic: str, name: str) -> str:
    """A queue that hears all of the topic, as a witness; its URL."""
    sqs = wire.client("sqs")
    url = str(sqs.create_queue(QueueName=name)["QueueUrl"])
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    policy = {"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage"}
    policy |= {"Resource": arn, "Condition": {"ArnEquals": {"aws:SourceArn": topic}}}
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps({"Statement": [policy]})})
    wire.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    return url


def test_any_filter_on_attributes_keeps_all_of_amazons_mail_events_away(
    wire: Any, told: str, listener: Any
) -> None:
    listener.wait(lambda: len(listener.posts) == 5)
    wire.client("sns").set_subscription_attributes(
        SubscriptionArn=subscription(wire, told),
        AttributeName="FilterPolicy",
        AttributeValue='{"eventType":["Bounce"]}',
    )
    witness = queue_on(wire, told, "witness")
    wire.send("bounce@simulator.amazonses.com", ConfigurationSetName="told")
    heard: list[str] = []
    while not any('"eventType\\":\\"Bounce' in body for body in heard):
        said = wire.client("sqs").receive_message(QueueUrl=witness, WaitTimeSeconds=10)
        heard += [message["Body"] for message in said["Messages"]]
    assert listener.events() == []


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("FilterPolicy", "[", "FilterPolicy: failed to parse JSON"),
        ("FilterPolicy", '{"a":"b"}', 'FilterPolicy: "a" must be an object or an array'),
        ("FilterPolicy", '{"a":{"b":["c"]}}', "FilterPolicy: Filter policy scope MessageAttributes does not"),
        ("FilterPolicy", '{"a":[{"suffix-but":"x"}]}', "FilterPolicy: Unrecognized match type suffix-but"),
        ("FilterPolicyScope", "Header", "FilterPolicyScope: Invalid value [Header]."),
        ("RedrivePolicy", "{}", "RedrivePolicy: deadLetterTargetArn is required"),
        (
            "RedrivePolicy",
            '{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:elsewhere"}',
            "RedrivePolicy: deadLetterTargetArn is an invalid arn",
        ),
        ("RawMessageDelivery", "yes", "Attributes Reason: RawMessageDelivery: Invalid value [yes]."),
        ("Pigeons", "1", "AttributeName"),
    ],
)
def test_a_subscription_refuses_attributes_that_make_no_sense(
    wire: Any, topic: str, name: str, value: str, words: str
) -> None:
    code, said = refused(
        wire.client("sns").set_subscription_attributes,
        SubscriptionArn=subscription(wire, topic),
        AttributeName=name,
        AttributeValue=value,
    )
    assert code == "InvalidParameter"
    assert said.startswith(f"Invalid parameter: {words}")


def test_ses_takes_no_fifo_topic_and_no_web_address_can_subscribe_to_one(wire: Any, listener: Any) -> None:
    sns, ses, v2 = wire.client("sns"), wire.client("ses"), wire.client("sesv2")
    arn = sns.create_topic(Name="order.fifo", Attributes={"FifoTopic": "true"})["TopicArn"]
    assert sns.get_topic_attributes(TopicArn=arn)["Attributes"]["FifoTopic"] == "true"
    assert refused(sns.create_topic, Name="order2.fifo")[1].startswith("Invalid parameter: Topic Name")
    assert (
        refused(
            ses.set_identity_notification_topic,
            Identity="example.com",
            NotificationType="Bounce",
            SnsTopic=arn,
        )[0]
        == "InvalidParameterValue"
    )
    assert refused(destination(v2, arn), ConfigurationSetName="newsletter")[0] == "BadRequestException"
    assert (
        refused(sns.subscribe, TopicArn=arn, Protocol="http", Endpoint=listener.url)[0] == "InvalidParameter"
    )
    assert "MessageGroupId" in refused(sns.publish, TopicArn=arn, Message="x")[1]


def destination(v2: Any, arn: str) -> Any:
    def create(ConfigurationSetName: str) -> Any:
        return v2.create_configuration_set_event_destination(
            ConfigurationSetName=ConfigurationSetName,
            EventDestinationName="sns",
            EventDestination={
                "Enabled": True,
                "MatchingEventTypes": ["BOUNCE"],
                "SnsDestination": {"TopicArn": arn},
            },
        )

    return create


def test_ses_publishes_to_an_encrypted_topic_only_when_the_keys_policy_lets_it(
    wire: Any, region: Region, listener: Any
) -> None:
    sns, ses, v2 = wire.client("sns"), wire.client("ses"), wire.client("sesv2")
    arn = sns.create_topic(Name="secret", Attributes={"KmsMasterKeyId": "alias/desk"})["TopicArn"]
    given = {"Identity": "example.com", "NotificationType": "Bounce", "SnsTopic": arn}
    assert refused(ses.set_identity_notification_topic, **given)[0] == "InvalidParameterValue"
    assert refused(destination(v2, arn), ConfigurationSetName="newsletter")[0] == "BadRequestException"
    wire.press("POST", "kms", {"key": "alias/desk", "services": ["ses.amazonaws.com"]})
    ses.set_identity_notification_topic(**given)
    sns.set_topic_attributes(TopicArn=arn, AttributeName="KmsMasterKeyId", AttributeValue="alias/aws/sns")
    assert refused(ses.set_identity_notification_topic, **given)[0] == "InvalidParameterValue"
    assert wire.press("POST", "kms", {"key": "alias/aws/sns", "services": ["ses.amazonaws.com"]}) == 400
    wire.send("bounce@simulator.amazonses.com")
    sender = region.identities["example.com"]
    listener.wait(lambda: "Bounce" not in sender.topics)
    assert sender.forwarding


def test_lost_deliveries_are_those_asked_for_and_no_others(wire: Any, topic: str, listener: Any) -> None:
    sns = wire.client("sns")
    wire.press("POST", "drops", {"count": 1, "protocol": "http", "kind": "Bounce"})
    for message in ('{"eventType":"Send"}', '{"eventType":"Bounce","n":1}', '{"eventType":"Bounce","n":2}'):
        sns.publish(TopicArn=topic, Message=message)
    listener.wait(lambda: len(listener.posts) == 3)
    assert {b["Message"] for b in listener.bodies()[1:]} == {
        '{"eventType":"Send"}',
        '{"eventType":"Bounce","n":2}',
    }
    assert [row["dropped"] for row in wire.press("GET", "deliveries") if row["topic"] == topic].count(
        True
    ) == 1


def statement(topic: str, **more: Any) -> dict[str, Any]:
    return {
        "Effect": "Allow",
        "Principal": {"Service": "ses.amazonaws.com"},
        "Action": "sns:Publish",
        "Resource": topic,
        **more,
    }


@pytest.mark.parametrize(
    ("conditions", "opens"),
    [
        ({}, True),
        ({"StringEquals": {"AWS:SourceAccount": "000000000000"}}, True),
        ({"StringEquals": {"AWS:SourceAccount": "111111111111"}}, False),
        ({"StringEquals": {"AWS:SourceAccount": ["111111111111", "000000000000"]}}, True),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:ses:*:000000000000:identity/*"}}, True),
        (
            {"StringEquals": {"aws:SourceArn": "arn:aws:ses:eu-west-1:000000000000:identity/other.example"}},
            False,
        ),
        ({"StringNotEquals": {"AWS:SourceAccount": "000000000000"}}, False),
        ({"StringEquals": {"aws:PrincipalOrgID": "o-123"}}, False),
        ({"StringEqualsIfExists": {"aws:PrincipalOrgID": "o-123"}}, True),
        ({"Bool": {"aws:SecureTransport": "true"}}, True),
    ],
)
def test_a_topic_policys_conditions_are_weighed(conditions: dict[str, Any], opens: bool) -> None:
    topic, source = (
        "arn:aws:sns:eu-west-1:000000000000:t",
        "arn:aws:ses:eu-west-1:000000000000:identity/example.com",
    )
    allowed = statement(topic, Condition=conditions)
    assert lets_in(json.dumps({"Statement": [allowed]}), "ses.amazonaws.com", topic, source) is opens
    denied = [allowed, statement(topic, Effect="Deny")]
    assert not lets_in(json.dumps({"Statement": denied}), "ses.amazonaws.com", topic, source)
    assert not lets_in(json.dumps({"Statement": allowed}), "events.amazonaws.com", topic, source)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"Action": "sqs:SendMessage"}, "Policy statement action out of service scope!"),
        ({"Resource": "arn:aws:sns:eu-west-1:000000000000:another"}, "Policy Reason: Resource must be"),
        ({"Effect": "Perhaps"}, "Policy Error: null"),
        ({"Principal": {}}, "Policy Error: PrincipalNotFound"),
    ],
)
def test_a_topic_policy_that_makes_no_sense_is_refused(
    wire: Any, topic: str, change: dict[str, Any], words: str
) -> None:
    policy = json.dumps({"Statement": [statement(topic, **change)]})
    code, said = refused(
        wire.client("sns").set_topic_attributes, TopicArn=topic, AttributeName="Policy", AttributeValue=policy
    )
    assert (code, said.startswith(f"Invalid parameter: {words}")) == ("InvalidParameter", True), said


def test_the_same_name_with_other_attributes_is_refused(wire: Any, topic: str, listener: Any) -> None:
    sns = wire.client("sns")
    name, words = topic.rpartition(":")[2], "Invalid parameter: Attributes Reason: "
    assert sns.create_topic(Name=name)["TopicArn"] == topic
    assert refused(sns.create_topic, Name=name, Attributes={"SignatureVersion": "2"})[1].startswith(words)
    again = {"TopicArn": topic, "Protocol": "http", "Endpoint": listener.url}
    assert sns.subscribe(**again)["SubscriptionArn"].startswith(topic)
    assert refused(sns.subscribe, **again, Attributes={"RawMessageDelivery": "true"})[1].startswith(words)


def test_who_is_pending_cannot_leave_and_is_forgotten_after_three_days(
    wire: Any, region: Region, listener: Any
) -> None:
    sns = wire.client("sns")
    arn = sns.create_topic(Name="pending")["TopicArn"]
    given = {"TopicArn": arn, "Protocol": "http", "Endpoint": listener.url}
    pending = sns.subscribe(**given, ReturnSubscriptionArn=True)["SubscriptionArn"]
    row = sns.list_subscriptions_by_topic(TopicArn=arn)["Subscriptions"][0]
    assert row["SubscriptionArn"] == "PendingConfirmation"
    assert refused(sns.unsubscribe, SubscriptionArn="PendingConfirmation")[0] == "InvalidParameter"
    assert refused(sns.unsubscribe, SubscriptionArn=pending)[0] == "InvalidParameter"
    held = region.topics[arn].subscriptions[pending]
    held.tokens = {token: ends - 71 * 3_600_000 for token, ends in held.tokens.items()}
    assert len(sns.list_subscriptions_by_topic(TopicArn=arn)["Subscriptions"]) == 1
    held.tokens = {token: ends - 2 * 3_600_000 for token, ends in held.tokens.items()}
    assert sns.list_subscriptions_by_topic(TopicArn=arn)["Subscriptions"] == []
    assert refused(sns.get_subscription_attributes, SubscriptionArn=pending)[0] == "NotFound"


def test_a_topic_that_goes_leaves_its_confirmed_listeners_behind_until_they_are_unsubscribed(
    wire: Any, topic: str
) -> None:
    sns, arn = wire.client("sns"), subscription(wire, topic)
    sns.delete_topic(TopicArn=topic)
    assert refused(sns.list_subscriptions_by_topic, TopicArn=topic)[0] == "NotFound"
    left = [row["SubscriptionArn"] for row in sns.list_subscriptions()["Subscriptions"]]
    assert arn in left
    sns.create_topic(Name=topic.rpartition(":")[2])
    assert sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"] == []
    sns.unsubscribe(SubscriptionArn=arn)
    assert arn not in [row["SubscriptionArn"] for row in sns.list_subscriptions()["Subscriptions"]]
    sns.unsubscribe(SubscriptionArn=arn)


def test_a_topic_of_another_account_is_not_ours_to_touch(wire: Any) -> None:
    foreign = "arn:aws:sns:eu-west-1:111111111111:theirs"
    code, words = refused(wire.client("sns").get_topic_attributes, TopicArn=foreign)
    assert (code, foreign in words) == ("AuthorizationError", True)


def test_iam_knows_no_resource_for_subscriptions_and_the_old_apis_settings(wire: Any, topic: str) -> None:
    narrow = {"Effect": "Allow", "Action": ["sns:*", "ses:*"], "Resource": ["arn:aws:sns:*", "arn:aws:ses:*"]}
    made = wire.press("POST", "keys", {"policy": {"Statement": [narrow]}})
    key = wire.running.amazon.world.keys[made["id"]]
    sns, ses = wire.client("sns", key=key), wire.client("ses", key=key)
    assert sns.get_topic_attributes(TopicArn=topic)["Attributes"]["TopicArn"] == topic
    arn = subscription(wire, topic)
    assert refused(sns.get_subscription_attributes, SubscriptionArn=arn)[0] == "AuthorizationError"
    assert refused(sns.unsubscribe, SubscriptionArn=arn)[0] == "AuthorizationError"
    given = {"Identity": "example.com", "NotificationType": "Bounce", "SnsTopic": topic}
    assert refused(ses.set_identity_notification_topic, **given)[0] == "AccessDenied"


def test_ses_calls_can_be_paced_as_amazon_paces_them(wire: Any) -> None:
    wire.press("POST", "tuning", {"control_rate": 0.5})
    v2 = wire.client("sesv2")
    v2.get_account()
    assert refused(v2.list_configuration_sets)[0] == "TooManyRequestsException"
    wire.send("success@simulator.amazonses.com")
    wire.client("sns").list_topics()
    wire.press("POST", "tuning", {"control_rate": 0})
    v2.list_configuration_sets()
