"""Every error of the catalogue can be asked for, comes over the wire as Amazon would send it, and goes away again."""

import time
from typing import Any

import pytest
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    ReadTimeoutError,
)
from botocore.parsers import ResponseParserError

from core.demo.faults import CATALOGUE, WAYS
from core.demo.refusal import SPELLINGS


def expected(code: str, service: str) -> str:
    if code not in SPELLINGS:
        return code
    json_name, query_name, sns_name, _ = SPELLINGS[code]
    return {"sesv2": json_name, "sns": sns_name}.get(service, query_name)


@pytest.mark.parametrize("name", CATALOGUE)
@pytest.mark.parametrize(("service", "method", "action"), [("sesv2", "get_account", "GetAccount"), ("ses", "get_send_quota", "GetSendQuota"), ("sns", "list_topics", "ListTopics"), ("sts", "get_caller_identity", "GetCallerIdentity")])  # fmt: skip
def test_each_refusal_comes_once_in_the_services_own_spelling(
    wire: Any, name: str, service: str, method: str, action: str
) -> None:
    wire.press("POST", "faults", {"name": name, "service": service, "action": action})
    call = getattr(wire.client(service), method)
    with pytest.raises(ClientError) as caught:
        call()
    code, message, _ = CATALOGUE[name]
    error = caught.value.response["Error"]
    assert error["Code"] == expected(code, service)
    prefix = "ses" if service == "sesv2" else service
    if message:
        assert error["Message"] == message.replace("{action}", f"{prefix}:{action}")
    assert call()["ResponseMetadata"]["HTTPStatusCode"] == 200


def test_a_fault_meets_only_the_calls_it_names_and_as_often_as_asked(wire: Any) -> None:
    wire.press("POST", "faults", {"name": "broken", "service": "sesv2", "action": "GetAccount", "count": 2})
    client = wire.client("sesv2")
    assert client.list_email_identities()["EmailIdentities"]
    for _ in range(2):
        with pytest.raises(ClientError) as caught:
            client.get_account()
        assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 500
    assert client.get_account()["SendingEnabled"]
    wire.press("POST", "faults", {"name": "broken", "count": -1})
    for _ in range(3):
        with pytest.raises(ClientError):
            client.get_account()
    wire.press("DELETE", "faults")
    assert client.get_account()["SendingEnabled"]


def test_a_fault_may_bring_a_code_of_its_own_and_an_unknown_name_is_refused(wire: Any) -> None:
    wire.press("POST", "faults", {"code": "SomethingNew", "message": "Never seen.", "status": 418})
    with pytest.raises(ClientError) as caught:
        wire.client("sesv2").get_account()
    assert caught.value.response["Error"] == {"Message": "Never seen.", "Code": "SomethingNew"}
    assert wire.press("POST", "faults", {"name": "no-such-fault"}) == 400
    assert set(CATALOGUE) | set(WAYS) <= set(wire.press("GET", "faults"))


def test_a_captive_portal_an_empty_answer_and_garbage_look_as_they_do_in_life(wire: Any) -> None:
    client = wire.client("sesv2")
    wire.press("POST", "faults", {"name": "portal"})
    assert "SendQuota" not in (client.get_account())
    wire.press("POST", "faults", {"name": "empty"})
    assert "SendQuota" not in client.get_account()
    wire.press("POST", "faults", {"name": "garbage", "service": "sts"})
    with pytest.raises(ResponseParserError):
        wire.client("sts").get_caller_identity()


def test_a_closed_connection_and_a_silent_one(wire: Any) -> None:
    wire.press("POST", "faults", {"name": "close"})
    with pytest.raises(ConnectionClosedError):
        wire.client("sesv2").get_account()
    wire.press("POST", "faults", {"name": "timeout", "seconds": 2})
    began = time.monotonic()
    with pytest.raises(ReadTimeoutError):
        wire.client("sesv2", "eu-west-2", read_timeout=0.5).get_account()
    assert time.monotonic() - began < 2


def test_a_send_that_timed_out_may_have_been_accepted_or_not(wire: Any) -> None:
    client = wire.client("sesv2", "eu-west-1", read_timeout=0.5)
    given: dict[str, Any] = {
        "FromEmailAddress": "a@example.com",
        "Destination": {"ToAddresses": ["success@simulator.amazonses.com"]},
        "Content": {"Simple": {"Subject": {"Data": "x"}, "Body": {"Text": {"Data": "x"}}}},
    }
    for name, sent in (("timeout", 0), ("timeout-after", 1)):
        before = len(wire.press("GET", "mail"))
        wire.press("POST", "faults", {"name": name, "action": "SendEmail", "seconds": 1.5})
        with pytest.raises(ReadTimeoutError):
            client.send_email(**given)
        assert len(wire.press("GET", "mail")) - before == sent


def test_the_call_after_so_many_others_is_the_one_that_breaks(wire: Any) -> None:
    wire.press("POST", "faults", {"name": "broken", "after": 2})
    client = wire.client("sns")
    client.create_topic(Name="first")
    client.create_topic(Name="second")
    with pytest.raises(ClientError) as caught:
        client.create_topic(Name="third")
    assert caught.value.response["Error"]["Code"] == "InternalError"
    client.create_topic(Name="fourth")
    made = {row["TopicArn"].rpartition(":")[2] for row in client.list_topics()["Topics"]}
    assert {"first", "second", "fourth"} <= made
    assert "third" not in made


def test_a_connection_closed_afterwards_leaves_what_was_asked_done(wire: Any) -> None:
    client = wire.client("sns")
    for name, made in (("close", False), ("close-after", True)):
        wire.press("POST", "faults", {"name": name, "service": "sns", "action": "CreateTopic"})
        with pytest.raises(ConnectionClosedError):
            client.create_topic(Name=f"by-{name}")
        assert any(row["TopicArn"].endswith(f":by-{name}") for row in client.list_topics()["Topics"]) is made
