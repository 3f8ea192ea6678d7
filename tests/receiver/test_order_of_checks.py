"""The first failing check decides, in the order of the contract: each request below fails at one place and at all after it."""

import pytest
from receiving import Desk, Line, on_both
from sns_signer import Signer, ses_event

pytestmark = on_both


HUGE = 307_201


def test_the_first_failing_check_decides(post_office: Desk, line: Line) -> None:
    signer = Signer(number=1, file="SimpleNotificationService-order.pem", common_name="evil.example")
    foreign = "arn:aws:sns:us-east-1:999999999999:mallory"
    bad = {**signer.notification(foreign, ses_event()), "SigningCertURL": "https://evil.example/x.pem"}
    body, nowhere, nothing = signer.body(bad), "/sns/unknown", b"x" * HUGE
    gzip = {"Content-Encoding": "gzip"}
    wrong_type = {"x-amz-sns-message-type": "SubscriptionConfirmation"}
    steps = [
        (405, post_office.call("GET", nowhere, nothing, gzip)),
        (415, post_office.call("POST", nowhere, nothing, gzip)),
        (413, post_office.call("POST", nowhere, nothing)),
        (404, post_office.call("POST", nowhere, b"{")),
        (400, post_office.call("POST", line.path, body[:-2])),
        (400, post_office.call("POST", line.path, signer.body({**bad, "SignatureVersion": "3"}))),
        (400, post_office.call("POST", line.path, body, wrong_type)),
        (403, post_office.call("POST", line.path, body)),
    ]
    assert [answer.status for _, answer in steps] == [status for status, _ in steps]
    assert steps[-1][1].code == "unknown-topic"
    ours = {**signer.notification(line.arn, ses_event()), "Signature": "AAAA"}
    refused = post_office.post(line, {**ours, "SigningCertURL": "https://evil.example/x.pem"})
    assert (refused.status, refused.code) == (403, "certificate-url")
    assert post_office.fetched == []
    later = post_office.post(line, ours)
    assert (later.status, later.code) == (503, "certificate-unavailable")
    named = Signer(file="SimpleNotificationService-order2.pem", common_name="evil.example")
    post_office.served[named.url] = named.pem
    refused = post_office.post(line, {**named.notification(line.arn, ses_event()), "Signature": "AAAA"})
    assert (refused.status, refused.code) == (403, "certificate")
    refused = post_office.post(
        line, {**post_office.signer.notification(line.arn, ses_event()), "Signature": "AAAA"}
    )
    assert (refused.status, refused.code) == (403, "signature")
    assert post_office.count("notifications", line) == 0


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "FOO"])
def test_only_post_is_taken(post_office: Desk, line: Line, method: str) -> None:
    answer = post_office.call(method, line.path)
    assert answer.status in ((405,) if method != "FOO" else (400, 405))
    if method in ("GET", "PUT"):
        assert answer.headers["allow"] == "POST"
        assert answer.code == "method-not-allowed"


@pytest.mark.parametrize(
    ("encoding", "status"), [("gzip", 415), ("br", 415), ("x", 415), ("identity", 200), ("", 200)]
)
def test_a_compressed_body_is_refused(post_office: Desk, line: Line, encoding: str, status: int) -> None:
    message = post_office.signer.notification(line.arn, ses_event())
    assert post_office.post(line, message, Content_Encoding=encoding).status == status


def test_the_limit_is_307200_bytes_exactly(post_office: Desk, line: Line) -> None:
    message = post_office.signer.body(post_office.signer.notification(line.arn, ses_event()))
    exact = message + b" " * (307_200 - len(message))
    assert post_office.post_bytes(line, exact).status == 200
    answer = post_office.post_bytes(line, exact + b" ")
    assert (answer.status, answer.code, answer.headers["connection"]) == (413, "too-large", "close")
    chunked = {"Transfer-Encoding": "chunked"}
    pieces = (b"x" * 50_000 for _ in range(40))
    assert post_office.call("POST", line.path, pieces, chunked, encode_chunked=True).status == 413  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "token",
    [
        "",
        "x",
        "x" * 300,
        "%00",
        "..",
        "a/b",
        "%2e%2e",
        "token-1%0a",
        "é".encode().hex(),
        "%C3%A9",
        "%FF",
        "?x=1",
    ],
)
def test_an_unknown_token_is_404_and_says_nothing(post_office: Desk, line: Line, token: str) -> None:
    for body in (b"{", post_office.signer.body(post_office.signer.notification(line.arn, ses_event()))):
        answer = post_office.call("POST", f"/sns/{token}", body)
        assert answer.status == 404
        assert answer.headers["content-type"] == "application/json"
