"""Who may speak to the demo Amazon: SigV4 as unchanged boto3 makes it, keys, clocks, regions, permissions."""

from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from core.demo.beginning import new_key
from core.demo.sigv4 import smtp_password
from core.demo.world import AccessKey
from core.moment import now

SERVICES: dict[str, tuple[str, dict[str, Any]]] = {
    "sts": ("get_caller_identity", {}),
    "sesv2": ("get_account", {}),
    "ses": ("get_send_quota", {}),
    "sns": ("list_topics", {}),
    "sqs": ("list_queues", {}),
    "cloudwatch": ("list_metrics", {}),
}


def ask(wire: Any, service: str, key: AccessKey | None = None, region: str = "eu-west-1") -> Any:
    method, given = SERVICES[service]
    return getattr(wire.client(service, region, key), method)(**given)


def refused(
    wire: Any, service: str, key: AccessKey | None = None, region: str = "eu-west-1"
) -> tuple[str, str, int]:
    with pytest.raises(ClientError) as caught:
        ask(wire, service, key, region)
    error = caught.value.response
    return error["Error"]["Code"], error["Error"]["Message"], error["ResponseMetadata"]["HTTPStatusCode"]


def first(wire: Any) -> AccessKey:
    key: AccessKey = next(iter(wire.running.amazon.world.keys.values()))
    return key


@pytest.mark.parametrize("service", SERVICES)
def test_the_right_key_is_let_in_by_every_service(wire: Any, service: str) -> None:
    assert ask(wire, service)["ResponseMetadata"]["HTTPStatusCode"] == 200


@pytest.mark.parametrize(
    ("service", "code"),
    [
        ("sesv2", "InvalidSignatureException"), ("sts", "SignatureDoesNotMatch"), ("ses", "SignatureDoesNotMatch"),
        ("sns", "SignatureDoesNotMatch"), ("sqs", "SignatureDoesNotMatch"), ("cloudwatch", "SignatureDoesNotMatch"),
    ],
)  # fmt: skip
def test_a_wrong_secret_is_refused_in_each_services_own_words(wire: Any, service: str, code: str) -> None:
    found, message, status = refused(wire, service, replace(first(wire), secret="x" * 40))
    assert (found, status) == (code, 403)
    assert "does not match the signature you provided" in message


@pytest.mark.parametrize(
    ("service", "code"),
    [("sesv2", "UnrecognizedClientException"), ("sts", "InvalidClientTokenId"), ("ses", "InvalidClientTokenId"), ("sns", "InvalidClientTokenId")],
)  # fmt: skip
def test_an_unknown_key_is_refused_in_each_services_own_words(wire: Any, service: str, code: str) -> None:
    found, message, status = refused(wire, service, replace(first(wire), id="AKIAIOSFODNN7EXAMPLE"))
    assert (found, status) == (code, 403)
    assert message == "The security token included in the request is invalid."


def test_a_deactivated_key_is_as_good_as_unknown(wire: Any) -> None:
    key = new_key(active=False)
    wire.running.amazon.world.keys[key.id] = key
    assert refused(wire, "sts", key)[0] == "InvalidClientTokenId"


def test_a_temporary_key_needs_its_session_token_until_it_ends(wire: Any) -> None:
    key = new_key(temporary=True)
    wire.running.amazon.world.keys[key.id] = key
    assert ask(wire, "sesv2", key)["SendingEnabled"]
    assert refused(wire, "sesv2", replace(key, session_token=""))[0] == "UnrecognizedClientException"
    key.expires_at = now() - 1000
    assert refused(wire, "sesv2", key)[0] == "ExpiredTokenException"
    assert refused(wire, "sts", key)[0] == "ExpiredToken"


@pytest.mark.parametrize(
    ("ahead", "words"), [(20, "Signature expired: "), (-20, "Signature not yet current: ")]
)
def test_a_clock_more_than_five_minutes_off_is_told(wire: Any, ahead: int, words: str) -> None:
    wire.running.amazon.world.tuning.clock_offset = ahead * 60_000
    code, message, _ = refused(wire, "sesv2")
    assert code == "InvalidSignatureException"
    assert message.startswith(words)
    wire.running.amazon.world.tuning.clock_offset = 4 * 60_000 * (1 if ahead > 0 else -1)
    assert ask(wire, "sesv2")["SendingEnabled"]


def test_a_region_not_opted_in_knows_no_keys_and_one_that_is_none_is_named(wire: Any) -> None:
    assert refused(wire, "sesv2", region="me-south-1")[0] == "UnrecognizedClientException"
    assert "valid region" in refused(wire, "sesv2", region="eu-west-9")[1]
    wire.press("POST", "account", {"region": "me-south-1", "enabled": True})
    assert ask(wire, "sesv2", region="me-south-1")["ProductionAccessEnabled"] is False


@pytest.mark.parametrize(
    "name", ["a+b@example.com", "ä@example.com", "x y@example.com", "a/b@example.com", "50%@example.com"]
)
def test_names_with_odd_characters_in_the_path_are_still_signed_right(wire: Any, name: str) -> None:
    with pytest.raises(ClientError) as caught:
        wire.client("sesv2").get_email_identity(EmailIdentity=name)
    assert caught.value.response["Error"]["Code"] == "NotFoundException"


def test_a_request_changed_on_its_way_is_refused(wire: Any) -> None:
    client = wire.client("ses", read_timeout=5)

    def meddle(request: Any, **_: Any) -> None:
        request.body = request.body.replace("aa", "bb")

    client.meta.events.register("before-send.ses.VerifyEmailIdentity", meddle)
    with pytest.raises(ClientError) as caught:
        client.verify_email_identity(EmailAddress="aa@example.com")
    assert caught.value.response["Error"]["Code"] == "SignatureDoesNotMatch"


def test_no_signature_is_no_entry(wire: Any) -> None:
    from http.client import HTTPConnection

    connection = HTTPConnection("127.0.0.1", wire.running.server.server_port)
    connection.request("GET", "/v2/email/account")
    answer = connection.getresponse()
    assert (answer.status, answer.headers["x-amzn-ErrorType"]) == (403, "MissingAuthenticationTokenException")


def limited(wire: Any, *statements: dict[str, Any]) -> AccessKey:
    key = new_key(user="limited", policy={"Version": "2012-10-17", "Statement": list(statements)})
    wire.running.amazon.world.keys[key.id] = key
    return key


def test_a_permission_that_is_missing_is_named_with_its_resource(wire: Any) -> None:
    key = limited(wire, {"Effect": "Allow", "Action": ["ses:List*"], "Resource": "*"})
    assert wire.client("sesv2", key=key).list_email_identities()["EmailIdentities"]
    assert ask(wire, "sts", key)["Arn"] == "arn:aws:iam::000000000000:user/limited"
    code, message, status = refused(wire, "sesv2", key)
    assert (code, status) == ("AccessDeniedException", 403)
    assert message == (
        "User: arn:aws:iam::000000000000:user/limited is not authorized to perform: ses:GetAccount on resource: * "
        "because no identity-based policy allows the ses:GetAccount action"
    )
    assert refused(wire, "ses", key)[0] == "AccessDenied"
    assert refused(wire, "sns", key)[0] == "AuthorizationError"


def test_an_explicit_deny_goes_before_every_allow(wire: Any) -> None:
    every = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    deny = {"Effect": "Deny", "Action": "ses:GetAccount", "Resource": "*"}
    assert "with an explicit deny" in refused(wire, "sesv2", limited(wire, every, deny))[1]


def test_sending_raw_needs_its_own_permission(wire: Any) -> None:
    key = limited(
        wire,
        {
            "Effect": "Allow",
            "Action": "ses:SendEmail",
            "Resource": "arn:aws:ses:eu-west-1:000000000000:identity/*",
        },
    )
    client = wire.client("sesv2", key=key)
    to = {"ToAddresses": ["success@simulator.amazonses.com"]}
    simple = {"Simple": {"Subject": {"Data": "s"}, "Body": {"Text": {"Data": "t"}}}}
    assert client.send_email(FromEmailAddress="a@example.com", Destination=to, Content=simple)["MessageId"]
    with pytest.raises(ClientError) as caught:
        client.send_email(
            FromEmailAddress="a@example.com",
            Destination=to,
            Content={"Raw": {"Data": b"From: a@example.com\r\n\r\nx"}},
        )
    error = caught.value.response["Error"]
    assert error["Code"] == "AccessDeniedException"
    assert (
        "`ses:SendRawEmail' on resource `arn:aws:ses:eu-west-1:000000000000:identity/example.com'"
        in error["Message"]
    )


def test_the_smtp_password_is_derived_as_amazon_documents_it() -> None:
    secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
    assert smtp_password(secret, "us-east-1") == "BLBM/9hSUELfq8Gw+rU1YcBjkOxGbhT2XG763xVLGWL9"
    assert smtp_password(secret, "eu-west-1") == "BMW5RDrXmmVs0lV7GpI4oLkHXpZ4stDsk6q91z1g38Pk"
