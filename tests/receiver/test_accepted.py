"""What is truly Amazon's is taken: both signature versions, all three types, however it is wrapped."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from receiving import Desk, Line, on_both
from sns_signer import Signer, ses_event

pytestmark = on_both


@pytest.mark.parametrize("version", ["1", "2"])
@pytest.mark.parametrize("kind", ["Notification", "SubscriptionConfirmation", "UnsubscribeConfirmation"])
def test_both_versions_of_all_three_types_are_accepted(
    post_office: Desk, line: Line, version: str, kind: str
) -> None:
    signer = post_office.signer
    if kind == "Notification":
        message = signer.notification(line.arn, ses_event(), version=version)
    else:
        message = signer.confirmation(line.arn, version=version, kind=kind)
    answer = post_office.post(line, message)
    assert answer.status == 200, answer.body


@pytest.mark.parametrize("subject", [None, "", "Amazon SES Email Event Notification", "Grüße 🌍"])
def test_the_subject_is_signed_whenever_it_is_there(
    post_office: Desk, line: Line, subject: str | None
) -> None:
    message = post_office.signer.notification(line.arn, ses_event(), subject=subject)
    assert post_office.post(line, message).status == 200
    assert post_office.rows("notifications", line)[0]["subject"] == subject
    changed = (
        {**message, "Subject": "other"}
        if subject is None
        else {k: v for k, v in message.items() if k != "Subject"}
    )
    assert post_office.post(line, changed).status == 403


@pytest.mark.parametrize("kind", ["SubscriptionConfirmation", "UnsubscribeConfirmation"])
def test_a_confirmation_with_a_subject_has_it_signed_in_byte_order(
    post_office: Desk, line: Line, kind: str
) -> None:
    plain = post_office.signer.confirmation(line.arn, kind=kind)
    body = {k: v for k, v in plain.items() if not k.startswith("Sign")} | {"Subject": "Hello"}
    assert post_office.post(line, post_office.signer.sign(body)).status == 200


@pytest.mark.parametrize("content_type", ["text/plain; charset=UTF-8", "application/json", "image/png", ""])
def test_any_content_type_will_do(post_office: Desk, line: Line, content_type: str) -> None:
    message = post_office.signer.notification(line.arn, ses_event())
    assert post_office.post(line, message, Content_Type=content_type).status == 200


def test_a_chunked_body_is_fine(post_office: Desk, line: Line) -> None:
    body = post_office.signer.body(post_office.signer.notification(line.arn, ses_event()))
    pieces = (body[place : place + 100] for place in range(0, len(body), 100))
    answer = post_office.call(
        "POST", line.path, pieces, encode_chunked=True, headers={"Transfer-Encoding": "chunked"}
    )  # type: ignore[arg-type]
    assert answer.status == 200


def test_missing_headers_are_no_disagreement(post_office: Desk, line: Line) -> None:
    message = post_office.signer.notification(line.arn, ses_event())
    assert post_office.post_bytes(line, post_office.signer.body(message)).status == 200


def test_unknown_extra_keys_are_ignored(post_office: Desk, line: Line) -> None:
    message = post_office.signer.notification(line.arn, ses_event())
    message["MessageAttributes"] = {
        "a": {"Type": "Number", "Value": "1"},
        "b": [1, 2.5, -(2**63), 2**64 - 1, None, True],
    }
    message["Tomorrow"] = 1
    assert post_office.post(line, message).status == 200


def test_the_exact_message_and_no_secrets_are_kept(post_office: Desk, line: Line) -> None:
    text = json.dumps(ses_event(), indent=1) + "\n"
    message = post_office.signer.notification(line.arn, text, subject="S")
    assert post_office.post(line, message).status == 200
    (raw,) = post_office.rows("notifications", line)
    assert raw["message"] == text
    everything = json.dumps(raw, default=str)
    for name in ("Signature", "UnsubscribeURL", "SigningCertURL"):
        assert message[name] not in everything


def test_a_message_that_comes_twice_is_stored_once(post_office: Desk, line: Line) -> None:
    message = post_office.signer.notification(line.arn, ses_event())
    answers = [post_office.post(line, message) for _ in range(5)]
    assert [answer.status for answer in answers] == [200] * 5
    assert [answer.json["status"] for answer in answers] == ["stored"] + ["duplicate"] * 4
    assert post_office.count("notifications", line) == post_office.count("events", line) == 1


@pytest.mark.parametrize(
    "text", ["hello", "", "{}", "[]", "null", '"x"', "{", '{"eventType": 5}', '{"a":' * 500, "\x00", "é\n"]
)
def test_a_verified_message_that_is_no_event_is_kept_as_unknown(
    post_office: Desk, line: Line, text: str
) -> None:
    answer = post_office.post(line, post_office.signer.notification(line.arn, text))
    assert answer.status == 200, answer.body
    (event,) = post_office.rows("events", line)
    assert (event["type"], event["message_id"], event["recipient"]) == ("UNKNOWN", "", "")


@pytest.mark.parametrize(
    "text",
    [
        "Successfully validated SNS topic for Amazon SES event publishing.",
        '{"notificationType":"AmazonSnsSubscriptionSucceeded","message":"You have successfully subscribed."}\n',
    ],
)
def test_set_up_notices_become_a_finding_and_no_event(post_office: Desk, line: Line, text: str) -> None:
    assert post_office.post(line, post_office.signer.notification(line.arn, text)).status == 200
    assert post_office.count("notifications", line) == 1
    assert post_office.count("events", line) == 0
    assert post_office.findings(line) == {"topic-set-up"}


def test_age_is_never_a_reason_to_refuse(post_office: Desk, line: Line) -> None:
    now = datetime.now(UTC)
    for days, minutes in ((60, 0), (14, 1), (0, -6), (0, -4), (0, 0)):
        at = now - timedelta(days=days, minutes=minutes)
        assert (
            post_office.post(line, post_office.signer.notification(line.arn, ses_event(at=now), at=at)).status
            == 200
        )
    flags = [row["flags"] & 3 for row in post_office.rows("notifications", line)]
    assert flags == [1, 1, 2, 0, 0]


def test_a_topic_still_on_version_1_is_a_finding_until_it_changes(post_office: Desk, line: Line) -> None:
    assert (
        post_office.post(line, post_office.signer.notification(line.arn, ses_event(), version="1")).status
        == 200
    )
    assert post_office.findings(line) == {"signature-version-1"}
    assert (
        post_office.post(line, post_office.signer.notification(line.arn, ses_event(), version="2")).status
        == 200
    )
    assert post_office.findings(line) == set()


def test_an_end_of_the_subscription_is_a_finding_and_late_mail_still_counts(
    post_office: Desk, line: Line
) -> None:
    ended = post_office.signer.confirmation(line.arn, kind="UnsubscribeConfirmation")
    assert post_office.post(line, ended).status == 200
    assert post_office.findings(line) == {"unsubscribed-by-amazon"}
    assert post_office.post(line, post_office.signer.notification(line.arn, ses_event())).status == 200


def test_several_topics_at_one_callback_are_each_taken(post_office: Desk, line: Line) -> None:
    from core import moment
    from core.store import callbacks

    other = line.arn + "-complaints"
    assert post_office.post(line, post_office.signer.notification(other, ses_event())).status == 403
    with post_office.store.write() as conn:
        callbacks.pin(conn, line.callback_id, other, moment.now())
    for arn in (line.arn, other):
        assert post_office.post(line, post_office.signer.notification(arn, ses_event())).status == 200


@pytest.mark.parametrize(
    ("region", "suffix", "name", "partition"),
    [
        ("eu-central-2", "amazonaws.com", "sns-signing.eu-central-2.amazonaws.com", "aws"),
        ("us-gov-east-1", "amazonaws.com", "sns-us-gov-west-1.amazonaws.com", "aws-us-gov"),
        ("eusc-de-east-1", "amazonaws.eu", "sns-signing.eusc-de-east-1.amazonaws.eu", "aws-eusc"),
        ("cn-north-1", "amazonaws.com.cn", "sns-cn-north-1.amazonaws.com.cn", "aws-cn"),
    ],
)
def test_regions_with_names_of_their_own_are_known(
    post_office: Desk, region: str, suffix: str, name: str, partition: str
) -> None:
    from core import moment
    from core.store import callbacks

    line = post_office.line(region=region)
    line.arn = line.arn.replace("arn:aws:", f"arn:{partition}:")
    with post_office.store.write() as conn:
        callbacks.pin(conn, line.callback_id, line.arn, moment.now())
    signer = Signer(
        common_name=name,
        region=region,
        suffix=suffix,
        file=f"SimpleNotificationService-{region.replace('-', '')}.pem",
    )
    post_office.served[signer.url] = signer.pem
    assert post_office.post(line, signer.notification(line.arn, ses_event())).status == 200
    assert post_office.fetched[-1] == signer.url
