"""The definition of the rates once more, written the slow way: whole lists, no sums kept, nothing shared with the product.

It reads SES JSON by itself. Where it and the product differ, one of them is wrong.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

DAY = 86_400_000
OUT = {
    "OnAccountSuppressionList",
    "OnTenantSuppressionList",
    "EmailValidationSuppressed",
    "UnsubscribedRecipient",
}
COUNTED = {"Send", "Delivery", "Bounce", "Complaint"}
PAYLOAD = {
    "Send": "send", "Delivery": "delivery", "Bounce": "bounce", "Complaint": "complaint", "Open": "open",
    "Reject": "reject", "DeliveryDelay": "deliveryDelay",
}  # fmt: skip


def ms(text: str) -> int:
    return round(datetime.fromisoformat(text).timestamp() * 1000)


def bare(address: str) -> str:
    address = address.split("<")[-1].rstrip(">").strip().lower()
    local, domain = address.split("@")
    return f"{local}@{domain.encode('idna').decode()}"


class Fact:
    """One event about one recipient, read from one JSON."""

    def __init__(self, body: dict[str, Any], published: int) -> None:
        mail = body["mail"]
        self.type = body.get("eventType") or body["notificationType"]
        self.message = mail["messageId"]
        self.payload = body.get(PAYLOAD[self.type]) or {}
        self.sent = ms(mail["timestamp"]) if "timestamp" in mail else None
        destination = list(dict.fromkeys(bare(each) for each in mail["destination"]))
        if self.type in ("Send", "Reject"):
            self.named = destination
            self.at = published if self.sent is None else self.sent
        else:
            self.at = ms(self.payload["timestamp"])
            listed = {
                "Delivery": self.payload.get("recipients", []),
                "Bounce": [each["emailAddress"] for each in self.payload.get("bouncedRecipients", [])],
                "Complaint": [each["emailAddress"] for each in self.payload.get("complainedRecipients", [])],
                "DeliveryDelay": [each["emailAddress"] for each in self.payload.get("delayedRecipients", [])],
                "Open": destination if len(destination) == 1 else [],
            }[self.type]
            self.named = sorted({bare(each) for each in listed})
        self.arn = mail["sourceArn"].split("identity/")[1] if "sourceArn" in mail else None
        self.domain = bare(mail["source"]).split("@")[1] if "source" in mail else None
        self.tags = mail.get("tags", {})

    @property
    def subtype(self) -> str | None:
        return self.payload.get("bounceSubType") or self.payload.get("complaintSubType")


class Slow:
    """Everything that was ever told about one connection."""

    def __init__(self, told: Iterable[tuple[dict[str, Any], int]], drills: Iterable[str] = ()) -> None:
        self.facts = [Fact(body, published) for body, published in told]
        self.drills = set(drills) | {f.message for f in self.facts if "drill" in f.tags.get("ses-desk", [])}

    def about(self, message: str, recipient: str | None = None) -> list[Fact]:
        """What was told of a message; of a recipient, what names them; of the recipient "", what names nobody."""
        facts = [f for f in self.facts if f.message == message]
        return facts if recipient is None else [f for f in facts if recipient in (f.named or [""])]

    def recipients(self) -> list[tuple[str, str]]:
        return sorted({(f.message, r) for f in self.facts if f.type in COUNTED for r in f.named})

    def left_out(self, message: str, recipient: str) -> bool:
        if message in self.drills or recipient.endswith("@simulator.amazonses.com"):
            return True
        return any(
            f.type in ("Bounce", "Complaint") and f.subtype in OUT for f in self.about(message, recipient)
        )

    def sent_at(self, message: str) -> int:
        told = [f.sent for f in self.about(message) if f.sent is not None]
        return min(told) if told else min(f.at for f in self.about(message))

    def identity(self, message: str, recipient: str) -> str | None:
        facts = self.about(message, recipient)
        by_arn = sorted((f.at, f.arn) for f in facts if f.arn)
        by_domain = sorted((f.at, f.domain) for f in facts if f.domain and not f.arn)
        return (by_arn or by_domain or [(0, None)])[0][1]

    def values(self, message: str, recipient: str, by: str) -> list[str | None]:
        facts = self.about(message, recipient)
        if by == "identity":
            return [self.identity(message, recipient)]
        if by == "recipient_domain":
            return [recipient.split("@")[1]]
        if by == "mailbox_provider":
            return [{"gmail.com": "google", "yahoo.fr": "yahoo"}.get(recipient.split("@")[1], "other")]
        if by == "configuration_set":
            told = sorted(
                (f.at, f.tags["ses:configuration-set"][0]) for f in facts if "ses:configuration-set" in f.tags
            )
            return [told[0][1] if told else None]
        name = by.removeprefix("tag:")
        found = {value for f in facts for value in f.tags.get(name, [])}
        return list(found) or [None]

    def times(self, message: str, recipient: str) -> dict[str, int]:
        """When each kind first happened to a recipient who is not left out."""
        mine = self.about(message, recipient)
        found = {"sent": [self.sent_at(message)]}
        found["delivered"] = [f.at for f in mine if f.type == "Delivery"]
        for kind, name in (("Permanent", "bounced_permanent"), ("Transient", "bounced_transient")):
            found[name] = [f.at for f in mine if f.type == "Bounce" and f.payload.get("bounceType") == kind]
        found["complained"] = []
        for f in self.about(message):
            if f.type == "Complaint" and f.payload.get("complaintFeedbackType") != "not-spam":
                standing = [name for name in sorted(f.named) if not self.left_out(message, name)]
                if standing and standing[0] == recipient:
                    found["complained"].append(f.at)
        return {name: min(times) for name, times in found.items() if times}

    def fed(self) -> set[str | None]:
        """Identities for which a Send or Delivery ever came."""
        feeds = [f for f in self.facts if f.type in ("Send", "Delivery")]
        return {self.identity(f.message, r) for f in feeds for r in f.named or [""]}

    def rows(self, first: int, last: int, by: str, cohort: str) -> list[tuple[Any, ...]]:
        """(key, sent, delivered, permanent, transient, complained, bounce rate, complaint rate, unknown), in order."""
        standing: list[tuple[Any, str | None, str]] = []  # row, identity, number
        for message, recipient in self.recipients():
            if self.left_out(message, recipient):
                continue
            identity = self.identity(message, recipient)
            for number, at in self.times(message, recipient).items():
                day = (at if cohort == "event" else self.sent_at(message)) // DAY
                if first <= day <= last:
                    keys = [day] if by == "day" else self.values(message, recipient, by)
                    standing += [(key, identity, number) for key in keys]
        keys = range(first, last + 1) if by == "day" else {row[0] for row in standing}
        rows = [self.row(key, [each[1:] for each in standing if each[0] == key]) for key in keys]
        if by == "day":
            return rows
        return sorted(rows, key=lambda row: (row[1] is None, -(row[1] or 0), row[0] is None, row[0] or ""))

    def row(self, key: Any, standing: list[tuple[str | None, str]]) -> tuple[Any, ...]:
        fed = self.fed()
        seeing = [number for identity, number in standing if identity in fed]
        blind = [number for identity, number in standing if identity not in fed]
        unknown = None
        quiet_and_blind = not standing and not fed and self.anybody_counts()
        if blind or quiet_and_blind:
            unknown = "partial_delivery_feed" if seeing else "no_delivery_feed"
        counted = blind if unknown == "no_delivery_feed" else seeing
        names = ("sent", "delivered", "bounced_permanent", "bounced_transient", "complained")
        sent, *rest = (counted.count(name) for name in names)
        if unknown == "no_delivery_feed":
            return (key, None, *rest, None, None, unknown)
        return (key, sent, *rest, rest[1] / sent if sent else None, rest[3] / sent if sent else None, unknown)

    def anybody_counts(self) -> bool:
        return any(not self.left_out(message, recipient) for message, recipient in self.recipients())

    def counting(self) -> set[tuple[str, str, str]]:
        """(message, recipient, type) of the events that stand in a numerator."""
        found = set()
        for message, recipient in self.recipients():
            if not self.left_out(message, recipient):
                times = self.times(message, recipient)
                found |= {(message, recipient, "Bounce")} if "bounced_permanent" in times else set()
                found |= {(message, recipient, "Complaint")} if "complained" in times else set()
        return found
