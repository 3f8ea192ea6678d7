"""Mail for the screens: SES notifications in plain JSON, through the same parse and record as everything that comes in."""

import json
from typing import Any

from core.events.event import Notification
from core.events.parse import parse
from core.moment import DAY, HOUR, rfc3339
from core.store import connections
from core.store.record import record
from core.store.tables import Connection


def connect(store: Any, name: str = "Shop", **more: Any) -> Connection:
    """A connection without keys."""
    with store.write() as conn:
        return connections.add(
            conn, Connection(uuid="", name=name, region="eu-west-1", created_at=0, updated_at=0, **more)
        )


def post(
    store: Any, connection: Connection, day: int, count: int, bounced: int = 0, complained: int = 0, *,
    delivered: bool = True, domain: str = "gmail.com", identity: str = "example.com", tags: dict[str, list[str]] | None = None,
    delayed: int = 0, code: str = "smtp; 550 no such user",
) -> None:  # fmt: skip
    """That many mails sent on one day (days since 1970); the first of them bounce, the last complain."""
    taken = []
    for number in range(count):
        to = f"{identity[:1]}{number}@{domain}"
        at = day * DAY + 9 * HOUR + number
        mail = {
            "timestamp": rfc3339(at), "messageId": f"{at:016x}-{identity}-{domain}-{number}", "source": f"news@{identity}",
            "sourceArn": f"arn:aws:ses:eu-west-1:123456789012:identity/{identity}", "destination": [to], "tags": tags or {},
        }  # fmt: skip
        told: list[dict[str, Any]] = []
        if number < bounced:
            told.append({"eventType": "Bounce", "bounce": {
                "bounceType": "Permanent", "bounceSubType": "General", "timestamp": rfc3339(at + 1000), "feedbackId": f"f{number}",
                "bouncedRecipients": [{"emailAddress": to, "diagnosticCode": code}],
            }})  # fmt: skip
        elif delivered:
            told.append(
                {"eventType": "Delivery", "delivery": {"timestamp": rfc3339(at + 1000), "recipients": [to]}}
            )
        if number >= count - complained:
            told.append({"eventType": "Complaint", "complaint": {
                "timestamp": rfc3339(at + 2000), "feedbackId": f"c{number}", "complaintFeedbackType": "abuse",
                "complainedRecipients": [{"emailAddress": to}],
            }})  # fmt: skip
        if number >= count - delayed:
            told.append({"eventType": "DeliveryDelay", "deliveryDelay": {
                "timestamp": rfc3339(at + 500), "delayType": "General", "delayedRecipients": [{"emailAddress": to, "status": "4.7.0"}],
            }})  # fmt: skip
        for event in told:
            message = json.dumps({**event, "mail": mail})
            notification = Notification(
                connection.id or 0,
                None,
                f"{mail['messageId']}-{event['eventType']}",
                None,
                message,
                at,
                at,
                "2",
            )
            taken.append((notification, parse(notification)))
    with store.write() as conn:
        record(conn, taken)
