"""What the demo Amazon knows: one account, its keys, and per region what SES, SNS and SQS would hold.

Plain values, written to the data folder as JSON after every change. Times are milliseconds since 1970 in UTC.
"""

from dataclasses import dataclass, field
from typing import Any

from core.demo.world_messages import Queue, QueuedMessage, Subscription, Topic
from core.demo.world_ses import (
    ConfigurationSet,
    Contact,
    ContactList,
    EventDestination,
    Identity,
    Suppressed,
)

__all__ = [
    "ACCOUNT", "AccessKey", "ConfigurationSet", "Contact", "ContactList", "EventDestination", "Identity", "Queue",
    "QueuedMessage", "Region", "Subscription", "Suppressed", "Topic", "Tuning", "World",
]  # fmt: skip

ACCOUNT = "000000000000"


@dataclass
class AccessKey:
    """One access key and the IAM user behind it. `policy` is the user's inline policy; with nothing else, None allows everything.

    `attached` names managed policies of the user's own, `groups` those of each group it is in (managed.py).
    """

    id: str
    secret: str = field(repr=False)
    user: str = "ses-desk"
    policy: dict[str, Any] | None = None
    session_token: str = field(default="", repr=False)
    expires_at: int | None = None
    active: bool = True
    root: bool = False
    attached: list[str] = field(default_factory=list)
    groups: dict[str, list[str]] = field(default_factory=dict)
    created_at: int = 0  # 0: kept by a release that did not know
    used_at: int = 0  # 0: never
    used_for: tuple[str, str] = ("N/A", "N/A")  # service, region

    @property
    def arn(self) -> str:
        """Who GetCallerIdentity says this is."""
        if self.root:
            return f"arn:aws:iam::{ACCOUNT}:root"
        return f"arn:aws:iam::{ACCOUNT}:user/{self.user}"


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
    contact_lists: dict[str, ContactList] = field(default_factory=dict)
    topics: dict[str, Topic] = field(default_factory=dict)
    orphans: dict[str, Subscription] = field(default_factory=dict)  # confirmed, of topics that are gone
    queues: dict[str, Queue] = field(default_factory=dict)
    deleted_queues: dict[str, int] = field(default_factory=dict)  # name -> when
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
    control_rate: float = (
        0.0  # SES calls other than sends that pass in a second; Amazon lets 1 pass, 0 lets all
    )
    queue_rest: float = 0.0  # seconds until the name of a deleted queue is free again; with Amazon 60


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
    names: dict[str, dict[str, list[str]]] = field(default_factory=dict)  # DNS: name -> kind -> values
    tuning: Tuning = field(default_factory=Tuning)
