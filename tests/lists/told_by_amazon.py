"""Bounces and complaints as Amazon tells them, recorded as the receiver records them."""

import itertools
import json
from collections.abc import Sequence
from typing import Any

from core.events.event import Notification
from core.events.parse import parse
from core.moment import rfc3339
from core.store.engine import Store
from core.store.record import Taken, record
from core.store.tables import Connection

NOW = 1_795_000_000_000
DAY = 86_400_000
_numbers = itertools.count(1)


def account(store: Store, name: str = "shop") -> Connection:
    """A connection of the store's own, without keys."""
    from core.store import connections

    with store.write() as conn:
        row = Connection(name=name, region="eu-west-1", created_at=NOW - 90 * DAY, updated_at=NOW - 90 * DAY, from_address="news@example.com")  # type: ignore[call-arg]  # fmt: skip
        return connections.add(conn, row)


def bounce(
    to: str, at: int = NOW, kind: str = "Permanent", subtype: str = "General",
    destination: Sequence[str] | None = None, message: str = "", tags: dict[str, list[str]] | None = None,
) -> dict[str, Any]:  # fmt: skip
    """A Bounce event that names one address."""
    told = {"bounceType": kind, "bounceSubType": subtype, "timestamp": rfc3339(at), "feedbackId": "f",
            "bouncedRecipients": [{"emailAddress": to, "status": "5.1.1", "diagnosticCode": "smtp; 550 5.1.1 user unknown"}]}  # fmt: skip
    return _event("Bounce", told, destination if destination is not None else [to], at, message, tags)


def complaint(
    *to: str, at: int = NOW, feedback: str = "abuse", destination: Sequence[str] | None = None, message: str = "",
) -> dict[str, Any]:  # fmt: skip
    """A Complaint event that names one address, or several."""
    told = {"complainedRecipients": [{"emailAddress": each} for each in to], "timestamp": rfc3339(at),
            "complaintFeedbackType": feedback, "complaintSubType": None, "feedbackId": "f"}  # fmt: skip
    return _event("Complaint", told, destination if destination is not None else list(to), at, message)


def delivery(
    to: str, at: int = NOW, message: str = "", tags: dict[str, list[str]] | None = None
) -> dict[str, Any]:
    """A Delivery event to one address."""
    told = {"timestamp": rfc3339(at), "recipients": [to]}
    return _event("Delivery", told, [to], at, message, tags)


def _event(
    kind: str, told: dict[str, Any], destination: Sequence[str], at: int, message: str, tags: dict[str, list[str]] | None = None,
) -> dict[str, Any]:  # fmt: skip
    mail: dict[str, Any] = {
        "messageId": message or f"m{next(_numbers)}", "destination": list(destination), "timestamp": rfc3339(at - 60_000),
        "source": "news@example.com", "sourceArn": "arn:aws:ses:eu-west-1:111122223333:identity/example.com",
    }  # fmt: skip
    return {"eventType": kind, "mail": {**mail, **({"tags": tags} if tags else {})}, kind.lower(): told}


def notified(connection: Connection, *events: dict[str, Any], at: int = NOW) -> list[Taken]:
    """These events as notifications of their own, received at a moment."""
    notifications = [
        Notification(connection.id or 0, None, f"sns-{next(_numbers)}", None, json.dumps(one), at, at, "2") for one in events
    ]  # fmt: skip
    return [(one, parse(one)) for one in notifications]


def tell(store: Store, connection: Connection, *events: dict[str, Any], at: int = NOW) -> None:
    """Record these events in one transaction, received and written at a moment."""
    with store.write() as conn:
        record(conn, notified(connection, *events, at=at), now=at)
