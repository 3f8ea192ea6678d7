"""The parts of the chain between SES and us, as plain values."""

from dataclasses import dataclass, field
from typing import Any

from core.diagnosis.diagnosis import Diagnosis


@dataclass(frozen=True, slots=True)
class AccountState:
    """Whether SES sends for this account in this region. `enforcement`: HEALTHY, PROBATION or SHUTDOWN."""

    sending: bool
    enforcement: str


@dataclass(frozen=True, slots=True)
class IdentityState:
    """The identity that decides for a sender: the address itself where it is one, else its domain.

    `topics` and `headers` are keyed Bounce, Complaint, Delivery; a kind without a topic is not in `topics`.
    """

    name: str
    exists: bool
    verified: bool = False
    topics: dict[str, str] = field(default_factory=dict)
    headers: dict[str, bool] = field(default_factory=dict)
    forwarding: bool = True
    configuration_set: str = ""  # its default, "" = none


@dataclass(frozen=True, slots=True)
class ConfigurationSetState:
    """A configuration set. `sending` False: it is paused."""

    name: str
    exists: bool
    sending: bool = True

    @property
    def paused(self) -> bool:
        """It is there and lets no mail out."""
        return self.exists and not self.sending


@dataclass(frozen=True, slots=True)
class DestinationState:
    """One event destination. `types` in the API's spelling (SEND, RENDERING_FAILURE …); `topic_arn` "" = it goes elsewhere."""

    configuration_set: str
    name: str
    enabled: bool
    types: tuple[str, ...]
    topic_arn: str


@dataclass(frozen=True, slots=True)
class Beside:
    """Another identity that reports here too, with where its own default set publishes."""

    identity: IdentityState
    destinations: tuple[DestinationState, ...] = ()


@dataclass(frozen=True, slots=True)
class TopicState:
    """A topic. `policy` is its access policy as parsed JSON, None when there is none to read."""

    arn: str
    exists: bool
    policy: dict[str, Any] | None = None
    kms_key: str = ""
    signature_version: str = "1"  # Amazon's default
    fifo: bool = False


@dataclass(frozen=True, slots=True)
class SubscriptionState:
    """One subscription. Of a pending one Amazon tells neither ARN nor settings. The endpoint may hold our secret path."""

    arn: str  # "" while it is pending
    topic_arn: str
    protocol: str
    endpoint: str = field(repr=False)
    pending: bool = False
    raw: bool = False
    filter_policy: str = ""
    redrive: str = ""  # ARN of the dead-letter queue
    delivery_policy: str = ""
    signed_leave: bool = False  # only a signed call can unsubscribe it
    unread: Diagnosis | None = None  # why its settings could not be read: then they are unknown


@dataclass(frozen=True, slots=True)
class QueueState:
    """A queue. `waiting` counts messages, approximately, those being worked on included."""

    arn: str
    url: str
    exists: bool
    policy: dict[str, Any] | None = None
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class Chain:
    """Everything that was read. `unread`: part -> why; a part is "account", "identity", "configuration-set NAME",
    "topic ARN", "subscriptions ARN", "queue URL" or "beside NAME"."""

    region: str
    account: AccountState | None
    identity: IdentityState | None
    sets: tuple[ConfigurationSetState, ...]
    destinations: tuple[DestinationState, ...]
    topics: tuple[TopicState, ...]
    subscriptions: tuple[SubscriptionState, ...]
    queues: tuple[QueueState, ...]
    unread: dict[str, Diagnosis] = field(default_factory=dict)
    beside: tuple[Beside, ...] = ()

    def topic(self, arn: str) -> TopicState | None:
        """The topic with this ARN, None when it was not read."""
        return next((one for one in self.topics if one.arn == arn), None)

    def of_topic(self, arn: str) -> list[SubscriptionState]:
        """The subscriptions of a topic."""
        return [one for one in self.subscriptions if one.topic_arn == arn]
