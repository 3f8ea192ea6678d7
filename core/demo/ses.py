"""SES v1 (query): what only the old API can do, above all identity notifications, and its own sends."""

import base64
import binascii
from typing import Any
from urllib.parse import unquote

from core.demo import compose, payload, sns, telling
from core.demo.account import sent_last_24_hours
from core.demo.call import Call
from core.demo.identities import checked_name, create_email_identity, find
from core.demo.mail import Mail, accept
from core.demo.query import Entries
from core.demo.refusal import Refusal
from core.demo.world import Identity
from core.moment import rfc3339

NAMESPACE = "http://ses.amazonaws.com/doc/2010-12-01/"


def get_send_quota(call: Call) -> dict[str, Any]:
    """The quota."""
    call.may("ses:GetSendQuota")
    region = call.region
    sent = sent_last_24_hours(region, call.amazon.now())
    return {"Max24HourSend": region.max_24_hours, "MaxSendRate": region.max_rate, "SentLast24Hours": sent}


def get_send_statistics(call: Call) -> dict[str, Any]:
    """Two weeks in quarter hours."""
    call.may("ses:GetSendStatistics")
    names = ("DeliveryAttempts", "Bounces", "Complaints", "Rejects")
    points = [
        {"Timestamp": rfc3339(quarter * 900_000), **{name: point.get(name, 0) for name in names}}
        for quarter, point in sorted(call.region.points.items())
    ]
    return {"SendDataPoints": points}


def get_account_sending_enabled(call: Call) -> dict[str, Any]:
    """Whether sending is on."""
    call.may("ses:GetAccountSendingEnabled")
    return {"Enabled": call.region.sending}


def update_account_sending_enabled(call: Call) -> None:
    """Pause or resume."""
    call.may("ses:UpdateAccountSendingEnabled")
    call.region.sending = call.text("Enabled").lower() == "true"


def list_identities(call: Call) -> dict[str, Any]:
    """Names, of one type if asked."""
    call.may("ses:ListIdentities")
    kind = call.text("IdentityType")
    found = [
        each for each in call.region.identities.values() if not kind or (kind == "Domain") == each.is_domain
    ]
    return {"Identities": sorted(each.name for each in found)}


def verify_email_identity(call: Call) -> dict[str, Any]:
    """Start verification of an address; asking again sends the mail again."""
    _verify(call, "EmailAddress")
    return {}


def verify_domain_identity(call: Call) -> dict[str, Any]:
    """Start verification of a domain."""
    identity = _verify(call, "Domain")
    return {"VerificationToken": base64.b64encode(identity.name.encode()).decode()}


def verify_domain_dkim(call: Call) -> dict[str, Any]:
    """The three DKIM names."""
    return {"DkimTokens": _verify(call, "Domain").dkim_tokens}


def _verify(call: Call, field: str) -> Identity:
    name = checked_name(call.text(field))
    call.may(f"ses:{call.action}", call.ses_arn("identity", name))
    found = find(call.region, name)
    if found is None:
        everyone = type(call.key)(call.key.id, "", call.key.user)
        create_email_identity(
            Call(call.amazon, call.region, everyone, "CreateEmailIdentity", {"EmailIdentity": name})
        )
        found = call.region.identities[name]
    return found


def get_verification(call: Call) -> dict[str, Any]:
    """State of the identities named; unknown ones are left out."""
    call.may("ses:GetIdentityVerificationAttributes")
    states = {
        "SUCCESS": "Success",
        "PENDING": "Pending",
        "FAILED": "Failed",
        "TEMPORARY_FAILURE": "TemporaryFailure",
    }
    rows = {each.name: {"VerificationStatus": states.get(each.status, "NotStarted")} for each in _named(call)}
    return {"VerificationAttributes": Entries(rows)}


def get_notifications(call: Call) -> dict[str, Any]:
    """Topics, headers and forwarding of the identities named (at most 100)."""
    call.may("ses:GetIdentityNotificationAttributes")
    rows: dict[str, Any] = {}
    for each in _named(call):
        row: dict[str, Any] = {f"{kind}Topic": arn for kind, arn in each.topics.items()}
        row["ForwardingEnabled"] = each.forwarding
        row |= {
            f"HeadersIn{kind}NotificationsEnabled": each.headers.get(kind, False)
            for kind in payload.IDENTITY_KINDS
        }
        rows[each.name] = row
    return {"NotificationAttributes": Entries(rows)}


def _named(call: Call) -> list[Identity]:
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
    if arn not in call.region.topics or arn.endswith(".fifo"):
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
    call.may(f"ses:{call.action}", call.ses_arn("identity", name))
    found = find(call.region, name)
    if found is None:
        raise Refusal("InvalidParameterValue", f"Identity <{name}> does not exist.")
    return found


def _kind(call: Call) -> str:
    kind = call.text("NotificationType")
    if kind not in payload.IDENTITY_KINDS:
        raise Refusal("ValidationError", "NotificationType must be Bounce, Complaint or Delivery.")
    return kind


def describe_configuration_set(call: Call) -> dict[str, Any]:
    """A set with its event destinations, in the old API's spelling."""
    name = call.text("ConfigurationSetName")
    call.may("ses:DescribeConfigurationSet", call.ses_arn("configuration-set", name))
    found = call.region.configuration_sets.get(name)
    if found is None:
        raise Refusal("no-set", f"Configuration set <{name}> does not exist.")
    answer: dict[str, Any] = {"ConfigurationSet": {"Name": name}}
    if "eventDestinations" in call.items("ConfigurationSetAttributeNames"):
        names = {"RENDERING_FAILURE": "renderingFailure"}
        answer["EventDestinations"] = [
            {
                "Name": each.name,
                "Enabled": each.enabled,
                "MatchingEventTypes": [
                    names.get(kind, kind.lower())
                    for kind in each.types
                    if kind not in ("DELIVERY_DELAY", "SUBSCRIPTION")
                ],
                **({"SNSDestination": {"TopicARN": each.topic_arn}} if each.topic_arn else {}),
            }
            for each in found.destinations.values()
        ]
    return answer


def send_email(call: Call) -> dict[str, Any]:
    """SendEmail of the old API."""
    place, message = call.given.get("Destination") or {}, call.given.get("Message") or {}
    to, cc, bcc = (
        [str(each) for each in place.get(name) or []]
        for name in ("ToAddresses", "CcAddresses", "BccAddresses")
    )
    body = message.get("Body") or {}
    text, html = (str((body.get(name) or {}).get("Data", "")) for name in ("Text", "Html"))
    subject = str((message.get("Subject") or {}).get("Data", ""))
    mail = compose.simple(call.text("Source"), to, cc, bcc, subject, text, html, [], call.amazon.now())
    return _send(call, mail, "ses:SendEmail")


def send_raw_email(call: Call) -> dict[str, Any]:
    """SendRawEmail of the old API."""
    try:
        data = base64.b64decode(str((call.given.get("RawMessage") or {}).get("Data", "")), validate=True)
    except (binascii.Error, ValueError):
        raise Refusal("bad-address", "RawMessage.Data is not base64.") from None
    if len(data) > 10 * 1024 * 1024:
        raise Refusal("bad-address", "Message length is more than 10485760 bytes long.")
    mail = compose.raw(data, call.text("Source"), [str(each) for each in call.items("Destinations")])
    return _send(call, mail, "ses:SendRawEmail")


def _send(call: Call, mail: Mail, action: str) -> dict[str, Any]:
    mail.operation = call.action
    mail.source_ip = call.source_ip
    mail.configuration_set = call.text("ConfigurationSetName") or mail.configuration_set
    for tag in call.items("Tags"):
        mail.tags[str(tag["Name"])] = [unquote(str(tag["Value"]))]
    accept(call.amazon, call.region, call.key, mail, action)
    telling.send(call.amazon, call.region, mail)
    return {"MessageId": mail.message_id}


ACTIONS = {
    "GetSendQuota": get_send_quota,
    "GetSendStatistics": get_send_statistics,
    "GetAccountSendingEnabled": get_account_sending_enabled,
    "UpdateAccountSendingEnabled": update_account_sending_enabled,
    "ListIdentities": list_identities,
    "VerifyEmailIdentity": verify_email_identity,
    "VerifyDomainIdentity": verify_domain_identity,
    "VerifyDomainDkim": verify_domain_dkim,
    "GetIdentityVerificationAttributes": get_verification,
    "GetIdentityNotificationAttributes": get_notifications,
    "SetIdentityNotificationTopic": set_topic,
    "SetIdentityHeadersInNotificationsEnabled": set_headers,
    "SetIdentityFeedbackForwardingEnabled": set_forwarding,
    "DescribeConfigurationSet": describe_configuration_set,
    "SendEmail": send_email,
    "SendRawEmail": send_raw_email,
}
