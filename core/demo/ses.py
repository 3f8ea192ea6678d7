"""SES v1 (query): what only the old API can do, above all identity notifications, and its own sends."""

import base64
from typing import Any

from core.demo import notifications, sending_v1, statistics
from core.demo.account import sent_last_24_hours
from core.demo.call import Call
from core.demo.identities import checked_name, create_email_identity, find
from core.demo.notifications import named
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
    points = [
        {
            "Timestamp": rfc3339(quarter * statistics.QUARTER),
            **{name: point.get(name, 0) for name in statistics.NAMES},
        }
        for quarter, point in statistics.within(call.region, call.amazon.now()).items()
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
    if found.status == "FAILED":  # begun anew
        found.status = "PENDING"
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
    rows = {each.name: {"VerificationStatus": states.get(each.status, "NotStarted")} for each in named(call)}
    return {"VerificationAttributes": Entries(rows)}


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
    "DescribeConfigurationSet": describe_configuration_set,
    **notifications.ACTIONS,
    **sending_v1.ACTIONS,
}
