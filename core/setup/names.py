"""What our things in Amazon are called and how they are tagged, so that they are found again and told from everybody else's."""

from dataclasses import dataclass

from core.connect.regions import partition
from core.setup.choices import Choices
from core.store.tables import Connection

PREFIX = "ses-desk-"  # the IAM policy lets us touch topics, queues and sets that begin so
MANAGED_BY, OURS = "managed-by", "ses-desk"
WHICH = "ses-desk-connection"  # the connection's uuid: another SES Desk in the same account is not us


@dataclass(frozen=True, slots=True)
class Names:
    """The names and ARNs of one connection's things."""

    topic_arn: str
    events: str
    events_arn: str
    dead_letters: str
    dead_letters_arn: str
    configuration_set: str
    destination: str

    @property
    def topic(self) -> str:
        """The topic's own name."""
        return self.topic_arn.rpartition(":")[2]


def of(connection: Connection, account: str, choices: Choices) -> Names:
    """The names for these choices. A topic or set that was chosen goes before our own."""
    own = PREFIX + connection.uuid[:8]
    start, where = partition(connection.region), f"{connection.region}:{account}"
    chosen = choices.topic.strip()
    topic = chosen if chosen.startswith("arn:") else f"arn:{start}:sns:{where}:{chosen or own}"
    queue = f"arn:{start}:sqs:{where}:"
    return Names(
        topic, f"{own}-events", f"{queue}{own}-events", f"{own}-dead-letters", f"{queue}{own}-dead-letters",
        choices.configuration_set.strip() or own, own,
    )  # fmt: skip


def source_arns(connection: Connection, account: str, choices: Choices, names: Names) -> list[str]:
    """What publishes to the topic: the configuration set, or each identity. For the topic's policy."""
    start = f"arn:{partition(connection.region)}:ses:{connection.region}:{account}"
    if choices.way == "configuration-set":
        return [f"{start}:configuration-set/{names.configuration_set}"]
    return [f"{start}:identity/{name}" for name in choices.identities]


def tags(connection: Connection) -> dict[str, str]:
    """The tags on everything we make that takes tags."""
    return {MANAGED_BY: OURS, WHICH: connection.uuid}


def is_ours(found: dict[str, str], connection: Connection) -> bool:
    """Whether something with these tags was made for this connection."""
    return found.get(MANAGED_BY) == OURS and found.get(WHICH) == connection.uuid
