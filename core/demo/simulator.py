"""What becomes of a mail: the mailbox simulator's true behaviour, the account's suppression list, and delivery to all others.

Source: SES developer guide, "Using the mailbox simulator". Nothing leaves this machine: "delivered" is said, not done.
"""

import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from core.demo import contacts
from core.demo.amazon import Amazon
from core.demo.mail import Mail, is_simulator
from core.demo.world import Region
from core.moment import rfc3339

Body = dict[str, Any]
_GROUPS = (
    "success", "bounce", "ooto", "complaint", "suppressionlist", "listed-bounce", "listed-complaint", "unsubscribed",
)  # fmt: skip


@dataclass(frozen=True)
class Happening:
    """Something that happens `after` seconds; the body is made when it happens, from the time it then is."""

    after: float
    kind: str
    body: Callable[[int], Body]


def happenings(amazon: Amazon, region: Region, mail: Mail) -> list[Happening]:
    """Everything SES will tell about the mail, in its order."""
    happenings = [Happening(0.05, "Send", lambda now: {})]
    if mail.virus:
        return [*happenings, Happening(0.5, "Reject", lambda now: {"reason": "Bad content"})]
    groups = _sorted_out(region, mail)
    for people in _by_domain([*groups["success"], *groups["ooto"], *groups["complaint"]]):
        happenings.append(Happening(0.8, "Delivery", _delivery(mail, people)))
    if groups["bounce"]:
        happenings.append(
            Happening(
                1.0,
                "Bounce",
                _bounce(mail, groups["bounce"], "General", "5.1.1", "smtp; 550 5.1.1 user unknown"),
            )
        )
    if groups["suppressionlist"]:
        words = "Amazon SES has suppressed sending to this address because it has a recent history of bouncing as an invalid address."
        happenings.append(
            Happening(0.8, "Bounce", _bounce(mail, groups["suppressionlist"], "Suppressed", "5.1.1", words))
        )
    if groups["listed-bounce"]:
        words = "Amazon SES did not send the message to this address because it is on the suppression list for your account."
        happenings.append(
            Happening(
                0.4,
                "Bounce",
                _bounce(mail, groups["listed-bounce"], "OnAccountSuppressionList", "5.1.1", words),
            )
        )
    if groups["unsubscribed"]:
        words = "Amazon SES did not send the message to this address because it is unsubscribed from the contact list."
        happenings.append(
            Happening(
                0.4, "Bounce", _bounce(mail, groups["unsubscribed"], "UnsubscribedRecipient", "5.1.1", words)
            )
        )
    if groups["listed-complaint"]:
        happenings.append(Happening(0.4, "Complaint", _complaint(groups["listed-complaint"], listed=True)))
    if groups["complaint"]:
        happenings.append(Happening(1.8, "Complaint", _complaint(groups["complaint"])))
    if groups["ooto"] and amazon.world.tuning.out_of_office_bounces:
        happenings.append(
            Happening(1.8, "Bounce", _bounce(mail, groups["ooto"], "General", "", "", kind="Transient"))
        )
    if amazon.world.tuning.disorder:
        pauses = [each.after for each in happenings]
        random.shuffle(pauses)
        happenings = [
            Happening(after, each.kind, each.body) for after, each in zip(pauses, happenings, strict=True)
        ]
    return happenings


def _sorted_out(region: Region, mail: Mail) -> dict[str, list[str]]:
    """Recipients by what becomes of them. A simulator address of no known name is delivered."""
    groups: dict[str, list[str]] = {name: [] for name in _GROUPS}
    reasons = _reasons(region, mail)
    found = region.contact_lists.get(mail.contact_list)
    for address in dict.fromkeys(mail.recipients):
        listed = region.suppressed.get(address.lower())
        name = address.lower().partition("@")[0].partition("+")[0] if is_simulator(address) else "success"
        if listed is not None and listed.reason in reasons and not is_simulator(address):
            name = f"listed-{listed.reason.lower()}"
        elif found is not None:
            contact = found.contacts.get(address.lower())
            if contacts.wanted(found, contact, mail.contact_topic) == "OPT_OUT":
                name = "unsubscribed"
        groups[name if name in groups else "success"].append(address)
    return groups


def _reasons(region: Region, mail: Mail) -> list[str]:
    """Which entries of the account's list hold: as the configuration set says, else as the account does."""
    found = region.configuration_sets.get(mail.configuration_set)
    options = found.options.get("SuppressionOptions") if found is not None else None
    own = (options or {}).get("SuppressedReasons")
    return region.suppressed_reasons if own is None else [str(each) for each in own]


def _by_domain(recipients: list[str]) -> list[list[str]]:
    domains: dict[str, list[str]] = {}
    for address in recipients:
        domains.setdefault(address.rpartition("@")[2].lower(), []).append(address)
    return list(domains.values())


def _delivery(mail: Mail, people: list[str]) -> Callable[[int], Body]:
    host = f"a8-53.smtp-out.{mail.region}.amazonses.com"
    return lambda now: {
        "timestamp": rfc3339(now),
        "processingTimeMillis": max(1, now - mail.sent_at),
        "recipients": people,
        "smtpResponse": "250 2.6.0 Message received",
        "remoteMtaIp": "192.0.2.10",
        "reportingMTA": host,
    }


def _bounce(
    mail: Mail, people: list[str], subtype: str, status: str, words: str, kind: str = "Permanent"
) -> Callable[[int], Body]:
    def body(now: int) -> Body:
        rows = [{"emailAddress": address} for address in people]
        if status:
            rows = [{**row, "action": "failed", "status": status, "diagnosticCode": words} for row in rows]
        answer: Body = {
            "feedbackId": f"{mail.message_id[:16]}-{uuid.uuid4()}-000000",
            "bounceType": kind,
            "bounceSubType": subtype,
            "bouncedRecipients": rows,
            "timestamp": rfc3339(now),
        }
        if subtype == "General" and status:
            answer |= {"remoteMtaIp": "192.0.2.10"}
        if status:
            answer |= {"reportingMTA": f"dns; a8-53.smtp-out.{mail.region}.amazonses.com"}
        return answer

    return body


def _complaint(people: list[str], listed: bool = False) -> Callable[[int], Body]:
    def body(now: int) -> Body:
        answer: Body = {
            "feedbackId": f"{uuid.uuid4()}-000000",
            "complaintSubType": "OnAccountSuppressionList" if listed else None,
            "complainedRecipients": [{"emailAddress": address} for address in people],
            "timestamp": rfc3339(now),
        }
        if not listed:
            answer |= {
                "userAgent": "Amazon SES Mailbox Simulator",
                "complaintFeedbackType": "abuse",
                "arrivalDate": rfc3339(now),
            }
        return answer

    return body
