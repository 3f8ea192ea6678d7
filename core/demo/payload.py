"""What SES tells about a mail, in both of its forms: identity notifications and event publishing.

They look nearly alike; the differences (notificationType/eventType, tags, headers, sourceIp, the trailing newline) are
Amazon's. Source: SES developer guide, "Contents of notifications" and "Contents of event data … SNS".
"""

from typing import Any

import msgspec

from core.demo.mail import Mail
from core.demo.world import ACCOUNT
from core.moment import rfc3339

SUBJECT = "Amazon SES Email Event Notification"
DESTINATION_VALIDATED = "Successfully validated SNS topic for Amazon SES event publishing."
# event -> (its key in the payload, its name in the API)
KINDS = {
    "Send": ("send", "SEND"),
    "Delivery": ("delivery", "DELIVERY"),
    "Bounce": ("bounce", "BOUNCE"),
    "Complaint": ("complaint", "COMPLAINT"),
    "Reject": ("reject", "REJECT"),
    "Open": ("open", "OPEN"),
    "Click": ("click", "CLICK"),
    "Rendering Failure": ("failure", "RENDERING_FAILURE"),
    "DeliveryDelay": ("deliveryDelay", "DELIVERY_DELAY"),
    "Subscription": ("subscription", "SUBSCRIPTION"),
}
IDENTITY_KINDS = ("Bounce", "Complaint", "Delivery")
# Rendering Failure and DeliveryDelay come without the mail's headers
WITHOUT_HEADERS = ("Rendering Failure", "DeliveryDelay")


def identity_notice(kind: str, mail: Mail, body: dict[str, Any], with_headers: bool) -> str:
    """One identity notification as JSON, without a newline at its end."""
    told = _spelled(mail, "identity, headers" if with_headers else "identity")
    return _text({"notificationType": kind, "mail": told, KINDS[kind][0]: body})


def event_notice(kind: str, mail: Mail, body: dict[str, Any]) -> str:
    """One published event as JSON, with the newline SES puts at its end."""
    form = "bare" if kind in WITHOUT_HEADERS else "delivered" if kind == "Delivery" else "event"
    return _text({"eventType": kind, "mail": _spelled(mail, form), KINDS[kind][0]: body}) + "\n"


def _spelled(mail: Mail, form: str) -> msgspec.Raw:
    """The mail object in one of its forms, spelled once per mail."""
    found = mail.spelled.get(form)
    if found is None:
        facts = _of_identity(mail) if form.startswith("identity") else _of_event(mail, form)
        if form == "identity, headers":
            facts |= _headers(mail)
        found = mail.spelled[form] = msgspec.json.encode(facts)
    return msgspec.Raw(found)


def _of_identity(mail: Mail) -> dict[str, Any]:
    return {
        "timestamp": rfc3339(mail.sent_at),
        "source": mail.source,
        "sourceArn": mail.source_arn,
        "sourceIp": mail.source_ip,
        "callerIdentity": mail.caller,
        "sendingAccountId": ACCOUNT,
        "messageId": mail.message_id,
        "destination": mail.destination,
    }


def _of_event(mail: Mail, form: str) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "timestamp": rfc3339(mail.sent_at),
        "source": mail.source,
        "sourceArn": mail.source_arn,
        "sendingAccountId": ACCOUNT,
        "messageId": mail.message_id,
        "destination": mail.destination,
    }
    if form != "bare":
        facts |= _headers(mail)
        facts["commonHeaders"] = {**mail.common, "messageId": mail.message_id}
    tags = {
        "ses:operation": [mail.operation],
        "ses:configuration-set": [mail.configuration_set],
        "ses:source-ip": [mail.source_ip],
        "ses:from-domain": [mail.sender.rpartition("@")[2]],
        "ses:caller-identity": [mail.caller],
    }
    if form == "delivered":
        tags["ses:outgoing-ip"] = ["192.0.2.25"]
    return {**facts, "tags": {**tags, **mail.tags}}


def topic_attached(arn: str, kind: str, identity: str) -> str:
    """What SES publishes once when a topic is set for an identity."""
    words = (
        f"You have successfully subscribed your Amazon SNS topic '{arn}' to receive '{kind}' notifications from "
        f"Amazon SES for identity '{identity}'."
    )
    return _text({"notificationType": "AmazonSnsSubscriptionSucceeded", "message": words}) + "\n"


def _text(value: dict[str, Any]) -> str:
    return msgspec.json.encode(value).decode()


def _headers(mail: Mail) -> dict[str, Any]:
    """The mail's headers, cut at 10 KB as SES does."""
    kept: list[dict[str, str]] = []
    size = 0
    for name, value in mail.headers:
        size += len(name) + len(value)
        if size > 10_240:
            return {"headersTruncated": True, "headers": kept, "commonHeaders": mail.common}
        kept.append({"name": name, "value": value})
    return {"headersTruncated": False, "headers": kept, "commonHeaders": mail.common}
