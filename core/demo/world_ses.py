"""What SES holds in one region: identities, configuration sets, the suppression list, contact lists. Times in ms UTC."""

from dataclasses import dataclass, field
from typing import Any


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
class Suppressed:
    """One entry of the account's suppression list."""

    reason: str
    at: int
    message_id: str = ""
    spelled: str = ""  # as it was put there; it is looked up by that alone, and holds mail back in any case


@dataclass
class Contact:
    """Somebody on a contact list. `topics` holds what was said of each (OPT_IN, OPT_OUT), the rest is the topic's default."""

    topics: dict[str, str] = field(default_factory=dict)
    left_all: bool = False
    data: str = ""
    made_at: int = 0
    changed_at: int = 0


@dataclass
class ContactList:
    """The account's contact list. `topics` as given: TopicName, DisplayName, Description, DefaultSubscriptionStatus."""

    name: str
    description: str = ""
    topics: list[dict[str, str]] = field(default_factory=list)
    made_at: int = 0
    changed_at: int = 0
    tags: dict[str, str] = field(default_factory=dict)
    contacts: dict[str, Contact] = field(default_factory=dict)
