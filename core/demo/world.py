"""What the demo Amazon knows: one account, its keys, and per region what SES, SNS and SQS would hold.

Plain values, written to the data folder as JSON after every change. Times are milliseconds since 1970 in UTC.
"""

from dataclasses import dataclass, field
from typing import Any

ACCOUNT = "000000000000"


@dataclass
class AccessKey:
    """One access key and the IAM user behind it. `policy` is an IAM policy document; None allows everything."""

    id: str
    secret: str = field(repr=False)
    user: str = "ses-desk"
    policy: dict[str, Any] | None = None
    session_token: str = field(default="", repr=False)
    expires_at: int | None = None
    active: bool = True
    root: bool = False

    @property
    def arn(self) -> str:
        """Who GetCallerIdentity says this is."""
        if self.root:
            return f"arn:aws:iam::{ACCOUNT}:root"
        return f"arn:aws:iam::{ACCOUNT}:user/{self.user}"


@dataclass
class Identity:
    """A domain or address to send from. `topics` and `headers` are keyed Bounce, Complaint, Delivery."""

    name: str
    status: str = "PENDING"
    error_type: str = ""
    checked_at: int = 0
    dkim_signing: bool = True
    dkim_status: str = ""
    dkim_tokens: list[str] = field(default_factory=list)
    dkim_origin: str = "AWS_SES"
    mail_from: str = ""
    mail_from_status: str = ""
    on_mx_failure: str = "USE_DEFAULT_VALUE"
    forwarding: bool = True
    topics: dict[str, str] = field(default_factory=dict)
    headers: dict[str, bool] = field(default_factory=dict)
    configuration_set: str = ""
    tags: dict[str, str] = field(default_factory=dict)

    @property
    def is_domain(self) -> bool:
        """Whether this is a whole domain."""
        return "@" not in self.name


@dataclass
class EventDestination:
    """Where a configuration set publishes. `types` in the API's spelling (SEND, RENDERING_FAILURE …)."""

    name: str
    enabled: bool = False
    types: list[str] = field(default_factory=list)
    target: dict[str, Any] = field(default_factory=dict)  # {"SnsDestination": {"TopicArn": …}} as given

    @property
    def topic_arn(self) -> str:
        """The SNS topic, empty when it publishes elsewhere."""
        return str(self.target.get("SnsDestination", {}).get("TopicArn", ""))


@dataclass
class ConfigurationSet:
    """Named rules for a send. `options` keeps what was put, keyed as GetConfigurationSet answers."""

    name: str
    options: dict[str, Any] = field(default_factory=dict)
    destinations: dict[str, EventDestination] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)

    @property
    def sending(self) -> bool:
        """Whether it may send."""
        return bool(self.options.get("SendingOptions", {}).get("SendingEnabled", True))


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


@dataclass
class Suppressed:
    """One entry of the account's suppression list."""

    reason: str
    at: int
    message_id: str = ""


@dataclass
class Region:
    """The account in one region. `sent` counts recipients per hour since 1970; simulator mail is not in it."""

    code: str
    enabled: bool = True
    production: bool = False
    sending: bool = True
    enforcement: str = "HEALTHY"
    max_24_hours: float = 200.0
    max_rate: float = 1.0
    vdm: bool = False
    suppressed_reasons: list[str] = field(default_factory=lambda: ["BOUNCE", "COMPLAINT"])
    details: dict[str, Any] = field(default_factory=dict)
    identities: dict[str, Identity] = field(default_factory=dict)
    configuration_sets: dict[str, ConfigurationSet] = field(default_factory=dict)
    templates: dict[str, dict[str, str]] = field(default_factory=dict)  # name -> Subject, Text, Html
    suppressed: dict[str, Suppressed] = field(default_factory=dict)
    topics: dict[str, Topic] = field(default_factory=dict)
    orphans: dict[str, Subscription] = field(default_factory=dict)  # confirmed, of topics that are gone
    queues: dict[str, Queue] = field(default_factory=dict)
    kms: dict[str, list[str]] = field(default_factory=dict)  # key -> the services its policy lets in
    sent: dict[int, int] = field(default_factory=dict)
    points: dict[int, dict[str, int]] = field(default_factory=dict)  # quarter hours: attempts, bounces, …
    reputation: dict[str, float] = field(default_factory=dict)  # BounceRate, ComplaintRate as fractions


@dataclass
class Tuning:
    """How the demo misbehaves on request. Factors and probabilities; the defaults are Amazon on a good day."""

    event_delay: float = 1.0  # factor on the simulator's pauses between events
    retry_delay: float = 1.0  # factor on SNS's pauses between attempts
    duplicates: float = 0.0  # probability that a delivery is made twice (same MessageId)
    disorder: bool = False  # events of one mail are published in no particular order
    out_of_office_bounces: bool = False  # ooto@ also reports Transient/General
    clock_offset: int = 0  # milliseconds this Amazon's clock runs ahead of ours
    rate_limits: bool = True  # the sending rate per second is enforced


@dataclass
class World:
    """Everything. `signing_key` and `certificate` are the SNS ones, `smtp_*` those of the SMTP server (PEM)."""

    signing_key: str = field(repr=False)
    certificate: str
    certificate_name: str
    smtp_ca: str
    smtp_certificate: str
    smtp_key: str = field(repr=False)
    keys: dict[str, AccessKey] = field(default_factory=dict)
    regions: dict[str, Region] = field(default_factory=dict)
    tuning: Tuning = field(default_factory=Tuning)
