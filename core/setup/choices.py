"""What an admin chose before anything is made: which way SES reports, how it reaches us, and what they agreed to."""

import json
from dataclasses import asdict, dataclass, field

from core.errors import BadInput

WAYS = {
    "configuration-set": "A configuration set, as the identity's default: every kind of event, with Send and Delivery",
    "identity": "Notifications of the identity: bounces, complaints and deliveries",
}
INTAKES = {
    "https": "Amazon posts to this SES Desk (HTTPS)",
    "queue": "This SES Desk fetches from a queue (SQS); no public address is needed",
    "both": "Both: the queue proves that HTTPS lost nothing",
}


@dataclass(frozen=True, slots=True)
class Choices:
    """Empty names mean: our own, made for this connection (core.setup.names); for the set: the one the identity uses.

    `topic` is an ARN or a name of a topic to use, `agreed` holds the keys of plan lines that change what is not ours.
    """

    way: str = "configuration-set"  # a key of WAYS
    intake: str = "https"  # a key of INTAKES
    identity: str = ""  # a domain or an address of the account
    configuration_set: str = ""
    topic: str = ""
    agreed: tuple[str, ...] = ()
    keep_forwarding: bool = True  # bounces also come by mail; off only in the identity's way
    also: tuple[str, ...] = field(default=())  # further identities, set up the same way
    tracking: bool = True  # opens and clicks too: Amazon rewrites links for them and adds an invisible image

    @property
    def identities(self) -> tuple[str, ...]:
        """Every identity that shall report, each once."""
        return tuple(dict.fromkeys(name for name in (self.identity, *self.also) if name))

    @property
    def https(self) -> bool:
        """Whether Amazon posts to us."""
        return self.intake in ("https", "both")

    @property
    def queue(self) -> bool:
        """Whether we fetch from a queue."""
        return self.intake in ("queue", "both")

    def as_json(self) -> str:
        """For a column of the store."""
        return json.dumps(asdict(self), ensure_ascii=True)

    @staticmethod
    def from_json(text: str) -> "Choices":
        """What as_json wrote."""
        said = json.loads(text)
        return Choices(
            **{**said, "agreed": tuple(said.get("agreed", ())), "also": tuple(said.get("also", ()))}
        )


def checked(choices: Choices) -> Choices:
    """The same choices. Raises BadInput, naming the one that is none."""
    if choices.way not in WAYS:
        raise BadInput("Choose how Amazon shall report: a configuration set, or the identity itself.", "way")
    if choices.intake not in INTAKES:
        raise BadInput("Choose how it reaches us: HTTPS, a queue, or both.", "intake")
    if not choices.identities:
        raise BadInput("Choose the identity (domain or address) whose mail shall be reported on.", "identity")
    return choices
