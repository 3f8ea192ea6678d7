"""What a signed envelope from a topic of ours tells."""

from core.events.event import Notification
from core.receiver.marks import marks
from core.receiver.usual import Envelope
from core.store.callbacks import HeldTopic


def told(envelope: Envelope, topic: HeldTopic, now: int) -> Notification:
    """The notification to be stored; `now` in ms."""
    return Notification(
        connection_id=topic.connection_id,
        topic_id=topic.id,
        sns_message_id=envelope.message_id,
        subject=envelope.subject,
        message=envelope.message,
        published_at=envelope.published_at,
        received_at=now,
        signature_version=envelope.signature_version,
        flags=marks(envelope.published_at, now, topic.demo),
    )
