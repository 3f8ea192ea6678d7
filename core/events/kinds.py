"""The ten types of SES event, each in its own way one Event per recipient.

Source: "Contents of event data that Amazon SES publishes to Amazon SNS", SES developer guide.
"""

from dataclasses import dataclass
from typing import Any

from core.events.blame import by_bounce, by_complaint
from core.events.event import UNKNOWN, Event, EventFlag, Notification
from core.events.fact import bounce_detail, complaint_detail, timed_detail, unknown_detail
from core.events.mail import Mail, addresses, moment
from core.moment import DAY, MINUTE

LATE_AFTER = 14 * DAY
SUSPECT_AHEAD = 5 * MINUTE


@dataclass(slots=True)
class Told:
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
            flags=flags_of(notification, occurred_at, mail.drill), **more,
        )  # fmt: skip


def flags_of(notification: Notification, occurred_at: int, drill: bool = False) -> EventFlag:
    flags = int(notification.flags)
    if notification.received_at - notification.published_at > LATE_AFTER:
        flags |= 1
    if max(occurred_at, notification.published_at) - notification.received_at > SUSPECT_AHEAD:
        flags |= 2
    if drill:
        flags |= 8
    return _FLAGS[flags]


_FLAGS = [EventFlag(number) for number in range(16)]


def of_unknown_type(told: Told) -> list[Event]:
    detail = unknown_detail(told.type)
    told.type = UNKNOWN
    return [told.event("", detail, None)]


def _for_each_destination(told: Told) -> list[Event]:
    """Send, Reject and Rendering Failure have no time of their own and concern every recipient."""
    return [told.event(recipient, "", told.mail.sent_at) for recipient in told.mail.destination or [""]]


def _delivery(told: Told) -> list[Event]:
    at = told.own_time()
    return [told.event(recipient, "", at) for recipient in addresses(told.payload.get("recipients")) or [""]]


def _bounce(told: Told) -> list[Event]:
    kind, subtype, feedback, at = (
        told.text("bounceType"), told.text("bounceSubType"), told.text("feedbackId"), told.own_time()
    )  # fmt: skip
    return [
        told.event(
            recipient, bounce_detail(kind), at, bounce_type=kind, bounce_subtype=subtype, feedback_id=feedback,
            diagnostic_code=code, status=status, against=by_bounce(kind, recipient, told.mail.destination),
        )
        for recipient, status, code in _reported(told.payload.get("bouncedRecipients"))
    ]  # fmt: skip


def _complaint(told: Told) -> list[Event]:
    subtype, feedback_type, at = (
        told.text("complaintSubType"),
        told.text("complaintFeedbackType"),
        told.own_time(),
    )
    candidates = tuple(sorted(addresses(told.payload.get("complainedRecipients"))))
    against = by_complaint(feedback_type, candidates, told.mail.destination)
    return [
        told.event(
            recipient, complaint_detail(feedback_type, subtype), at, bounce_subtype=subtype,
            feedback_type=feedback_type, feedback_id=told.text("feedbackId"), candidates=candidates, against=against,
        )
        for recipient in candidates or [""]
    ]  # fmt: skip


def _delay(told: Told) -> list[Event]:
    at = told.own_time()
    return [
        told.event(
            recipient, timed_detail(at), at, bounce_subtype=None, status=status, diagnostic_code=code
        )
        for recipient, status, code in _reported(told.payload.get("delayedRecipients"))
    ]  # fmt: skip


def _by_someone(told: Told) -> list[Event]:
    """Open, Click, Subscription: Amazon does not say by whom; with one destination there is only one who can be meant."""
    at, destination = told.own_time(), told.mail.destination
    link = told.text("link") or "" if told.type == "Click" else None
    wish = _wish(told.payload) if told.type == "Subscription" else ""
    topics = _topics(told.payload) if told.type == "Subscription" else ()
    return [
        told.event(
            destination[0] if len(destination) == 1 else "",
            timed_detail(at, link),
            at,
            wish=wish,
            topics=topics,
        )
    ]


def _topics(payload: dict[str, Any]) -> tuple[tuple[str, bool], ...]:
    """The topics of Amazon's list whose state changed, each with whether it was left: a list's own default is no wish."""
    before, after = (_statuses(payload.get(name)) for name in ("oldTopicPreferences", "newTopicPreferences"))
    return tuple(
        (name, said == "OptOut") for name, said in after.items() if said != before.get(name, "OptIn")
    )


def _statuses(preferences: Any) -> dict[str, str]:
    rows = preferences.get("topicSubscriptionStatus") if isinstance(preferences, dict) else None
    return {
        row["topicName"]: row["subscriptionStatus"]
        for row in (rows if isinstance(rows, list) else ())
        if isinstance(row, dict)
        and isinstance(row.get("topicName"), str)
        and row.get("subscriptionStatus") in ("OptIn", "OptOut")
    }


def _wish(payload: dict[str, Any]) -> str:
    """What somebody told Amazon's subscription management about the list as a whole; nothing for single topics."""
    before, after = (payload.get(name) for name in ("oldTopicPreferences", "newTopicPreferences"))
    if isinstance(after, dict) and after.get("unsubscribeAll") is True:
        return "leave"
    if isinstance(before, dict) and before.get("unsubscribeAll") is True and isinstance(after, dict):
        return "rejoin"
    return ""


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


EVENTS = {
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
