"""The SNS envelope: strict JSON, the fields by type, and the bytes that Amazon signed.

Nothing in here is trusted yet. Strictness is what makes the signature mean one thing only: SNS signs `name\\nvalue\\n…`
without escaping, so a line break in a short field would let the same bytes be cut into a different message.
Source: "Verifying the signatures of Amazon SNS messages" and "HTTP/HTTPS notification JSON format", SNS developer guide.
"""

import json
import re
from collections.abc import Iterable
from typing import Any

from core.moment import parse_rfc3339
from core.receiver.refused import malformed
from core.receiver.usual import Envelope, usual

NOTIFICATION = "Notification"
SUBSCRIPTION = "SubscriptionConfirmation"
UNSUBSCRIPTION = "UnsubscribeConfirmation"

MAX_DEPTH = 32  # the root is 1
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
LAMBDA_NAMES = ("SigningCertUrl", "SubscribeUrl", "UnsubscribeUrl")

_CONFIRMATION = ("Message", "MessageId", "Subject", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type")
SIGNED = {  # in byte order, as signed; Subject only where it is present
    NOTIFICATION: ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    SUBSCRIPTION: _CONFIRMATION,
    UNSUBSCRIPTION: _CONFIRMATION,
}
UNSIGNED = ("Signature", "SignatureVersion", "SigningCertURL")
UNREAD = ("SubscribeURL", "Token", "UnsubscribeURL")  # where they are neither signed nor read
CHECKED = {kind: (*names, *UNSIGNED) for kind, names in SIGNED.items()}
HEADERS = {
    b"x-amz-sns-message-type": "Type",
    b"x-amz-sns-message-id": "MessageId",
    b"x-amz-sns-topic-arn": "TopicArn",
}


def read_envelope(body: bytes) -> Envelope:
    """The body as an envelope; raises Refused (400) with the field that is wrong."""
    return usual(body) or read_with_care(body)


def read_with_care(body: bytes) -> Envelope:
    """The same for every body, however odd."""
    fields = _strict_json(body)
    kind = fields.get("Type")
    names = SIGNED.get(kind) if isinstance(kind, str) else None
    if names is None:
        if isinstance(fields, dict) and looks_raw(fields):
            raise malformed(
                "This is a bare SES event: switch 'Enable raw message delivery' off on the SNS subscription.",
                "Type",
                "raw-delivery-on",
            )
        raise malformed(
            "Type must be Notification, SubscriptionConfirmation or UnsubscribeConfirmation.", "Type"
        )
    for name in LAMBDA_NAMES:
        if name in fields:
            raise malformed(
                f"{name} is the spelling of a Lambda event; over HTTPS Amazon sends {name[:-3]}URL.", name
            )
    for name in CHECKED[str(kind)]:
        value = fields.get(name)
        if type(value) is not str or not value or not value.isprintable():
            _check_field(fields, name)
    for name in UNREAD:
        if name in fields:
            _check_control(fields[name], name)
    version = fields["SignatureVersion"]
    if version not in ("1", "2"):
        raise malformed('SignatureVersion must be "1" or "2".', "SignatureVersion", "signature-version")
    try:
        signed = "".join([f"{name}\n{fields[name]}\n" for name in names if name in fields]).encode()
        published_at = parse_rfc3339(fields["Timestamp"])
    except UnicodeEncodeError:
        raise malformed("A signed field holds half a surrogate pair.") from None
    except (ValueError, OverflowError):
        raise malformed("Timestamp must be a full date and time with its zone.", "Timestamp") from None
    return Envelope(
        type=fields["Type"],
        message_id=fields["MessageId"],
        topic_arn=fields["TopicArn"],
        message=fields["Message"],
        subject=fields.get("Subject"),
        published_at=published_at,
        signature=fields["Signature"],
        signature_version=version,
        certificate_url=fields["SigningCertURL"],
        token=fields.get("Token") if kind != NOTIFICATION else None,
        signed=signed,
    )


def agree(envelope: Envelope, headers: Iterable[tuple[bytes, bytes]]) -> None:
    """Headers that name type, id or topic must say what the body says (they are not signed); missing ones may be missing."""
    for name, value in headers:
        if name in HEADERS:
            field = HEADERS[name]
            said = {"Type": envelope.type, "MessageId": envelope.message_id, "TopicArn": envelope.topic_arn}[
                field
            ]
            if value.strip() != said.encode():
                raise malformed(
                    f"The header {name.decode()} and {field} in the body differ.", field, "header-mismatch"
                )


def says_raw(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    """Whether SNS says that the body is raw: bare, without envelope and signature."""
    return any(
        name == b"x-amz-sns-rawdelivery" and value.strip().lower() == b"true" for name, value in headers
    )


def looks_raw(fields: dict[str, Any]) -> bool:
    """A bare SES event, as raw message delivery posts it."""
    return "mail" in fields and ("eventType" in fields or "notificationType" in fields)


def _check_field(fields: dict[str, Any], name: str) -> None:
    if name not in fields:
        if name == "Subject":
            return
        raise malformed(f"{name} is missing.", name)
    value = fields[name]
    if not isinstance(value, str):
        raise malformed(f"{name} must be a string.", name)
    if name == "Message":
        return
    _check_control(value, name)
    if not value and name != "Subject":
        raise malformed(f"{name} is empty.", name)


def _check_control(value: Any, name: str) -> None:
    if isinstance(value, str) and not value.isprintable() and CONTROL.search(value):
        raise malformed(f"{name} holds a control character.", name)


def _strict_json(body: bytes) -> dict[str, Any]:
    try:
        fields = _DECODER.decode(body.decode("utf-8"))
    except RecursionError:
        raise malformed("The JSON is nested too deep.") from None
    except ValueError as error:  # also bad UTF-8, numbers Python refuses to read, and our own below
        words = str(error) if isinstance(error, _NotStrict) else "The body is not JSON."
        raise malformed(words) from None
    if not isinstance(fields, dict):
        raise malformed("The body must be one JSON object.")
    for value in fields.values():
        if isinstance(value, dict | list):
            _check_depth(value, 2)
    return fields


class _NotStrict(ValueError):
    """JSON that Python would read and we do not."""


def _check_depth(value: Any, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise malformed("The JSON is nested too deep.")
    for inner in value.values() if isinstance(value, dict) else value:
        if isinstance(inner, dict | list):
            _check_depth(inner, depth + 1)


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise _NotStrict("A name stands twice in one JSON object.")
    return fields


def _integer(digits: str) -> int:
    if len(digits) > 20 or not -(2**63) <= (number := int(digits)) < 2**64:
        raise _NotStrict("A number is beyond 64 bits.")
    return number


def _real(digits: str) -> float:
    number = float(digits)
    if number in (float("inf"), float("-inf")):
        raise _NotStrict("A number is beyond 64 bits.")
    return number


def _no_constant(word: str) -> float:
    raise _NotStrict(f"{word} is not JSON.")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_no_duplicates, parse_int=_integer, parse_float=_real, parse_constant=_no_constant
)
