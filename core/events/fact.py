"""What makes a fact one of its own, so that it counts once however often and by whichever way Amazon tells it.

The key is connection, message, recipient, type and `detail`. feedbackId is no part of it: whether the identity
notification and the configuration set's event share one is not known.
"""

import hashlib

from core.events.text import clip

# Bounce and complaint subtypes of mail that SES never tried to deliver: left out of every rate.
NOT_TRIED = frozenset(
    (
        "OnAccountSuppressionList",
        "OnTenantSuppressionList",
        "EmailValidationSuppressed",
        "UnsubscribedRecipient",
    )
)
NOT_SPAM = "not-spam"
SUPPRESSED = "suppressed"
_LONGEST = 64


def bounce_detail(bounce_type: str | None) -> str:
    """A recipient may bounce transiently and then for good: two facts."""
    return clip(bounce_type or "", _LONGEST)


def complaint_detail(feedback_type: str | None, subtype: str | None) -> str:
    """A complaint taken back (`not-spam`) and one about mail never sent are facts of their own."""
    if feedback_type == NOT_SPAM:
        return NOT_SPAM
    return SUPPRESSED if subtype in NOT_TRIED else ""


def timed_detail(at: int | None, link: str | None = None) -> str:
    """What may happen many times is told apart by its own time, a click also by its link."""
    told = "" if at is None else str(at)
    return told if link is None else f"{told}|{hashlib.sha256(link.encode()).hexdigest()[:16]}"


def unknown_detail(named: str) -> str:
    """Of a message: the type that we do not know. Of no message: the SNS message's own id."""
    return clip(named, _LONGEST)
