"""SES JSON -> one Event per recipient, for both forms: identity notifications and configuration set events.

Whatever a verified notification holds becomes at least one event or a notice; nothing in it can raise. Only a machine without
memory can: that is not the notification's fault, and it comes again.
Source: "Contents of event data that Amazon SES publishes to Amazon SNS" and "… notification contents", SES developer guide.
"""

import json
from typing import Any

import msgspec

from core.events.event import TYPES, UNKNOWN, Event, Notification, Parsed
from core.events.fact import unknown_detail
from core.events.kinds import EVENTS, Told, flags_of, of_unknown_type
from core.events.mail import UsualMail, read_mail, read_usual
from core.events.text import clean

IDENTITY_TOPIC_READY = "identity-topic-ready"
EVENT_PUBLISHING_READY = "event-publishing-ready"
_EVENT_PUBLISHING_READY = "Successfully validated SNS topic for Amazon SES event publishing."
_IDENTITY_TOPIC_READY = "AmazonSnsSubscriptionSucceeded"

_PAYLOADS = {name: name.lower() for name in TYPES} | {
    "Rendering Failure": "failure",
    "DeliveryDelay": "deliveryDelay",
}
_decode = msgspec.json.decode


class _Usual(msgspec.Struct, rename="camel", gc=False):
    """An event as Amazon nearly always writes it: only what is read of it."""

    mail: UsualMail
    event_type: str | None = None
    notification_type: str | None = None
    send: dict[str, Any] | None = None
    delivery: dict[str, Any] | None = None
    bounce: dict[str, Any] | None = None
    complaint: dict[str, Any] | None = None
    reject: dict[str, Any] | None = None
    open: dict[str, Any] | None = None
    click: dict[str, Any] | None = None
    failure: dict[str, Any] | None = None
    delivery_delay: dict[str, Any] | None = None
    subscription: dict[str, Any] | None = None


_decode_usual = msgspec.json.Decoder(_Usual).decode
_FIELDS = {name: payload.replace("Delay", "_delay") for name, payload in _PAYLOADS.items()}


def parse(notification: Notification) -> Parsed:
    """What a notification's Message holds: events, a set-up notice, or (our own fault) a reason for quarantine. Raises
    MemoryError alone."""
    try:
        return read_usual_event(notification) or read_with_care(notification)
    except MemoryError:
        raise
    except (
        Exception
    ) as error:  # a bug here must cost neither the raw message nor a retry storm: it is kept for replay
        return Parsed((), quarantine=f"parser failed: {type(error).__name__}")


def read_usual_event(notification: Notification) -> Parsed | None:
    """The quick way, which knows no exceptions; None for whatever does not fit it."""
    message = notification.message
    if "\\u0000" in message:
        return None
    try:
        body = _decode_usual(message)
    except (ValueError, RecursionError):
        return None
    kind = body.event_type or body.notification_type
    mail = read_usual(body.mail)
    if kind not in _FIELDS or mail is None:
        return None
    told = Told(notification, kind, mail, getattr(body, _FIELDS[kind]) or {})
    return Parsed(tuple(EVENTS[kind](told)))


def read_with_care(notification: Notification) -> Parsed:
    body = _read(notification.message)
    if type(body) is not dict:
        if notification.message.strip() == _EVENT_PUBLISHING_READY:
            return Parsed((), notice=EVENT_PUBLISHING_READY)
        return Parsed((_unreadable(notification),))
    kind = body.get("eventType") or body.get("notificationType")
    if kind == _IDENTITY_TOPIC_READY:
        return Parsed((), notice=IDENTITY_TOPIC_READY)
    mail = body.get("mail")
    if not isinstance(kind, str) or not isinstance(mail, dict):
        return Parsed((_unreadable(notification),))
    read = read_mail(mail)
    if not read.message_id:
        return Parsed((_unreadable(notification),))
    payload = body.get(_PAYLOADS.get(kind, ""))
    told = Told(notification, kind, read, payload if isinstance(payload, dict) else {})
    return Parsed(tuple(EVENTS.get(kind, of_unknown_type)(told)))


def _read(message: str) -> Any:
    """The JSON in a message, None when there is none. Free of what a database cannot hold."""
    try:
        body = _decode(message)
        return _cleaned(body) if "\\u0000" in message else body
    except (ValueError, RecursionError, UnicodeError):
        pass  # msgspec is stricter than Amazon's own examples need: a lone surrogate, for one
    try:
        return _cleaned(json.loads(message))
    except (ValueError, RecursionError):
        return None


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [_cleaned(each) for each in value]
    if isinstance(value, dict):
        return {clean(str(name)): _cleaned(each) for name, each in value.items()}
    return value


def _unreadable(notification: Notification) -> Event:
    """What is no SES event at all."""
    return Event(
        UNKNOWN, "", "", unknown_detail(notification.sns_message_id), notification.published_at, None, None, False,
        None, flags=flags_of(notification, notification.published_at),
    )  # fmt: skip
