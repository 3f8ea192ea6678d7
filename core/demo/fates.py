"""What becomes of each mail of the sample: what SES would tell of it, and when. Rates are those of a well-kept list."""

import random
from collections.abc import Iterator
from typing import Any

from core.demo import stories
from core.demo.campaigns import Stream, identifier, soon
from core.demo.mail import Mail
from core.moment import DAY, HOUR, MINUTE, rfc3339

Told = tuple[int, str, dict[str, Any]]  # when, event type, its payload
REPORTING = "a8-53.smtp-out.eu-west-1.amazonses.com"
# Gmail tells SES nothing of complaints.
SILENT = ("gmail.com",)
HARD = (
    ("General", "5.1.1", "smtp; 550 5.1.1 The email account that you tried to reach does not exist"),
    ("General", "5.1.1", "smtp; 550 5.1.1 user unknown"),
    ("NoEmail", "5.1.1", "smtp; 550 5.1.1 Mailbox does not exist"),
    ("General", "5.4.1", "smtp; 550 5.4.1 Recipient address rejected: Access denied"),
    ("Suppressed", "5.1.1", "Amazon SES has suppressed sending to this address because it has a recent history of bouncing as an invalid address."),
)  # fmt: skip
SOFT = (
    ("MailboxFull", "5.2.2", "smtp; 552 5.2.2 Mailbox full"),
    ("General", "5.7.1", "smtp; 451 4.7.1 Greylisted, please try again later"),
    ("ContentRejected", "5.7.1", "smtp; 550 5.7.1 Message content rejected"),
)


def fate_of(
    stream: Stream, mail: Mail, dice: random.Random, deferring: bool, complains: bool
) -> Iterator[Told]:
    """The events of one mail, each at its time. `deferring`: the second story has begun."""
    recipient = mail.destination[0]
    domain = recipient.rpartition("@")[2]
    if stream.configuration_set:
        yield mail.sent_at, "Send", {}
    at = mail.sent_at + soon(dice, 400, 9_000)
    throw = dice.random()
    if deferring and domain in stories.DEFERRED_DOMAINS and dice.random() < stories.DEFERRED_SHARE:
        yield from _held_up(stream, mail, recipient, dice, at)
        return
    if throw < stream.bounced:
        yield at, "Bounce", _bounce(mail, recipient, at, dice, "Permanent", dice.choice(HARD))
        return
    if throw < stream.bounced + 0.004:
        at += soon(dice, MINUTE, 12 * HOUR)
        yield at, "Bounce", _bounce(mail, recipient, at, dice, "Transient", dice.choice(SOFT))
        return
    yield at, "Delivery", _delivery(mail, recipient, at)
    yield from _later(stream, domain, recipient, dice, at, complains)


def _held_up(stream: Stream, mail: Mail, recipient: str, dice: random.Random, at: int) -> Iterator[Told]:
    """Deferred a few times, then through or given up. Only a configuration set tells of the delays."""
    for _ in range(dice.randint(1, 2)):
        at += soon(dice, 20 * MINUTE, 3 * HOUR)
        if stream.configuration_set:
            yield at, "DeliveryDelay", _delay(mail, recipient, at)
    if dice.random() < stories.GIVEN_UP_SHARE:
        at = mail.sent_at + 14 * HOUR + soon(dice, 0, HOUR)
        yield (
            at,
            "Bounce",
            _bounce(mail, recipient, at, dice, "Transient", ("General", "4.4.7", stories.DEFERRAL)),
        )
        return
    at += soon(dice, MINUTE, 2 * HOUR)
    yield at, "Delivery", _delivery(mail, recipient, at)


def _later(
    stream: Stream, domain: str, recipient: str, dice: random.Random, at: int, complains: bool
) -> Iterator[Told]:
    """What people do with it."""
    if complains and domain not in SILENT:
        moment = at + soon(dice, HOUR, DAY)
        yield moment, "Complaint", _complaint(recipient, moment, dice)
    if dice.random() >= stream.opened:
        return
    at += soon(dice, MINUTE, 20 * HOUR)
    seen = {"ipAddress": "192.0.2.44", "timestamp": rfc3339(at), "userAgent": "Mozilla/5.0"}
    yield at, "Open", seen
    if dice.random() < 0.14:
        at += soon(dice, 2_000, 10 * MINUTE)
        link = f"https://www.example.com/offer/{dice.randrange(6)}"
        yield at, "Click", {**seen, "timestamp": rfc3339(at), "link": link, "linkTags": None}


def _delivery(mail: Mail, recipient: str, at: int) -> dict[str, Any]:
    return {
        "timestamp": rfc3339(at),
        "processingTimeMillis": at - mail.sent_at,
        "recipients": [recipient],
        "smtpResponse": "250 2.0.0 OK",
        "remoteMtaIp": "192.0.2.10",
        "reportingMTA": REPORTING,
    }


def _bounce(
    mail: Mail, recipient: str, at: int, dice: random.Random, kind: str, why: tuple[str, str, str]
) -> dict[str, Any]:
    subtype, status, words = why
    row = {"emailAddress": recipient, "action": "failed", "status": status, "diagnosticCode": words}
    return {
        "feedbackId": f"{mail.message_id[:16]}-{identifier(dice)}-000000",
        "bounceType": kind,
        "bounceSubType": subtype,
        "bouncedRecipients": [row],
        "timestamp": rfc3339(at),
        "reportingMTA": f"dns; {REPORTING}",
    }


def _delay(mail: Mail, recipient: str, at: int) -> dict[str, Any]:
    row = {"emailAddress": recipient, "status": "4.7.0", "diagnosticCode": stories.DEFERRAL}
    return {
        "timestamp": rfc3339(at),
        "delayType": "TransientCommunicationFailure",
        "expirationTime": rfc3339(mail.sent_at + 14 * HOUR),
        "delayedRecipients": [row],
    }


def _complaint(recipient: str, at: int, dice: random.Random) -> dict[str, Any]:
    return {
        "feedbackId": f"{identifier(dice)}-000000",
        "complaintSubType": None,
        "complainedRecipients": [{"emailAddress": recipient}],
        "timestamp": rfc3339(at),
        "userAgent": "Feedback loop",
        "complaintFeedbackType": "abuse",
        "arrivalDate": rfc3339(at),
    }
