"""moto as a second opinion: where it knows a call, both answer with the same fields, and refuse with the same code."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

pytest.importorskip("moto")


@pytest.fixture(scope="module")
def moto_url() -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    child = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    ended = time.monotonic() + 30
    while time.monotonic() < ended:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            break
        except OSError:
            time.sleep(0.1)
    yield f"http://127.0.0.1:{port}"
    child.terminate()
    child.wait(10)


def both(wire: Any, moto_url: str, service: str) -> tuple[Any, Any]:
    theirs = boto3.client(
        service,
        region_name="eu-west-1",
        endpoint_url=moto_url,
        aws_access_key_id="a",
        aws_secret_access_key="b",
    )
    return wire.client(service), theirs


def code(call: Any, **given: Any) -> str:
    with pytest.raises(ClientError) as caught:
        call(**given)
    return str(caught.value.response["Error"]["Code"])


def fields(answer: dict[str, Any]) -> set[str]:
    return set(answer) - {"ResponseMetadata"}


def test_both_know_who_is_asking(wire: Any, moto_url: str) -> None:
    ours, theirs = both(wire, moto_url, "sts")
    assert fields(ours.get_caller_identity()) == fields(theirs.get_caller_identity())


def test_both_keep_senders(wire: Any, moto_url: str) -> None:
    found = []
    for client in both(wire, moto_url, "sesv2"):
        made = client.create_email_identity(EmailIdentity="opinion.example.org")
        row = next(
            r
            for r in client.list_email_identities()["EmailIdentities"]
            if r["IdentityName"] == "opinion.example.org"
        )
        one = client.get_email_identity(EmailIdentity="opinion.example.org")
        gone = code(client.get_email_identity, EmailIdentity="nobody.example.org")
        found.append((made["IdentityType"], row["IdentityType"], one["IdentityType"], gone))
    assert found[0] == found[1]


def test_both_refuse_a_sender_that_is_not_verified(wire: Any, moto_url: str) -> None:
    given = {
        "FromEmailAddress": "a@unverified.example",
        "Destination": {"ToAddresses": ["success@simulator.amazonses.com"]},
        "Content": {"Simple": {"Subject": {"Data": "x"}, "Body": {"Text": {"Data": "x"}}}},
    }
    ours, theirs = both(wire, moto_url, "sesv2")
    assert code(ours.send_email, **given) == code(theirs.send_email, **given) == "MessageRejected"


def test_both_make_topics_and_queues(wire: Any, moto_url: str) -> None:
    shapes = []
    for sns, sqs in zip(both(wire, moto_url, "sns"), both(wire, moto_url, "sqs"), strict=True):
        arn = sns.create_topic(Name="opinion")["TopicArn"]
        url = sqs.create_queue(QueueName="opinion")["QueueUrl"]
        queue = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        subscription = sns.subscribe(TopicArn=arn, Protocol="sqs", Endpoint=queue)["SubscriptionArn"]
        one = sns.get_subscription_attributes(SubscriptionArn=subscription)["Attributes"]
        sqs.send_message(QueueUrl=url, MessageBody="hello")
        message = sqs.receive_message(QueueUrl=url)["Messages"][0]
        again = code(sqs.get_queue_url, QueueName="none")
        shapes.append(
            (
                arn.split(":")[:4],
                one["Protocol"],
                one["Endpoint"].split(":")[-1],
                sorted(message),
                again,
            )
        )
    assert shapes[0] == shapes[1]


def test_both_tell_the_old_quota(wire: Any, moto_url: str) -> None:
    ours, theirs = both(wire, moto_url, "ses")
    assert fields(ours.get_send_quota()) == fields(theirs.get_send_quota())
    assert fields(ours.get_send_statistics()) == fields(theirs.get_send_statistics())
