"""What SNS and SQS hold in one region: topics, their subscriptions, queues, messages. Times in ms UTC."""

from dataclasses import dataclass, field


@dataclass
class Subscription:
    """One endpoint of a topic. A token lives two days; `signed_leave` is AuthenticateOnUnsubscribe."""

    arn: str
    topic_arn: str
    protocol: str
    endpoint: str
    confirmed: bool = False
    signed_leave: bool = False
    left: bool = False  # unsubscribed; the token of the UnsubscribeConfirmation brings it back
    tokens: dict[str, int] = field(default_factory=dict)  # token -> the millisecond it ends
    attributes: dict[str, str] = field(default_factory=dict)


@dataclass
class Topic:
    """An SNS topic. `attributes` holds what was set: Policy, SignatureVersion, DeliveryPolicy, DisplayName …"""

    arn: str
    attributes: dict[str, str] = field(default_factory=dict)
    subscriptions: dict[str, Subscription] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)

    @property
    def fifo(self) -> bool:
        """Whether it keeps order. SES takes none such, and none posts to a web address."""
        return self.arn.endswith(".fifo")

    @property
    def present(self) -> list[Subscription]:
        """Those that have not left."""
        return [each for each in self.subscriptions.values() if not each.left]


@dataclass
class QueuedMessage:
    """One message in a queue. It is invisible until `visible_at` after it was received."""

    id: str
    body: str
    sent_at: int
    visible_at: int = 0
    received: int = 0
    first_received_at: int = 0
    receipt: str = ""


@dataclass
class Queue:
    """An SQS queue. `attributes` holds what was set: Policy, VisibilityTimeout, RedrivePolicy …"""

    name: str
    url: str
    arn: str
    created_at: int = 0
    attributes: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    messages: list[QueuedMessage] = field(default_factory=list)
