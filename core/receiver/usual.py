"""The envelope, and the quick way to read the one that Amazon nearly always sends: a plain Notification, each field once.

Says nothing about any other body: `core.receiver.envelope` reads those with care and names what is wrong with them.
"""

from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType

from core.moment import parse_rfc3339


class Envelope(msgspec.Struct, frozen=True, gc=False):
    """One well-formed SNS message, not yet verified."""

    type: str
    message_id: str
    topic_arn: str
    message: str  # exact, never stripped
    subject: str | None
    published_at: int  # the signed Timestamp, ms
    signature: str
    signature_version: str
    certificate_url: str
    token: str | None  # of the confirmations
    signed: bytes  # the canonical string


class _Usual(msgspec.Struct, rename="pascal", forbid_unknown_fields=True, gc=False):
    type: Literal["Notification"]
    message: str
    message_id: str
    timestamp: str
    topic_arn: str
    signature: str
    signature_version: str
    certificate: str = msgspec.field(name="SigningCertURL")
    subject: str | UnsetType = UNSET
    unsubscribe: str | UnsetType = msgspec.field(name="UnsubscribeURL", default=UNSET)


_decode = msgspec.json.Decoder(_Usual).decode


def usual(body: bytes) -> Envelope | None:
    """The envelope when the body is a Notification without any peculiarity; None for everything else."""
    try:
        told = _decode(body)
        published_at = parse_rfc3339(told.timestamp)
    except (ValueError, OverflowError, RecursionError):  # also what msgspec raises
        return None
    subject, unsubscribe = told.subject, told.unsubscribe
    names, short = 8, told.message_id + told.timestamp + told.topic_arn + told.signature + told.certificate
    signed = f"Message\n{told.message}\nMessageId\n{told.message_id}\n"
    if subject is not UNSET:
        names += 1
        short += subject
        signed += f"Subject\n{subject}\n"
    if unsubscribe is not UNSET:
        names += 1
        short += unsubscribe
    if (
        body.count(b'"') != 4 * names + told.message.count('"') + short.count('"')  # else a name stands twice
        or b"\\u0022" in body  # the one other spelling of a quotation mark
        or not short.isprintable()
        or told.signature_version not in ("1", "2")
        or not (told.message_id and told.topic_arn and told.signature and told.certificate)
    ):
        return None
    return Envelope(
        "Notification", told.message_id, told.topic_arn, told.message, None if subject is UNSET else subject,
        published_at, told.signature, told.signature_version, told.certificate, None,
        f"{signed}Timestamp\n{told.timestamp}\nTopicArn\n{told.topic_arn}\nType\nNotification\n".encode(),
    )  # fmt: skip
