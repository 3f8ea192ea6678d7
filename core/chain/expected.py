"""What the chain of a connection should be: from what was set up here, or as far as our own records tell."""

import hashlib
from dataclasses import dataclass, field
from urllib.parse import urlsplit

ALL_TYPES = (
    "SEND", "REJECT", "BOUNCE", "COMPLAINT", "DELIVERY", "OPEN", "CLICK", "RENDERING_FAILURE", "DELIVERY_DELAY",
    "SUBSCRIPTION",
)  # fmt: skip
UNTRACKED = tuple(
    kind for kind in ALL_TYPES if kind not in ("OPEN", "CLICK")
)  # these two change the mail itself
NEEDED = ("SEND", "BOUNCE", "COMPLAINT", "DELIVERY")  # without these the rates cannot be told
KINDS = ("Bounce", "Complaint", "Delivery")


@dataclass(frozen=True, slots=True)
class Expected:
    """`way` "" = not known: taken from what is found. `endpoint_url` "" = not known: `callbacks` (hashes) decide."""

    account: str
    region: str
    identity: str  # the sender's address, or the identity's name
    topic_arns: tuple[str, ...]
    endpoint_url: str = field(default="", repr=False)
    queue_arns: tuple[str, ...] = ()
    way: str = ""  # configuration-set | identity
    configuration_set: str = ""
    also: tuple[
        str, ...
    ] = ()  # further topics that were accepted here: what they bring counts, they are no fault
    callbacks: tuple[str, ...] = ()  # SHA-256 of the tokens of our callbacks

    @property
    def accepted(self) -> tuple[str, ...]:
        """Every topic whose messages are taken here."""
        return (*self.topic_arns, *self.also)

    def is_ours(self, endpoint: str) -> bool:
        """Whether a subscription's endpoint is our callback or one of our queues."""
        if endpoint in self.queue_arns or (self.endpoint_url and endpoint == self.endpoint_url):
            return True
        there, here = urlsplit(endpoint), urlsplit(self.endpoint_url)
        if self.endpoint_url and (there.scheme, there.netloc) != (here.scheme, here.netloc):
            return False
        token = there.path.partition("/sns/")[2]
        return bool(token) and hashlib.sha256(token.encode()).hexdigest() in self.callbacks
