"""What a queue's message is: SNS's envelope, the bare event of raw delivery, EventBridge's envelope, or none of them.

No signature is checked here: only those whom the queue's own policy lets in can put anything into it, and reading it
takes our key. The envelope's MessageId and Timestamp are those of the HTTPS delivery, so that both together count once.
"""

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from core.aws.pulling import Received
from core.events.event import Notification
from core.moment import parse_rfc3339
from core.receiver.answers import LIMIT
from core.receiver.envelope import NOTIFICATION, read_envelope
from core.receiver.marks import marks
from core.receiver.refused import Refused
from core.safe_text import safe_text

VALIDATED = "Successfully validated SNS topic for Amazon SES event publishing."
CONFIRMATION = (
    "It asks to confirm a subscription. Subscribe the queue from the AWS account that owns it: then nothing has to be "
    "confirmed."
)
NO_EVENT = "It is JSON, but neither a message of SNS nor an event of SES."


@dataclass(frozen=True, slots=True)
class Accepts:
    """Whose messages a queue may carry. Topics are ARNs, with `*` and `?` as in IAM."""

    connection_id: int
    account_id: str | None
    region: str
    topics: tuple[str, ...]
    demo: bool = False

    def topic(self, arn: str) -> bool:
        """Whether this topic may report through the queue."""
        return any(_grammar(pattern).fullmatch(arn) for pattern in self.topics)


class NotOurs(Exception):
    """The message cannot be taken in; its words say why."""


def read(came: Received, accepts: Accepts, now: int) -> Notification:
    """The notification in a message. Raises NotOurs with a sentence that names neither secrets nor recipients."""
    size = len(came.body.encode("utf-8", "surrogatepass"))
    if size > LIMIT:
        raise NotOurs(f"It is larger than any message of SNS: {size:,} bytes.")
    body = _json(came.body)
    if came.body.strip() == VALIDATED or (isinstance(body, dict) and _bare(body)):
        return _notification(accepts, f"sqs:{came.id}", came.body, came.sent_at or now, now)
    if isinstance(body, dict) and body.get("source") == "aws.ses" and isinstance(body.get("detail"), dict):
        return _from_event_bridge(body, accepts, now)
    if isinstance(body, dict) and "Type" not in body:
        raise NotOurs(NO_EVENT)
    return _from_sns(came.body, accepts, now)


def _from_sns(body: str, accepts: Accepts, now: int) -> Notification:
    try:
        envelope = read_envelope(body.encode("utf-8", "surrogatepass"))
    except Refused as refused:
        raise NotOurs(refused.message) from None
    if envelope.type != NOTIFICATION:
        raise NotOurs(CONFIRMATION)
    if not accepts.topic(envelope.topic_arn):
        raise NotOurs(f"It came from a topic that may not report here: {safe_text(envelope.topic_arn, 160)}.")
    number, at = envelope.message_id, envelope.published_at
    return _notification(accepts, number, envelope.message, at, now, envelope.subject)


def _from_event_bridge(body: dict[str, Any], accepts: Accepts, now: int) -> Notification:
    account, region, number = (str(body.get(name) or "") for name in ("account", "region", "id"))
    if region != accepts.region or (accepts.account_id and account != accepts.account_id):
        where = safe_text(f"{account}, {region}", 60)
        raise NotOurs(f"EventBridge sent it for another account or region: {where}.")
    try:
        published_at = parse_rfc3339(str(body.get("time")))
    except (ValueError, OverflowError):
        raise NotOurs("EventBridge's time in it is no full date and time.") from None
    if not number:
        raise NotOurs("It has EventBridge's form, but no id.")
    if not number.isprintable():  # half a surrogate pair or a NUL can be no key of a database
        raise NotOurs("EventBridge's id in it holds a character that no id has.")
    message = json.dumps(body["detail"], ensure_ascii=False, separators=(",", ":"))
    return _notification(accepts, number, message, published_at, now)


def _notification(
    accepts: Accepts, number: str, message: str, published_at: int, now: int, subject: str | None = None
) -> Notification:
    return Notification(
        connection_id=accepts.connection_id,
        topic_id=None,
        sns_message_id=number,
        subject=subject,
        message=message,
        published_at=published_at,
        received_at=now,
        signature_version="",
        flags=marks(published_at, now, accepts.demo),
    )


def _json(body: str) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _bare(body: dict[str, Any]) -> bool:
    """An event or a set-up notice of SES without an envelope, as raw delivery brings it."""
    kind = body.get("eventType") or body.get("notificationType")
    return isinstance(kind, str) and ("mail" in body or kind == "AmazonSnsSubscriptionSucceeded")


@lru_cache(maxsize=256)
def _grammar(pattern: str) -> re.Pattern[str]:
    return re.compile(re.escape(pattern).replace(r"\*", ".*").replace(r"\?", "."))
