"""The message of the drill without mail: shaped as SES publishes a bounce, marked as ours, about a mail that never was."""

import json
from uuid import uuid4

from core.connect.letter import DRILL_TAG
from core.connect.scenarios import SIMULATOR
from core.moment import rfc3339

SUBJECT = "Amazon SES Email Event Notification"
RECIPIENT = f"bounce+drill@{SIMULATOR}"


def fresh_id() -> str:
    """A message id of our own, which no mail of Amazon's can have."""
    return f"ses-desk-drill-{uuid4()}"


def bounce(message_id: str, sender: str, now: int) -> str:
    """A permanent bounce of the simulator's address as one published event."""
    name, value = DRILL_TAG
    return json.dumps(
        {
            "eventType": "Bounce",
            "bounce": {
                "feedbackId": f"{message_id}-feedback",
                "bounceType": "Permanent",
                "bounceSubType": "General",
                "bouncedRecipients": [
                    {"emailAddress": RECIPIENT, "action": "failed", "status": "5.1.1",
                     "diagnosticCode": "smtp; 550 5.1.1 a fire drill, no mail was sent"}
                ],
                "timestamp": rfc3339(now),
            },
            "mail": {
                "timestamp": rfc3339(now),
                "source": sender,
                "messageId": message_id,
                "destination": [RECIPIENT],
                "tags": {name: [value]},
            },
        }
    )  # fmt: skip
