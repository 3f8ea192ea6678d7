"""Every error of the catalogue, as the libraries raise it, and what it is called in plain words."""

import smtplib
import socket
import ssl

import pytest
from botocore import exceptions as boto
from botocore.exceptions import ClientError
from botocore.parsers import ResponseParserError
from hypothesis import given, settings
from hypothesis import strategies as st

from core.diagnosis import Context, explain
from core.diagnosis.words import rows
from core.errors import BadInput, Locked

KEY, TOKEN = "AKIAIOSFODNN7EXAMPLE", "FwoGZXIvYXdzEJr//////////wEaDCanary" * 3
ABOUT = Context(
    region="eu-west-1", service="ses", from_address="News <news@example.com>", to_address="you@example.org",
    host="email.eu-west-1.amazonaws.com", now=1_764_000_000_000,
)  # fmt: skip
UNVERIFIED = "Email address is not verified. The following identities failed the check in region EU-WEST-1: "
DENIED = "User: arn:aws:iam::123456789012:user/x is not authorized to perform: ses:GetAccount on resource: *"


def refused(code: str, message: str = "", operation: str = "SendEmail", status: int = 400) -> ClientError:
    meta = {
        "HTTPStatusCode": status,
        "RequestId": "abc-1",
        "HTTPHeaders": {"date": "Mon, 24 Nov 2025 16:20:00 GMT"},
    }
    return ClientError({"Error": {"Code": code, "Message": message}, "ResponseMetadata": meta}, operation)  # type: ignore[typeddict-item]


CASES: list[tuple[BaseException, str]] = [
    (refused("UnrecognizedClientException", "The security token included in the request is invalid."), "unknown-key"),
    (refused("InvalidClientTokenId", "The security token included in the request is invalid."), "unknown-key"),
    (refused("InvalidSignatureException", "The request signature we calculated does not match"), "secret-does-not-match"),
    (refused("SignatureDoesNotMatch", "The request signature we calculated does not match"), "secret-does-not-match"),
    (refused("SignatureDoesNotMatch", "Signature expired: 2026 is now earlier than 2027"), "clock-off"),
    (refused("InvalidSignatureException", "Signature not yet current: 2027 is still later than 2026"), "clock-off"),
    (refused("RequestTimeTooSkewed"), "clock-off"),
    (refused("RequestExpired"), "clock-off"),
    (refused("ExpiredTokenException"), "token-expired"),
    (refused("ExpiredToken"), "token-expired"),
    (refused("IncompleteSignature"), "signature-stripped"),
    (refused("MissingAuthenticationTokenException"), "signature-stripped"),
    (refused("AccessDeniedException", DENIED + " because no identity-based policy allows the ses:GetAccount action"), "permission-missing"),
    (refused("AccessDenied", "User `arn:aws:iam::1:user/x' is not authorized to perform `ses:SendEmail' on resource `arn:aws:ses:eu-west-1:1:identity/e.com'"), "permission-missing"),
    (refused("AuthorizationError", "User: arn:aws:iam::1:user/x is not authorized to perform: SNS:ConfirmSubscription on resource: arn:aws:sns:eu-west-1:1:t"), "permission-missing"),
    (refused("AccessDeniedException", DENIED + " with an explicit deny in a service control policy"), "denied-by-organisation"),
    (refused("AccessDeniedException", DENIED + " with an explicit deny in an identity-based policy"), "denied-explicitly"),
    (refused("AccessDeniedException", DENIED + " because no permissions boundary allows the action"), "denied-explicitly"),
    (refused("OptInRequired"), "region-not-enabled"),
    (refused("SubscriptionRequiredException"), "region-not-enabled"),
    (refused("RegionDisabledException"), "region-not-enabled"),
    (refused("MessageRejected", UNVERIFIED + "news@example.com"), "sender-not-verified"),
    (refused("MessageRejected", UNVERIFIED + "News <news@example.com>, you@example.org"), "sender-not-verified"),
    (refused("MessageRejected", UNVERIFIED + "example.com"), "sender-not-verified"),
    (refused("MessageRejected", UNVERIFIED + "you@example.org"), "recipient-not-verified"),
    (refused("MessageRejected", UNVERIFIED + "someone@else.example"), "identity-not-verified"),
    (refused("MessageRejected", "Email address is not verified."), "identity-not-verified"),
    (refused("MessageRejected", "Sending suspended for this account. For more information"), "sending-suspended"),
    (refused("SendingPausedException"), "sending-suspended"),
    (refused("AccountSendingPausedException"), "sending-suspended"),
    (refused("AccountSuspendedException"), "sending-suspended"),
    (refused("ConfigurationSetSendingPausedException"), "configuration-set-paused"),
    (refused("MailFromDomainNotVerifiedException"), "mail-from-not-verified"),
    (refused("MailFromDomainNotVerified"), "mail-from-not-verified"),
    (refused("NotFoundException", "The resource you attempted to access doesn't exist."), "not-found"),
    (refused("ConfigurationSetDoesNotExist", "Configuration set <x> does not exist."), "configuration-set-missing"),
    (refused("TemplateDoesNotExist"), "template-missing"),
    (refused("BadRequestException", "Illegal address"), "address-refused"),
    (refused("InvalidParameterValue", "Missing final '@domain'"), "address-refused"),
    (refused("InvalidParameterValue", "Local address contains control or whitespace"), "address-refused"),
    (refused("InvalidParameterValue", "Domain contains illegal character"), "address-refused"),
    (refused("TooManyRequestsException", "Maximum sending rate exceeded.", status=429), "sending-too-fast"),
    (refused("Throttling", "Maximum sending rate exceeded."), "sending-too-fast"),
    (refused("LimitExceededException", "Daily message quota exceeded."), "daily-quota-used"),
    (refused("ThrottlingException", "Daily message quota exceeded."), "daily-quota-used"),
    (refused("Throttling", "Rate exceeded"), "asked-too-often"),
    (refused("TooManyRequestsException", "Rate exceeded", status=429), "asked-too-often"),
    (refused("LimitExceededException", "You have reached the maximum"), "limit-reached"),
    (refused("AlreadyExistsException"), "exists-already"),
    (refused("ConcurrentModificationException"), "busy-elsewhere"),
    (refused("ConflictException"), "busy-elsewhere"),
    (refused("InvalidSNSDestination"), "topic-missing"),
    (refused("BadRequestException", "Could not publish to SNS topic"), "topic-refused"),
    (refused("InvalidParameterValue", "Invalid SNS topic arn"), "topic-refused"),
    (refused("ProductionAccessNotGranted"), "production-access-missing"),
    (refused("InvalidParameter", "Invalid parameter: Endpoint must match the specified protocol"), "endpoint-not-reachable"),
    (refused("InvalidParameter", "Invalid parameter: Unreachable Endpoint"), "endpoint-not-reachable"),
    (refused("InvalidParameter", "Invalid parameter: Not authorized to subscribe internal endpoints"), "endpoint-not-reachable"),
    (refused("NotFound", "Topic does not exist"), "topic-missing"),
    (refused("InvalidParameter", "Invalid parameter: Token"), "token-not-taken"),
    (refused("SubscriptionLimitExceeded"), "limit-reached"),
    (refused("InternalFailure", status=500), "amazon-trouble"),
    (refused("ServiceUnavailable", status=503), "amazon-trouble"),
    (refused("ValidationError"), "question-malformed"),
    (refused("MessageRejected", "something else"), "message-refused"),
    (refused("BadRequestException", "something else"), "value-refused"),
    (boto.NoCredentialsError(), "keys-missing"),
    (boto.PartialCredentialsError(provider="x", cred_var="y"), "keys-missing"),
    (boto.ProfileNotFound(profile="x"), "keys-missing"),
    (boto.NoRegionError(), "region-wrong"),
    (boto.InvalidRegionError(region_name="x y"), "region-wrong"),
    (boto.EndpointConnectionError(endpoint_url="https://email.eu-west-1.amazonaws.com/", error="refused"), "cannot-connect"),
    (boto.EndpointConnectionError(endpoint_url="https://x/", error=socket.gaierror(-2, "Name or service not known")), "name-not-found"),
    (boto.ConnectTimeoutError(endpoint_url="https://x/"), "connect-timeout"),
    (boto.ReadTimeoutError(endpoint_url="https://x/"), "read-timeout"),
    (boto.ProxyConnectionError(proxy_url="http://proxy:3128"), "proxy-refused"),
    (boto.ConnectionClosedError(endpoint_url="https://x/"), "connection-lost"),
    (boto.SSLError(endpoint_url="https://x/", error="[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed"), "tls-inspected"),
    (boto.SSLError(endpoint_url="https://x/", error="[SSL: WRONG_VERSION_NUMBER] wrong version number"), "tls-wrong-port"),
    (boto.HTTPClientError(error=ValueError(f"Invalid header value b'{KEY}\\n'")), "header-broken"),
    (boto.ParamValidationError(report="too long"), "question-malformed"),
    (ResponseParserError("Unable to parse response"), "not-amazon"),
    (KeyError("SendQuota"), "not-amazon"),
    (ValueError("Invalid endpoint: email.eu-west-1"), "endpoint-wrong"),
    (smtplib.SMTPAuthenticationError(535, b"Authentication Credentials Invalid"), "smtp-sign-in-refused"),
    (smtplib.SMTPAuthenticationError(535, b"Account not subscribed to SES"), "region-not-enabled"),
    (smtplib.SMTPAuthenticationError(454, b"Temporary authentication failure"), "smtp-not-now"),
    (smtplib.SMTPResponseException(421, b"Too many concurrent SMTP connections"), "sending-too-fast"),
    (smtplib.SMTPDataError(451, b"Temporary service failure"), "smtp-not-now"),
    (smtplib.SMTPDataError(454, b"Throttling failure: Maximum sending rate exceeded."), "sending-too-fast"),
    (smtplib.SMTPDataError(454, b"Throttling failure: Daily message quota exceeded."), "daily-quota-used"),
    (smtplib.SMTPResponseException(530, b"Must issue a STARTTLS command first"), "smtp-needs-tls"),
    (smtplib.SMTPNotSupportedError("STARTTLS extension not supported by server."), "smtp-needs-tls"),
    (smtplib.SMTPDataError(552, b"Message is too long."), "message-too-large"),
    (smtplib.SMTPRecipientsRefused({"x": (553, b"Invalid email address")}), "address-refused"),
    (smtplib.SMTPDataError(554, b"Access denied: User `arn:aws:iam::1:user/x' is not authorized to perform `ses:SendRawEmail' on resource `arn:aws:ses:eu-west-1:1:identity/e.com'"), "smtp-permission-missing"),
    (smtplib.SMTPDataError(554, (b"Message rejected: " + UNVERIFIED.encode() + b"news@example.com")), "sender-not-verified"),
    (smtplib.SMTPDataError(554, (b"Message rejected: " + UNVERIFIED.encode() + b"you@example.org")), "recipient-not-verified"),
    (smtplib.SMTPDataError(554, b"Message rejected: Sending suspended for this account."), "sending-suspended"),
    (smtplib.SMTPDataError(554, b"Transaction failed"), "smtp-refused"),
    (smtplib.SMTPServerDisconnected("Connection unexpectedly closed"), "connection-lost"),
    (socket.gaierror(-2, "Name or service not known"), "name-not-found"),
    (ConnectionRefusedError(111, "Connection refused"), "cannot-connect"),
    (OSError(101, "Network is unreachable"), "cannot-connect"),
    (ssl.SSLCertVerificationError(1, "certificate verify failed: self-signed certificate"), "tls-inspected"),
    (ssl.SSLError(1, "[SSL: WRONG_VERSION_NUMBER] wrong version number"), "tls-wrong-port"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("error", "reference"), CASES, ids=[f"{n}-{ref}" for n, (_, ref) in enumerate(CASES)]
)
def test_each_error_of_the_catalogue_has_its_words(error: BaseException, reference: str) -> None:
    said = explain(error, ABOUT)
    assert said.reference == reference
    assert said.known and said.title and said.meaning and (said.steps or said.whose_side == "fine")
    assert "{" not in said.title + said.meaning + "".join(said.steps) and "…" not in said.meaning


def test_a_missing_permission_comes_with_the_exact_statement() -> None:
    said = explain(
        refused(
            "AccessDeniedException",
            DENIED.replace("resource: *", "resource: arn:aws:ses:eu-west-1:1:identity/example.com")
            + " because no identity-based policy allows it",
        ),
        ABOUT,
    )
    assert '"Action": "ses:GetAccount"' in said.snippet
    assert '"Resource": "arn:aws:ses:eu-west-1:1:identity/example.com"' in said.snippet


def test_a_refusal_by_the_organisation_offers_no_statement_that_could_not_help() -> None:
    said = explain(
        refused("AccessDeniedException", DENIED + " with an explicit deny in a service control policy"), ABOUT
    )
    assert said.snippet == "" and said.whose_side == "admin"


def test_a_wrong_clock_shows_both_clocks() -> None:
    said = explain(refused("RequestTimeTooSkewed"), ABOUT)
    assert "This machine says 2025-11-24 16:00:00 UTC, Amazon says 2025-11-24 16:20:00 UTC." in said.meaning


@pytest.mark.parametrize(
    "text",
    [
        f"Invalid header value b'{KEY}\\n'", f"Credential={KEY}/20261124/eu-west-1", "secret wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY!",
        f"The Canonical String for this request should have been 'POST\nx-amz-security-token:{TOKEN}", f"x-amz-security-token: {TOKEN}",
    ],
)  # fmt: skip
def test_no_key_or_token_is_shown(text: str) -> None:
    for error in (refused("Whatever", text), boto.HTTPClientError(error=ValueError(text)), Exception(text)):
        shown = explain(error, ABOUT).as_json()
        assert KEY not in shown and "wJalr" not in shown and "Canary" not in shown


def test_what_a_server_says_cannot_draw_on_the_screen() -> None:
    shown = explain(refused("Odd", "![x](http://evil.example)\x1b[31m\u202e"), ABOUT).evidence["said"]
    assert "](" not in shown and "\x1b" not in shown and "\u202e" not in shown


def test_an_error_without_words_says_so_and_keeps_what_was_said() -> None:
    said = explain(refused("BrandNewException", "never seen"), ABOUT)
    assert not said.known and said.whose_side == "ours" and said.evidence["code"] == "BrandNewException"


def test_our_own_refusals_are_sentences_already() -> None:
    assert explain(BadInput("Type a name.", "name")).title == "Type a name."
    assert explain(Locked("The vault is locked.")).whose_side == "ours"


def test_an_error_that_cannot_even_speak_is_explained() -> None:
    class Mute(Exception):
        def __str__(self) -> str:
            raise RuntimeError

    assert not explain(Mute()).known


@settings(deadline=None)
@given(st.text(max_size=60), st.text(max_size=300))
def test_no_code_or_message_breaks_the_explaining(code: str, message: str) -> None:
    said = explain(refused(code, message), ABOUT)
    assert said.title and said.as_json()


def test_the_catalogue_reaches_at_least_thirty_diagnoses_of_the_table() -> None:
    reached = {reference for _, reference in CASES}
    assert len(reached) >= 40 and reached <= set(rows())
