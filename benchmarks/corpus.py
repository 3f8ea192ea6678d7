"""Signed mail events for the receiver benchmark, as whole HTTP requests in the form that load.c reads."""

import json
import random
import struct
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from benchmarks.figure import ROOT

sys.path.insert(0, str(ROOT / "tests"))
from sns_signer import ARN, REGION, Signer, timestamp

IDENTITIES = ("news.example.org", "shop.example.com", "example.net")
PROVIDERS = ("gmail.com", "yahoo.com", "outlook.com", "icloud.com", "gmx.de", "orange.fr", "example.com")
RARE = 0.2  # of the recipients at a domain of the long tail


def messages(count: int, seed: int = 7) -> Iterator[str]:
    """SES events in publishing format, about 1.4 KB each: a Send, then what becomes of it, slightly out of order."""
    chance = random.Random(seed)
    begin = datetime.now(UTC) - timedelta(minutes=10)
    waiting: list[str] = []
    for number in range(count):
        if waiting and chance.random() < 0.55:
            yield waiting.pop(chance.randrange(len(waiting)))
            continue
        at = begin + timedelta(milliseconds=number * 7)
        mail = _mail(chance, at)
        yield _event("Send", {}, mail)
        outcome = chance.random()
        if outcome < 0.1:
            waiting.append(_event("Bounce", _bounce(mail, at), mail))
        else:
            waiting.append(_event("Delivery", _delivery(mail, at), mail))
            if outcome > 0.7:
                waiting.append(
                    _event(
                        "Open",
                        {"timestamp": timestamp(at), "ipAddress": "192.0.2.1", "userAgent": "Mozilla/5.0"},
                        mail,
                    )
                )
            if outcome > 0.97:
                waiting.append(_event("Complaint", _complaint(mail, at), mail))


def _mail(chance: random.Random, at: datetime) -> dict[str, Any]:
    identity = chance.choice(IDENTITIES)
    domain = (
        f"d{int(chance.paretovariate(0.7)) % 5000}.example"
        if chance.random() < RARE
        else chance.choice(PROVIDERS)
    )
    recipient = f"user{chance.randrange(10**7)}@{domain}"
    unique = UUID(int=chance.getrandbits(128))
    return {
        "timestamp": timestamp(at),
        "messageId": f"{int(at.timestamp() * 1000):016x}-{unique}-000000",
        "source": f"Example <news@{identity}>",
        "sourceArn": f"arn:aws:ses:{REGION}:111122223333:identity/{identity}",
        "sendingAccountId": "111122223333",
        "destination": [recipient],
        "headersTruncated": False,
        "headers": [
            {"name": "From", "value": f"Example <news@{identity}>"}, {"name": "To", "value": recipient},
            {"name": "Subject", "value": "Your weekly letter"}, {"name": "MIME-Version", "value": "1.0"},
            {"name": "Content-Type", "value": "multipart/alternative; boundary=b"}, {"name": "Message-ID", "value": f"<{unique}@{identity}>"},
        ],
        "commonHeaders": {"from": [f"Example <news@{identity}>"], "to": [recipient], "subject": "Your weekly letter"},
        "tags": {"ses:configuration-set": ["main"], "ses:from-domain": [identity], "campaign": [f"week{at.isocalendar().week}"]},
    }  # fmt: skip


def _event(kind: str, detail: dict[str, Any], mail: dict[str, Any]) -> str:
    return json.dumps({"eventType": kind, "mail": mail, kind.lower(): detail}, separators=(",", ":")) + "\n"


def _delivery(mail: dict[str, Any], at: datetime) -> dict[str, Any]:
    return {"timestamp": timestamp(at + timedelta(seconds=2)), "recipients": mail["destination"], "processingTimeMillis": 1980,
            "smtpResponse": "250 2.0.0 OK", "reportingMTA": "a1-2.smtp-out.eu-west-1.amazonses.com"}  # fmt: skip


def _bounce(mail: dict[str, Any], at: datetime) -> dict[str, Any]:
    return {"bounceType": "Permanent", "bounceSubType": "General", "timestamp": timestamp(at + timedelta(seconds=2)), "feedbackId": mail["messageId"],
            "bouncedRecipients": [{"emailAddress": mail["destination"][0], "action": "failed", "status": "5.1.1",
                                   "diagnosticCode": "smtp; 550 5.1.1 user unknown"}]}  # fmt: skip


def _complaint(mail: dict[str, Any], at: datetime) -> dict[str, Any]:
    return {"complainedRecipients": [{"emailAddress": mail["destination"][0]}], "timestamp": timestamp(at + timedelta(minutes=5)),
            "feedbackId": mail["messageId"], "complaintSubType": None, "complaintFeedbackType": "abuse"}  # fmt: skip


def signed(signer: Signer, count: int, version: str, seed: int = 7) -> list[dict[str, Any]]:
    """The corpus as signed SNS notifications; another seed, other messages."""
    subject = "Amazon SES Email Event Notification"
    return [
        signer.notification(ARN, text, version=version, subject=subject) for text in messages(count, seed)
    ]


def write_requests(path: Path, target: str, notifications: list[dict[str, Any]]) -> None:
    """The notifications as HTTP requests to one path."""
    with path.open("wb") as file:
        for one in notifications:
            body = Signer.body(one)
            head = f"POST {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(body)}\r\n" + "".join(
                f"{name}: {value}\r\n" for name, value in Signer.headers(one).items()
            )
            request = head.encode() + b"\r\n" + body
            file.write(struct.pack("=I", len(request)) + request)
