"""Mail to an address on the suppression list is stopped here, and why is said in words."""

from datetime import UTC, datetime

from core.errors import BadInput
from core.events.address import normalise
from core.store import suppressions
from core.store.engine import Store

WHY = {
    "bounce": "mail to it bounced for good",
    "complaint": "its reader complained about mail",
    "unsubscribe": "its reader unsubscribed",
    "manual": "somebody here put it there by hand",
    "import": "it came with an imported list",
}


class Suppressed(BadInput):
    """The recipient stands on the suppression list. `reason` is the one that is shown."""

    def __init__(self, reason: str, since: int) -> None:
        day = f"{datetime.fromtimestamp(since / 1000, UTC):%-d %B %Y}"
        super().__init__(
            f"Nothing was sent: this address is on the suppression list since {day}, because {WHY[reason]}. "
            "If that is over, take it off under Lists first.",
            "recipient",
        )
        self.reason = reason


def stop(store: Store, connection_id: int, recipient: str) -> None:
    """Raise Suppressed when a recipient may not be mailed. What a drill marked does not stop anybody."""
    for reason, cause in suppressions.reasons(store, connection_id, normalise(recipient)).items():
        if reason in WHY:
            raise Suppressed(reason, cause.since)
