"""SES JSON -> one Event per recipient, for both forms: identity notifications and configuration set events.

Whatever a verified notification holds becomes at least one event or a notice; nothing in it can raise.
Source: "Contents of event data that Amazon SES publishes to Amazon SNS" and "… notification contents", SES developer guide.
"""

import json
from dataclasses import dataclass
from typing import Any

import msgspec

from core.events.event import TYPES, UNKNOWN, Event, EventFlag, Notification, Parsed
from core.events.fact import bounce_detail, complaint_detail, timed_detail, unknown_detail
from core.events.mail import Mail, addresses, moment, read_mail
from core.events.text import clean
from core.moment import DAY, MINUTE

IDENTITY_TOPIC_READY = "identity-topic-ready"
EVENT_PUBLISHING_READY = "event-publishing-ready"
_EVENT_PUBLISHING_READY = "Successfully validated SNS topic for Amazon SES event publishing."
_IDENTITY_TOPIC_READY = "AmazonSnsSubscriptionSucceeded"
LATE_AFTER = 14 * DAY
SUSPECT_AHEAD = 5 * MINUTE

_PAYLOADS = {name: name.lower() for name in TYPES} | {
    "Rendering Failure": "failure",
    "DeliveryDelay": "deliveryDelay",
}
_NO_TAGS: dict[str, list[str]] = {}
_decode = msgspec.json.decode


def parse(notification: Notification) -> Parsed:
    """What a notification's Message holds: events, a set-up notice, or (our own fault) a reason for quarantine."""
    try:
        return _parse(notification)
    except (
        Exception
    ) as error:  # a bug here must cost neither the raw message nor a retry storm: it is kept for replay
        return Parsed((), quarantine=f"parser failed: {type(error).__name__}")


def _parse(notification: Notification) -> Parsed:
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
    told = _Told(notification, kind, read, payload if isinstance(payload, dict) else {})
    return Parsed(tuple(_EVENTS.get(kind, _of_unknown_type)(told)))


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


@dataclass(slots=True)
class _Told:
    """One SES event, half read."""

    notification: Notification
    type: str
    mail: Mail
    payload: dict[str, Any]

    def text(self, name: str) -> str | None:
        """A field of the payload, when it is text."""
        value = self.payload.get(name)
        return value if isinstance(value, str) and value else None

    def own_time(self) -> int | None:
        """When it happened, as the payload says."""
        return moment(self.payload.get("timestamp"))

    def event(self, recipient: str, detail: str, at: int | None, **more: Any) -> Event:
        """An event of this message; without a time of its own it happened when it was published."""
        mail, notification = self.mail, self.notification
        occurred_at = notification.published_at if at is None else at
        return Event(
            self.type, mail.message_id, recipient, detail, occurred_at, mail.sent_at, mail.identity,
            mail.identity_from_arn, mail.configuration_set, mail.tags,
            flags=_flags(notification, occurred_at, mail.drill), **more,
        )  # fmt: skip


def _flags(notification: Notification, occurred_at: int, drill: bool = False) -> EventFlag:
    flags = int(notification.flags)
    if notification.received_at - notification.published_at > LATE_AFTER:
        flags |= 1
    if max(occurred_at, notification.published_at) - notification.received_at > SUSPECT_AHEAD:
        flags |= 2
    if drill:
        flags |= 8
    return _FLAGS[flags]


_FLAGS = [EventFlag(number) for number in range(16)]


def _unreadable(notification: Notification) -> Event:
    """What is no SES event at all."""
    return Event(
        UNKNOWN, "", "", unknown_detail(notification.sns_message_id), notification.published_at, None, None, False,
        None, flags=_flags(notification, notification.published_at),
    )  # fmt: skip


def _of_unknown_type(told: _Told) -> list[Event]:
    detail = unknown_detail(told.type)
    told.type = UNKNOWN
    return [told.event("", detail, None)]


def _for_each_destination(told: _Told) -> list[Event]:
    """Send, Reject and Rendering Failure have no time of their own and concern every recipient."""
    return [told.event(recipient, "", told.mail.sent_at) for recipient in told.mail.destination or [""]]


def _delivery(told: _Told) -> list[Event]:
    at = told.own_time()
    return [told.event(recipient, "", at) for recipient in addresses(told.payload.get("recipients")) or [""]]


def _bounce(told: _Told) -> list[Event]:
    kind, subtype, feedback, at = (
        told.text("bounceType"), told.text("bounceSubType"), told.text("feedbackId"), told.own_time()
    )  # fmt: skip
    return [
        told.event(
            recipient, bounce_detail(kind), at, bounce_type=kind, bounce_subtype=subtype, feedback_id=feedback,
            diagnostic_code=code, status=status,
        )
        for recipient, status, code in _reported(told.payload.get("bouncedRecipients"))
    ]  # fmt: skip


def _complaint(told: _Told) -> list[Event]:
    subtype, feedback_type, at = (
        told.text("complaintSubType"),
        told.text("complaintFeedbackType"),
        told.own_time(),
    )
    candidates = tuple(sorted(addresses(told.payload.get("complainedRecipients"))))
    return [
        told.event(
            recipient, complaint_detail(feedback_type, subtype), at, bounce_subtype=subtype,
            feedback_type=feedback_type, feedback_id=told.text("feedbackId"), candidates=candidates,
        )
        for recipient in candidates or [""]
    ]  # fmt: skip


def _delay(told: _Told) -> list[Event]:
    at = told.own_time()
    return [
        told.event(
            recipient, timed_detail(at), at, bounce_subtype=None, status=status, diagnostic_code=code
        )
        for recipient, status, code in _reported(told.payload.get("delayedRecipients"))
    ]  # fmt: skip


def _by_someone(told: _Told) -> list[Event]:
    """Open, Click, Subscription: Amazon does not say by whom; with one destination there is only one who can be meant."""
    at, destination = told.own_time(), told.mail.destination
    link = told.text("link") or "" if told.type == "Click" else None
    return [told.event(destination[0] if len(destination) == 1 else "", timed_detail(at, link), at)]


def _reported(values: Any) -> list[tuple[str, str | None, str | None]]:
    """Recipients with the remote server's status and words; of one that is named twice, the first. Nobody: ("")."""
    found: dict[str, tuple[str, str | None, str | None]] = {}
    for value in values if isinstance(values, list) else ():
        for recipient in addresses([value]):
            fields = value if isinstance(value, dict) else {}
            status, code = fields.get("status"), fields.get("diagnosticCode")
            found.setdefault(
                recipient,
                (
                    recipient,
                    status if isinstance(status, str) and status else None,
                    code if isinstance(code, str) and code else None,
                ),
            )
    return list(found.values()) or [("", None, None)]


_EVENTS = {
    "Send": _for_each_destination,
    "Reject": _for_each_destination,
    "Rendering Failure": _for_each_destination,
    "Delivery": _delivery,
    "Bounce": _bounce,
    "Complaint": _complaint,
    "DeliveryDelay": _delay,
    "Open": _by_someone,
    "Click": _by_someone,
    "Subscription": _by_someone,
}
