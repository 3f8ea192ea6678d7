"""SES v2: the account's suppression list in one region."""

from datetime import datetime
from email.utils import parseaddr
from typing import Any

from core.demo.call import Call
from core.demo.mail import bare, is_simulator
from core.demo.paging import page
from core.demo.refusal import Refusal
from core.demo.world import Region, Suppressed

# Permanent bounces of mail that was tried; others tell of an address that was on some list already.
_TRIED = ("General", "NoEmail", "Suppressed")


def put(call: Call) -> dict[str, Any]:
    """Put an address on the list. Refused in the sandbox."""
    call.may("ses:PutSuppressedDestination")
    address, reason = parseaddr(call.text("EmailAddress"))[1], call.text("Reason")
    if not call.region.production:
        raise Refusal(
            "BadRequestException", "Production access to Amazon SES has not been granted for this account."
        )
    if "@" not in address or reason not in ("BOUNCE", "COMPLAINT"):
        raise Refusal("BadRequestException", "EmailAddress must be an address, Reason BOUNCE or COMPLAINT.")
    call.region.suppressed[address.lower()] = Suppressed(reason, call.amazon.now(), spelled=address)
    return {}


def get(call: Call) -> dict[str, Any]:
    """One entry."""
    call.may("ses:GetSuppressedDestination")
    address = call.text("EmailAddress")
    entry = _entry(call, address)
    return {
        "SuppressedDestination": {
            **_row(address, entry),
            **({"Attributes": {"MessageId": entry.message_id}} if entry.message_id else {}),
        }
    }


def delete(call: Call) -> dict[str, Any]:
    """Take one off."""
    call.may("ses:DeleteSuppressedDestination")
    address = call.text("EmailAddress")
    _entry(call, address)
    del call.region.suppressed[address.lower()]
    return {}


def list_all(call: Call) -> dict[str, Any]:
    """The list in pages, by reason and time if asked."""
    call.may("ses:ListSuppressedDestinations")
    reasons = call.given.get("Reasons") or call.given.get("Reason") or ["BOUNCE", "COMPLAINT"]
    reasons = [reasons] if isinstance(reasons, str) else reasons
    first, last = call.given.get("StartDate"), call.given.get("EndDate")
    rows = [
        (address, entry)
        for address, entry in sorted(call.region.suppressed.items())
        if entry.reason in reasons
        and (first is None or entry.at >= _moment(first))
        and (last is None or entry.at < _moment(last))
    ]
    some, following = page(rows, call.given, 1000)
    return {"SuppressedDestinationSummaries": [_row(*each) for each in some], **following}


def _entry(call: Call, address: str) -> Suppressed:
    entry = call.region.suppressed.get(address.lower())
    if entry is None or (entry.spelled or address.lower()) != address:
        raise Refusal(
            "NotFoundException", f"Email address {address} does not exist on your suppression list.", 404
        )
    return entry


def _row(address: str, entry: Suppressed) -> dict[str, Any]:
    return {
        "EmailAddress": entry.spelled or address,
        "Reason": entry.reason,
        "LastUpdateTime": entry.at / 1000,
    }


def _moment(value: object) -> float:
    """A time in a query string: RFC 3339 or seconds since 1970; in milliseconds."""
    text = str(value)
    try:
        return float(text) * 1000
    except ValueError:
        return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp() * 1000


def listed_by(region: Region, kind: str, body: dict[str, Any], now: int) -> None:
    """Put on the list who bounced for good or complained, where the account wants that; the simulator's never."""
    for reason, rows in _to_list(kind, body):
        for row in rows:
            address = bare(str(row.get("emailAddress", "")))
            if reason in region.suppressed_reasons and address and not is_simulator(address):
                region.suppressed.setdefault(address.lower(), Suppressed(reason, now, spelled=address))


def _to_list(kind: str, body: dict[str, Any]) -> list[tuple[str, list[dict[str, Any]]]]:
    if kind == "Bounce" and body.get("bounceType") == "Permanent" and body.get("bounceSubType") in _TRIED:
        return [("BOUNCE", body.get("bouncedRecipients") or [])]
    if kind == "Complaint" and body.get("complaintFeedbackType") != "not-spam":
        return [("COMPLAINT", body.get("complainedRecipients") or [])]
    return []


ACTIONS = {
    "PutSuppressedDestination": put,
    "GetSuppressedDestination": get,
    "DeleteSuppressedDestination": delete,
    "ListSuppressedDestinations": list_all,
}
