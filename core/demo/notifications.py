"""SES v1: which topics an identity's feedback goes to. Only the old API can set them."""

from typing import Any

from core.demo import payload, sns, telling
from core.demo.call import Call
from core.demo.identities import find
from core.demo.query import Entries
from core.demo.refusal import Refusal
from core.demo.world import Identity


def get_notifications(call: Call) -> dict[str, Any]:
    """Topics, headers and forwarding of the identities named (at most 100)."""
    call.may("ses:GetIdentityNotificationAttributes")
    rows: dict[str, Any] = {}
    for each in named(call):
        row: dict[str, Any] = {f"{kind}Topic": arn for kind, arn in each.topics.items()}
        row["ForwardingEnabled"] = each.forwarding
        row |= {
            f"HeadersIn{kind}NotificationsEnabled": each.headers.get(kind, False)
            for kind in payload.IDENTITY_KINDS
        }
        rows[each.name] = row
    return {"NotificationAttributes": Entries(rows)}


def named(call: Call) -> list[Identity]:
    """The identities a call names (at most 100); unknown ones are left out."""
    names = call.items("Identities")
    if len(names) > 100:
        raise Refusal("ValidationError", "Identities may hold at most 100 names.")
    return [found for name in names if (found := find(call.region, str(name)))]


def set_topic(call: Call) -> dict[str, Any]:
    """The topic for one kind of feedback, or none. SES proves it with a notice."""
    identity, kind = _identity(call), _kind(call)
    arn = call.text("SnsTopic")
    if not arn:
        identity.topics.pop(kind, None)
        if kind != "Delivery":
            identity.forwarding = True
        return {}
    if arn not in call.region.topics or call.region.topics[arn].fifo:
        raise Refusal("InvalidParameterValue", f"Invalid SNS topic: {arn}")
    if not telling.may_publish(call.region, arn, call.ses_arn("identity", identity.name)):
        raise Refusal(
            "InvalidParameterValue",
            f"Invalid SNS topic: {arn}: Amazon SES is not authorized to publish to it.",
        )
    identity.topics[kind] = arn
    sns.publish(
        call.amazon,
        call.region,
        call.region.topics[arn],
        payload.topic_attached(arn, kind, identity.name),
        None,
    )
    return {}


def set_headers(call: Call) -> dict[str, Any]:
    """Original headers in one kind of notification, or not."""
    _identity(call).headers[_kind(call)] = call.text("Enabled").lower() == "true"
    return {}


def set_forwarding(call: Call) -> dict[str, Any]:
    """Feedback by mail. Off needs a topic for bounces and one for complaints."""
    identity = _identity(call)
    wanted = call.text("ForwardingEnabled").lower() == "true"
    if not wanted and not (identity.topics.get("Bounce") and identity.topics.get("Complaint")):
        raise Refusal(
            "InvalidParameterValue",
            f"Identity <{identity.name}> has no bounce and complaint topics: feedback forwarding can not be disabled.",
        )
    identity.forwarding = wanted
    return {}


def _identity(call: Call) -> Identity:
    name = call.text("Identity")
    call.may(f"ses:{call.action}")  # IAM knows no resource for the old API's settings
    found = find(call.region, name)
    if found is None:
        raise Refusal("InvalidParameterValue", f"Identity <{name}> does not exist.")
    return found


def _kind(call: Call) -> str:
    kind = call.text("NotificationType")
    if kind not in payload.IDENTITY_KINDS:
        raise Refusal("ValidationError", "NotificationType must be Bounce, Complaint or Delivery.")
    return kind


ACTIONS = {
    "GetIdentityNotificationAttributes": get_notifications,
    "SetIdentityNotificationTopic": set_topic,
    "SetIdentityHeadersInNotificationsEnabled": set_headers,
    "SetIdentityFeedbackForwardingEnabled": set_forwarding,
}
