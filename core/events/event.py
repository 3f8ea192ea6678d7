"""The vocabulary: a verified Notification, and the Events it holds.

Times are whole milliseconds since 1970 in UTC (`…_at`). Types are spelled as AWS spells them.
Source: "Contents of event data that Amazon SES publishes to Amazon SNS", SES developer guide.
"""

from enum import IntFlag

import msgspec

TYPES = (
    "Send", "Delivery", "Bounce", "Complaint", "Reject", "Open", "Click",
    "Rendering Failure", "DeliveryDelay", "Subscription",
)  # fmt: skip
UNKNOWN = "UNKNOWN"


class EventFlag(IntFlag):
    """Marks an event carries beside its facts."""

    LATE = 1  # published more than 14 days before it came
    SUSPECT = 2  # its time lies more than 5 minutes in the future, or is absurd
    DEMO = 4  # from the demo Amazon
    DRILL = 8  # mail the product itself sent as a drill


NO_FLAGS = EventFlag(0)


class Notification(msgspec.Struct, frozen=True):
    """One verified SNS message of type Notification, as it will be kept."""

    connection_id: int
    topic_id: int | None  # None: came by a queue
    sns_message_id: str
    subject: str | None
    message: str  # exact, never stripped
    published_at: int  # the signed Timestamp
    received_at: int
    signature_version: str  # "1", "2", or "" where none was needed (queue)
    flags: EventFlag = NO_FLAGS


class Event(msgspec.Struct, frozen=True):
    """One thing SES says about one recipient of one message. Empty string means "not said" in the key fields."""

    type: str
    message_id: str  # "" when the message is no SES event
    recipient: str  # bare address, lower case, punycode domain; "" when it names nobody
    detail: str  # what else makes it a fact of its own: bounce type, time and link, SNS id (see fact.py)
    occurred_at: int
    sent_at: int | None  # mail.timestamp, None when missing or unreadable
    identity: str | None
    identity_from_arn: bool  # sourceArn goes before the From domain
    configuration_set: str | None
    tags: dict[str, list[str]] = {}  # each struct gets its own
    bounce_type: str | None = None
    bounce_subtype: str | None = None  # also the complaint's subtype
    diagnostic_code: str | None = None
    status: str | None = None
    feedback_type: str | None = None
    feedback_id: str | None = None
    candidates: tuple[str, ...] = ()  # of a Complaint: every address it may be about, normalised and sorted
    flags: EventFlag = NO_FLAGS
    wish: str = ""  # of a Subscription: the recipient wants to `leave` all mail, or to `rejoin`
    topics: tuple[
        tuple[str, bool], ...
    ] = ()  # of a Subscription: topics of Amazon's list just left (True) or joined again
    against: str = ""  # the recipient this speaks against, should it count (see blame.py)


class Parsed(msgspec.Struct, frozen=True):
    """What a Notification's Message holds: events, or a set-up notice of Amazon's (then `notice` is its word)."""

    events: tuple[Event, ...]
    notice: str | None = None
    quarantine: str | None = None  # our own fault while reading: the raw is kept for replay, this says why
