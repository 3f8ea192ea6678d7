"""The demo's SNS: signatures anyone can check, confirmation, retries, dead letters, leaving."""

import json
import time
from base64 import b64decode
from typing import Any

import pytest
from botocore.exceptions import ClientError
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from sns_signer import canonical

from core.demo.retries import pauses_of
from core.demo.world import Subscription, Topic
from core.receiver.regions import REGIONS as SNS_REGIONS


def verify(body: dict[str, Any], pem: str) -> None:
    """The signature check as AWS describes it, written apart from ours."""
    key = x509.load_pem_x509_certificate(pem.encode()).public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    digest = hashes.SHA1() if body["SignatureVersion"] == "1" else hashes.SHA256()
    key.verify(b64decode(body["Signature"]), canonical(body), padding.PKCS1v15(), digest)


def refused(call: Any, **given: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as caught:
        call(**given)
    return caught.value.response["Error"]["Code"], caught.value.response["Error"]["Message"]


def asked(listener: Any, count: int = 1) -> list[str]:
    found: list[str] = listener.wait(
        lambda: (tokens := [b["Token"] for b in listener.bodies() if "Token" in b])[count - 1 :] and tokens
    )
    return found


@pytest.mark.parametrize("version", ["1", "2"])
def test_every_type_carries_a_signature_that_verifies_in_both_versions(
    wire: Any, listener: Any, version: str
) -> None:
    sns = wire.client("sns")
    arn = sns.create_topic(Name=f"signed-{version}", Attributes={"SignatureVersion": version})["TopicArn"]
    subscription = sns.subscribe(
        TopicArn=arn, Protocol="http", Endpoint=listener.url, ReturnSubscriptionArn=True
    )["SubscriptionArn"]
    sns.confirm_subscription(TopicArn=arn, Token=asked(listener)[0])
    sns.publish(TopicArn=arn, Message="ümläut\n", Subject="")
    sns.publish(TopicArn=arn, Message="no subject")
    listener.wait(lambda: len(listener.posts) == 3)
    sns.unsubscribe(SubscriptionArn=subscription)
    listener.wait(lambda: len(listener.posts) == 4)
    kinds = [body["Type"] for body in listener.bodies()]
    assert sorted(kinds) == [
        "Notification",
        "Notification",
        "SubscriptionConfirmation",
        "UnsubscribeConfirmation",
    ]
    for body in listener.bodies():
        assert body["SignatureVersion"] == version
        verify(body, wire.running.demo.certificate_pem)
        with pytest.raises(InvalidSignature):
            verify({**body, "Message": body["Message"] + "x"}, wire.running.demo.certificate_pem)
    assert sum("Subject" in body for body in listener.bodies()) == 1


def test_a_post_has_the_headers_and_the_form_of_amazons(wire: Any, topic: str, listener: Any) -> None:
    wire.client("sns").publish(TopicArn=topic, Message="x")
    listener.wait(lambda: len(listener.posts) == 2)
    (asked_with, _), (headers, text) = listener.posts
    body = listener.bodies()[1]
    assert headers["content-type"] == "text/plain; charset=UTF-8"
    assert headers["user-agent"] == "Amazon Simple Notification Service Agent"
    assert headers["x-amz-sns-message-type"] == "Notification"
    assert headers["x-amz-sns-message-id"] == body["MessageId"]
    assert headers["x-amz-sns-topic-arn"] == body["TopicArn"] == topic
    assert headers["x-amz-sns-subscription-arn"].startswith(topic + ":")
    assert "x-amz-sns-subscription-arn" not in asked_with
    assert text.startswith('{\n  "Type" : "Notification",\n')
    assert list(body) == [
        "Type",
        "MessageId",
        "TopicArn",
        "Message",
        "Timestamp",
        "SignatureVersion",
        "Signature",
        "SigningCertURL",
        "UnsubscribeURL",
    ]
    assert body["SigningCertURL"].startswith("https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-")
    assert "UnsubscribeURL" not in listener.bodies()[0]


def test_the_certificate_carries_amazons_name_for_every_region(wire: Any) -> None:
    certificate = x509.load_pem_x509_certificate(wire.running.demo.certificate_pem.encode())
    names = set(
        certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value.get_values_for_type(
            x509.DNSName
        )
    )
    assert certificate.subject.rfc4514_string() == "CN=sns.amazonaws.com"
    for code in wire.running.amazon.world.regions:
        assert SNS_REGIONS[code].certificate_name in names


def test_nothing_is_delivered_before_the_right_token_came(wire: Any, listener: Any) -> None:
    sns = wire.client("sns")
    arn = sns.create_topic(Name="patience")["TopicArn"]
    said = sns.subscribe(TopicArn=arn, Protocol="http", Endpoint=listener.url)
    assert said["SubscriptionArn"] == "pending confirmation"
    token = asked(listener)[0]
    sns.publish(TopicArn=arn, Message="too early")
    assert (
        sns.list_subscriptions_by_topic(TopicArn=arn)["Subscriptions"][0]["SubscriptionArn"]
        == "PendingConfirmation"
    )
    assert refused(sns.confirm_subscription, TopicArn=arn, Token="wrong") == (
        "InvalidParameter",
        "Invalid parameter: Token",
    )
    assert refused(sns.confirm_subscription, TopicArn=arn + "x", Token=token)[0] == "NotFound"
    subscription = sns.confirm_subscription(TopicArn=arn, Token=token)["SubscriptionArn"]
    assert (
        sns.get_subscription_attributes(SubscriptionArn=subscription)["Attributes"]["PendingConfirmation"]
        == "false"
    )
    sns.publish(TopicArn=arn, Message="in time")
    listener.wait(lambda: len(listener.posts) == 2)
    assert listener.bodies()[1]["Message"] == "in time"


def test_a_token_lives_two_days_and_asking_again_gives_a_new_one(wire: Any, listener: Any) -> None:
    sns = wire.client("sns")
    arn = sns.create_topic(Name="late")["TopicArn"]
    sns.subscribe(TopicArn=arn, Protocol="http", Endpoint=listener.url)
    old = asked(listener)[0]
    subscription = next(iter(wire.running.amazon.region("eu-west-1").topics[arn].subscriptions.values()))
    subscription.tokens[old] -= 48 * 3_600_000
    assert refused(sns.confirm_subscription, TopicArn=arn, Token=old)[1] == "Invalid parameter: Token"
    sns.subscribe(TopicArn=arn, Protocol="http", Endpoint=listener.url)
    assert (
        sns.confirm_subscription(TopicArn=arn, Token=asked(listener, 2)[1])["SubscriptionArn"]
        == subscription.arn
    )


def test_a_failing_endpoint_is_tried_again_with_the_same_message_and_a_refusing_one_is_not(
    wire: Any, topic: str, listener: Any
) -> None:
    wire.running.amazon.world.tuning.retry_delay = 0.001
    listener.statuses += [503, 500, 200]
    sent = wire.client("sns").publish(TopicArn=topic, Message="again")["MessageId"]
    listener.wait(lambda: len(listener.posts) == 4)
    assert [body["MessageId"] for body in listener.bodies()[1:]] == [sent] * 3
    listener.statuses += [403]
    refused_id = wire.client("sns").publish(TopicArn=topic, Message="no")["MessageId"]
    listener.wait(lambda: len(listener.posts) == 5)
    last = wire.client("sns").publish(TopicArn=topic, Message="yes")["MessageId"]
    listener.wait(lambda: len(listener.posts) == 6)
    assert [body["MessageId"] for body in listener.bodies()[4:]] == [refused_id, last]


def test_after_four_attempts_a_message_is_lost_or_goes_to_the_dead_letters(
    wire: Any, topic: str, listener: Any
) -> None:
    wire.running.amazon.world.tuning.retry_delay = 0.001
    sns, sqs = wire.client("sns"), wire.client("sqs")
    listener.statuses += [500] * 4
    sns.publish(TopicArn=topic, Message="lost")
    listener.wait(lambda: len(listener.posts) == 5)
    url = sqs.create_queue(QueueName="dead-letters")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    policy = '{"Statement":[{"Effect":"Allow","Principal":{"Service":"sns.amazonaws.com"},"Action":"sqs:SendMessage","Resource":"%s","Condition":{"ArnEquals":{"aws:SourceArn":"%s"}}}]}'
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy % (arn, topic)})
    subscription = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"][0]["SubscriptionArn"]
    sns.set_subscription_attributes(
        SubscriptionArn=subscription,
        AttributeName="RedrivePolicy",
        AttributeValue=json.dumps({"deadLetterTargetArn": arn}),
    )
    listener.statuses += [500] * 4
    sns.publish(TopicArn=topic, Message="kept")
    found = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=10)["Messages"]
    assert '"Message" : "kept"' in found[0]["Body"]


def test_delivery_policies_are_amazons() -> None:
    topic, subscription = Topic("t"), Subscription("s", "t", "http", "http://127.0.0.1")
    assert pauses_of(topic, subscription) == [20.0, 20.0, 20.0]
    topic.attributes["DeliveryPolicy"] = (
        '{"http":{"defaultHealthyRetryPolicy":{"numRetries":2,"minDelayTarget":1,"maxDelayTarget":3}}}'
    )
    assert pauses_of(topic, subscription) == [1.0, 3.0]
    subscription.attributes["DeliveryPolicy"] = (
        '{"healthyRetryPolicy":{"numRetries":50,"minDelayTarget":1,"maxDelayTarget":60,"numNoDelayRetries":3,'
        '"numMinDelayRetries":2,"numMaxDelayRetries":35,"backoffFunction":"exponential"}}'
    )
    pauses = pauses_of(topic, subscription)
    assert (len(pauses), pauses[:5], pauses[-1]) == (50, [0, 0, 0, 1, 1], 60)
    assert pauses == sorted(pauses)


def test_duplicates_on_request_carry_the_same_message_id(wire: Any, topic: str, listener: Any) -> None:
    wire.press("POST", "tuning", {"duplicates": 1.0})
    wire.client("sns").publish(TopicArn=topic, Message="twice")
    listener.wait(lambda: len(listener.posts) == 3)
    first, second = listener.bodies()[1:]
    assert first == second


def test_raw_delivery_has_no_envelope_and_no_signature(wire: Any, topic: str, listener: Any) -> None:
    sns = wire.client("sns")
    subscription = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"][0]["SubscriptionArn"]
    sns.set_subscription_attributes(
        SubscriptionArn=subscription, AttributeName="RawMessageDelivery", AttributeValue="true"
    )
    sns.publish(TopicArn=topic, Message="bare")
    listener.wait(lambda: len(listener.posts) == 2)
    headers, body = listener.posts[1]
    assert (body, headers["x-amz-sns-rawdelivery"]) == ("bare", "true")


@pytest.mark.parametrize(
    ("protocol", "endpoint", "words"),
    [
        ("https", "http://127.0.0.1/x", "Endpoint must match the specified protocol"),
        ("http", "https://127.0.0.1/x", "Endpoint must match the specified protocol"),
        ("http", "http://169.254.169.254/latest", "Unreachable Endpoint"),
        ("http", "http://example.com/sns", "Unreachable Endpoint"),
        ("http", "http://127.0.0.1.example.com/", "Unreachable Endpoint"),
        ("http", "http://[::ffff:10.0.0.1]/", "Unreachable Endpoint"),
        ("pigeon", "roof", "Does not support this protocol string: pigeon"),
    ],
)
def test_only_this_machine_is_ever_posted_to(wire: Any, protocol: str, endpoint: str, words: str) -> None:
    arn = wire.client("sns").create_topic(Name="endpoints")["TopicArn"]
    code, message = refused(wire.client("sns").subscribe, TopicArn=arn, Protocol=protocol, Endpoint=endpoint)
    assert (code, message) == ("InvalidParameter", f"Invalid parameter: {words}")


def test_who_confirmed_with_a_signature_can_only_be_unsubscribed_with_one(wire: Any, listener: Any) -> None:
    from http.client import HTTPConnection

    sns = wire.client("sns")
    arn = sns.create_topic(Name="leaving")["TopicArn"]
    sns.subscribe(TopicArn=arn, Protocol="http", Endpoint=listener.url)
    subscription = sns.confirm_subscription(
        TopicArn=arn, Token=asked(listener)[0], AuthenticateOnUnsubscribe="true"
    )["SubscriptionArn"]

    def click() -> int:
        connection = HTTPConnection("127.0.0.1", wire.running.server.server_port)
        connection.request("GET", f"/?Action=Unsubscribe&SubscriptionArn={subscription}")
        return connection.getresponse().status

    assert click() == 403
    sns.unsubscribe(SubscriptionArn=subscription)
    back = asked(listener, 2)[1]
    assert refused(sns.get_subscription_attributes, SubscriptionArn=subscription)[0] == "NotFound"
    assert sns.confirm_subscription(TopicArn=arn, Token=back)["SubscriptionArn"] == subscription
    assert click() == 200


def test_attaching_a_topic_sends_amazons_own_notices(wire: Any, told: str, listener: Any) -> None:
    listener.wait(lambda: len(listener.posts) == 5)
    messages = [body["Message"] for body in listener.bodies()[1:]]
    assert "Successfully validated SNS topic for Amazon SES event publishing." in messages
    assert (
        sum(
            message.startswith('{"notificationType":"AmazonSnsSubscriptionSucceeded","message":"')
            and message.endswith("}\n")
            for message in messages
        )
        == 3
    )


def test_a_queue_gets_the_envelope_and_hides_what_was_received(wire: Any) -> None:
    sns, sqs = wire.client("sns"), wire.client("sqs")
    topic = sns.create_topic(Name="to-queue")["TopicArn"]
    url = sqs.create_queue(QueueName="events", Attributes={"VisibilityTimeout": "1"})["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]["QueueArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    sns.publish(TopicArn=topic, Message="lost: no policy lets SNS in")
    policy = '{"Statement":{"Effect":"Allow","Principal":{"Service":"sns.amazonaws.com"},"Action":"sqs:SendMessage","Resource":"*"}}'
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    sns.publish(TopicArn=topic, Message="kept")
    found = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=5)["Messages"]
    assert len(found) == 1
    assert '"Message" : "kept"' in found[0]["Body"]
    assert "Messages" not in sqs.receive_message(QueueUrl=url)
    again = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=5, AttributeNames=["All"])["Messages"]
    assert again[0]["Attributes"]["ApproximateReceiveCount"] == "2"
    assert again[0]["MessageId"] == found[0]["MessageId"]
    entry = {"Id": "1", "ReceiptHandle": again[0]["ReceiptHandle"]}
    assert sqs.delete_message_batch(QueueUrl=url, Entries=[entry])["Successful"] == [{"Id": "1"}]
    time.sleep(1.1)
    assert "Messages" not in sqs.receive_message(QueueUrl=url)
    with pytest.raises(sqs.exceptions.QueueDoesNotExist):
        sqs.get_queue_url(QueueName="none")


def test_a_message_received_too_often_goes_to_the_dead_letter_queue(wire: Any) -> None:
    sqs = wire.client("sqs")
    dead = sqs.create_queue(QueueName="dead")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    redrive = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": "2"})
    url = sqs.create_queue(QueueName="alive", Attributes={"RedrivePolicy": redrive})["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="poison")
    for _ in range(2):
        receipt = sqs.receive_message(QueueUrl=url)["Messages"][0]["ReceiptHandle"]
        sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=receipt, VisibilityTimeout=0)
    assert "Messages" not in sqs.receive_message(QueueUrl=url)
    assert sqs.receive_message(QueueUrl=dead)["Messages"][0]["Body"] == "poison"
