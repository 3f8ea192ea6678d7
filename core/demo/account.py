"""SES v2: the account in one region: quota, sandbox, whether it may send, its suppression settings."""

from typing import Any

from core.demo.call import Call
from core.demo.refusal import Refusal
from core.demo.world import Region

HOUR = 3_600_000


def sent_last_24_hours(region: Region, now: int) -> float:
    """Recipients mailed in the rolling day. Simulator mail is not counted."""
    first = (now - 24 * HOUR) // HOUR
    return float(sum(count for hour, count in region.sent.items() if hour > first))


def get_account(call: Call) -> dict[str, Any]:
    """What GetAccount tells."""
    call.may("ses:GetAccount")
    region = call.region
    answer: dict[str, Any] = {
        "DedicatedIpAutoWarmupEnabled": False,
        "EnforcementStatus": region.enforcement,
        "ProductionAccessEnabled": region.production,
        "SendQuota": {
            "Max24HourSend": region.max_24_hours,
            "MaxSendRate": region.max_rate,
            "SentLast24Hours": sent_last_24_hours(region, call.amazon.now()),
        },
        "SendingEnabled": region.sending,
        "SuppressionAttributes": {"SuppressedReasons": region.suppressed_reasons},
        "VdmAttributes": {"VdmEnabled": "ENABLED" if region.vdm else "DISABLED"},
    }
    if region.details:
        answer["Details"] = region.details
    return answer


def put_account_details(call: Call) -> dict[str, Any]:
    """Ask for production access. A review stays pending: the demo has no reviewers (the control route grants it)."""
    call.may("ses:PutAccountDetails")
    if call.region.details.get("ReviewDetails", {}).get("Status") == "PENDING":
        raise Refusal(
            "ConflictException", "There is already an ongoing account details update under review.", 409
        )
    given: dict[str, Any] = {
        name: call.given[name]
        for name in (
            "MailType",
            "WebsiteURL",
            "ContactLanguage",
            "UseCaseDescription",
            "AdditionalContactEmailAddresses",
        )
        if name in call.given
    }
    call.region.details = {**given, "ReviewDetails": {"Status": "PENDING", "CaseId": "000000000000002"}}
    return {}


def put_account_sending_attributes(call: Call) -> dict[str, Any]:
    """Pause or resume all sending."""
    call.may("ses:PutAccountSendingAttributes")
    call.region.sending = bool(call.given.get("SendingEnabled", False))
    return {}


def put_account_suppression_attributes(call: Call) -> dict[str, Any]:
    """Which reasons put an address on the account's list by themselves."""
    call.may("ses:PutAccountSuppressionAttributes")
    reasons = call.items("SuppressedReasons")
    if any(reason not in ("BOUNCE", "COMPLAINT") for reason in reasons):
        raise Refusal("BadRequestException", "SuppressedReasons may hold BOUNCE and COMPLAINT.")
    call.region.suppressed_reasons = [str(reason) for reason in reasons]
    return {}


def put_account_vdm_attributes(call: Call) -> dict[str, Any]:
    """Switch the Virtual Deliverability Manager on or off."""
    call.may("ses:PutAccountVdmAttributes")
    call.region.vdm = call.given.get("VdmAttributes", {}).get("VdmEnabled") == "ENABLED"
    return {}


ACTIONS = {
    "GetAccount": get_account,
    "PutAccountDetails": put_account_details,
    "PutAccountSendingAttributes": put_account_sending_attributes,
    "PutAccountSuppressionAttributes": put_account_suppression_attributes,
    "PutAccountVdmAttributes": put_account_vdm_attributes,
}
