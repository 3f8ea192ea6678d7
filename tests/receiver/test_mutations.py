"""A corpus of changes to valid signed messages: each is refused, leaves no row and asks no host for anything."""

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
from receiving import Desk, Line
from sns_signer import Signer, canonical, ses_event

Message = dict[str, Any]
SHORT = ("MessageId", "Timestamp", "TopicArn", "Type")


def changed(field: str, value: Any) -> Callable[[Message], bytes]:
    return lambda message: json.dumps({**message, field: value}).encode()


def dropped(field: str) -> Callable[[Message], bytes]:
    return lambda message: json.dumps({k: v for k, v in message.items() if k != field}).encode()


def edited(field: str, edit: Callable[[str], Any]) -> Callable[[Message], bytes]:
    return lambda message: json.dumps({**message, field: edit(message[field])}).encode()


def renamed(field: str, name: str) -> Callable[[Message], bytes]:
    return lambda message: json.dumps({(name if k == field else k): v for k, v in message.items()}).encode()


def text(edit: Callable[[bytes], bytes]) -> Callable[[Message], bytes]:
    return lambda message: edit(json.dumps(message).encode())


def twice(field: str, first: bool) -> Callable[[Message], bytes]:
    """The same name twice, the other value before or after the true one."""

    def mutate(message: Message) -> bytes:
        true, other = json.dumps(message).encode(), json.dumps({field: "other"}).encode()
        return other[:-1] + b"," + true[1:] if first else true[:-1] + b"," + other[1:]

    return mutate


def inside(value: str) -> Callable[[Message], bytes]:
    return lambda message: json.dumps(message).encode()[:-1] + b', "Extra": ' + value.encode() + b"}"


MUTATIONS: dict[str, tuple[Callable[[Message], bytes], int]] = {
    # dropped, emptied, of another type
    **{f"no {name}": (dropped(name), 400) for name in (*SHORT, "Message", "Signature", "SignatureVersion", "SigningCertURL")},
    **{f"{name} null": (changed(name, None), 400) for name in (*SHORT, "Message", "Subject", "Signature", "SignatureVersion", "SigningCertURL")},
    **{f"{name} a number": (changed(name, 1), 400) for name in (*SHORT, "Message", "Subject", "Signature", "SignatureVersion", "SigningCertURL")},
    **{f"{name} a list": (edited(name, lambda value: [value]), 400) for name in (*SHORT, "Message", "Signature", "SigningCertURL")},
    **{f"{name} empty": (changed(name, ""), 400) for name in (*SHORT, "SignatureVersion", "SigningCertURL")},
    "Message an object": (edited("Message", json.loads), 400),
    "Message empty": (changed("Message", ""), 403),
    # control characters in short fields
    **{f"{name} with line break at the end": (edited(name, lambda value: value + "\n"), 400) for name in (*SHORT, "SigningCertURL", "Signature")},
    **{f"{name} with NUL": (edited(name, lambda value: value + "\0"), 400) for name in (*SHORT, "SigningCertURL")},
    "MessageId with C1": (edited("MessageId", lambda value: value + "\x85"), 400),
    "MessageId with DEL": (edited("MessageId", lambda value: "\x7f" + value), 400),
    "UnsubscribeURL with line break": (edited("UnsubscribeURL", lambda value: value + "\n"), 400),
    "Subject with line break": (changed("Subject", "a\nb"), 400),
    "half a surrogate": (changed("MessageId", "\ud800"), 400),
    # types and versions
    **{f"Type {kind}": (changed("Type", kind), 400) for kind in ("notification", "Notification ", "UnsubscriptionConfirmation", "Other")},
    "Type SubscriptionConfirmation": (changed("Type", "SubscriptionConfirmation"), 400),
    **{f"version {version!r}": (changed("SignatureVersion", version), 400) for version in ("0", "3", "01", " 2", "2.0", "v2", True)},
    "version 1 claimed for 2": (changed("SignatureVersion", "1"), 403),
    # contents
    "another message": (changed("Message", json.dumps(ses_event("Complaint"))), 403),
    "message with a blank more": (edited("Message", lambda value: value + " "), 403),
    "message with a line break more": (edited("Message", lambda value: value + "\n"), 403),
    "another id": (changed("MessageId", "00000000-0000-0000-0000-000000000000"), 403),
    "another time": (changed("Timestamp", "2026-01-02T03:04:05.678Z"), 403),
    "no time": (changed("Timestamp", "yesterday"), 400),
    "a date alone": (changed("Timestamp", "2026-13-45T00:00:00Z"), 400),
    "a subject added": (changed("Subject", "Hi"), 403),
    "an empty subject added": (changed("Subject", ""), 403),
    # topics
    "another topic": (edited("TopicArn", lambda arn: arn + "x"), 403),
    "topic in capitals": (edited("TopicArn", str.upper), 403),
    "another account": (edited("TopicArn", lambda arn: arn.replace("111122223333", "444455556666")), 403),
    "another region": (edited("TopicArn", lambda arn: arn.replace("eu-west-1", "us-east-1")), 403),
    "topic with a blank": (edited("TopicArn", lambda arn: arn + " "), 403),
    "no ARN": (changed("TopicArn", "ses-bounces"), 403),
    # signatures
    "signature not base64": (changed("Signature", "!!!!"), 403),
    "signature of nothing": (changed("Signature", "AAAA"), 403),
    "signature cut": (edited("Signature", lambda value: value[:-8]), 403),
    "signature with one bit": (edited("Signature", lambda value: ("B" if value[0] == "A" else "A") + value[1:]), 403),
    "signature with blanks": (edited("Signature", lambda value: value[:10] + " " + value[10:]), 403),
    "signature url-safe": (edited("Signature", lambda value: base64.urlsafe_b64encode(b"\xff" * 256).decode()), 403),
    "signature non-ascii": (changed("Signature", "ü" * 344), 403),
    # Lambda spelling and letter case
    "SigningCertUrl": (renamed("SigningCertURL", "SigningCertUrl"), 400),
    "UnsubscribeUrl": (renamed("UnsubscribeURL", "UnsubscribeUrl"), 400),
    "topicArn": (renamed("TopicArn", "topicArn"), 400),
    "type": (renamed("Type", "type"), 400),
    # JSON
    "Type twice": (twice("Type", True), 400),
    "Message twice": (twice("Message", False), 400),
    "TopicArn twice": (twice("TopicArn", True), 400),
    "Signature twice": (twice("Signature", False), 400),
    "Extra twice": (lambda message: twice("Extra", True)({**message, "Extra": 1}), 400),
    "twice deep inside": (inside('{"a": [{"b": 1, "b": 2}]}'), 400),
    "NaN": (inside("NaN"), 400),
    "Infinity": (inside("-Infinity"), 400),
    "a number beyond 64 bits": (inside(str(2**64)), 400),
    "a negative number beyond 64 bits": (inside(str(-(2**63) - 1)), 400),
    "a number of 5,000 digits": (inside("1" * 5000), 400),
    "a real beyond 64 bits": (inside("1e400"), 400),
    "depth 33": (inside("[" * 32 + "]" * 32), 400),
    "depth 100,000": (lambda _: b"[" * 100_000, 400),
    "depth 100,000 inside": (inside("[" * 100_000 + "]" * 100_000), 400),
    "a byte order mark": (text(lambda body: b"\xef\xbb\xbf" + body), 400),
    "UTF-16": (lambda message: json.dumps(message).encode("utf-16"), 400),
    "bad UTF-8": (text(lambda body: body.replace(b"Notification", b"Notif\xff")), 400),
    "cut": (text(lambda body: body[:-1]), 400),
    "something behind": (text(lambda body: body + b"{}"), 400),
    "a comma too much": (text(lambda body: body[:-1] + b",}"), 400),
    "single quotes": (text(lambda body: body.replace(b'"', b"'")), 400),
    "a list around": (text(lambda body: b"[" + body + b"]"), 400),
    "a string": (text(lambda body: json.dumps(body.decode()).encode()), 400),
    "null": (lambda _: b"null", 400),
    "nothing": (lambda _: b"", 400),
    "a form": (lambda _: b"Type=Notification", 400),
    "raw line break in a string": (text(lambda body: body.replace(b"Notification", b"Notif\nication")), 400),
}  # fmt: skip


def test_the_corpus_is_large_enough() -> None:
    assert len(MUTATIONS) >= 60


@pytest.mark.parametrize("name", MUTATIONS)
def test_a_changed_message_is_refused(post_office: Desk, line: Line, name: str) -> None:
    mutate, status = MUTATIONS[name]
    body = mutate(post_office.signer.notification(line.arn, ses_event()))
    answer = post_office.post_bytes(line, body)
    assert answer.status == status, (name, answer.body)
    assert set(answer.json["error"]) == {"code", "message", "field"}
    assert post_office.count("notifications", line) == post_office.count("events", line) == 0
    assert post_office.fetched == []


@pytest.mark.parametrize("kind", ["SubscriptionConfirmation", "UnsubscribeConfirmation"])
@pytest.mark.parametrize("field", ["Token", "SubscribeURL", "Message", "MessageId", "Timestamp", "TopicArn"])
def test_a_changed_confirmation_is_refused(post_office: Desk, line: Line, kind: str, field: str) -> None:
    message = post_office.signer.confirmation(line.arn, kind=kind)
    for body, statuses in (
        (dropped(field)(message), {400}),
        (changed(field, 5)(message), {400}),
        (edited(field, lambda value: value + "x")(message), {400, 403}),
        (changed("Type", "Notification")(message), {403}),
        (changed("Subject", "added")(message), {403}),
    ):
        assert post_office.post_bytes(line, body).status in statuses
    assert post_office.rows("topics", line)[0]["confirm_token"] is None
    assert post_office.findings(line) <= {"confirmation-rejected"}


@pytest.mark.parametrize("header", ["type", "id", "topic-arn"])
def test_a_header_that_disagrees_is_refused(post_office: Desk, line: Line, header: str) -> None:
    message = post_office.signer.notification(line.arn, ses_event())
    answer = post_office.post(
        line, message, **{f"x_amz_sns_{'message-' if header != 'topic-arn' else ''}{header}": "other"}
    )
    assert (answer.status, answer.code) == (400, "header-mismatch")
    assert post_office.count("notifications", line) == 0


@pytest.mark.parametrize("header", [False, True])
def test_raw_delivery_is_refused_with_a_finding_that_names_the_fix(
    post_office: Desk, line: Line, header: bool
) -> None:
    answer = post_office.post_bytes(
        line, json.dumps(ses_event()).encode(), {"x-amz-sns-rawdelivery": "true"} if header else {}
    )
    assert (answer.status, answer.code) == (400, "raw-delivery-on")
    assert post_office.findings(line) == {"raw-delivery-on"}


def signed_by(key_of: Signer, message: Message) -> Message:
    return {**message, "Signature": key_of.signature(canonical(message))}


def test_a_genuine_signature_cut_into_another_message_is_refused(post_office: Desk, line: Line) -> None:
    """SNS signs `name\\nvalue\\n` unescaped: a stranger's message may hold the bytes of one that names our topic."""
    ours, theirs = line.arn, "arn:aws:sns:eu-west-1:999999999999:mallory"
    forged = {
        "Message": "hello",
        "MessageId": "m-1",
        "Timestamp": "2026-11-01T00:00:00.000Z",
        "TopicArn": ours,
        "Type": "Notification",
    }
    smuggled = f"hello\nMessageId\nm-1\nTimestamp\n{forged['Timestamp']}\nTopicArn\n{ours}"
    genuine = post_office.signer.notification(theirs, smuggled)
    tail = canonical(genuine).decode().split(ours, 1)[1]
    for arn in (ours + tail.removesuffix("\nType\nNotification\n"), ours + tail.rstrip("\n"), ours):
        recut = {**genuine, **forged, "TopicArn": arn}
        assert post_office.post_bytes(line, post_office.signer.body(recut)).status in (400, 403)
    for kind in ("Notification\n", "Notification\nX", "Notification\n" + tail):
        recut = {**genuine, **forged, "Type": kind}
        assert post_office.post_bytes(line, post_office.signer.body(recut)).status == 400
    assert post_office.count("notifications", line) == 0


def test_anything_signed_by_another_key_is_refused(post_office: Desk, line: Line) -> None:
    mallory = Signer(number=1)
    message = post_office.signer.notification(line.arn, ses_event())
    assert post_office.post(line, signed_by(mallory, message)).status == 403
    assert post_office.post(line, signed_by(post_office.signer, message)).status == 200


def test_errors_never_repeat_what_was_posted(post_office: Desk, line: Line) -> None:
    message = post_office.signer.notification(line.arn, ses_event(recipient="secret-person@example.com"))
    for body in (changed("Timestamp", "secret")(message), changed("Message", "secret")(message), b"secret"):
        assert b"secret" not in post_office.post_bytes(line, body).body
