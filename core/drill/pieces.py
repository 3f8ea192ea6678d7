"""The pieces of a drill: what was sent, as it is kept between two looks."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from core.connect.scenarios import SCENARIOS

MAILS = ("success", "bounce", "complaint", "suppressionlist")
PUBLISHED = "published"  # the message published to the topic itself; there is no mail behind it
MARKED = ("bounce", "complaint", "suppressionlist", PUBLISHED)  # what puts an address on the list
REASON = "drill"


@dataclass(frozen=True, slots=True)
class Sent:
    """One mail or published message. Times in ms; `finding` is the JSON of why Amazon did not take it."""

    scenario: str
    started_at: int
    recipient: str = ""  # of the simulator, never a person
    accepted_at: int | None = None
    message_id: str = ""
    topic: str = ""  # ARN, of a published one
    finding: str = ""
    unsure: bool = False  # Amazon's answer was lost
    marked_at: int | None = None
    unmarked_at: int | None = None

    @property
    def title(self) -> str:
        """What it is called on screen."""
        if self.scenario == PUBLISHED:
            return f"Message to the topic {self.topic.rpartition(':')[2]}"
        return SCENARIOS[self.scenario].title

    @property
    def events(self) -> tuple[str, ...]:
        """The event types that must come back."""
        return ("Bounce",) if self.scenario == PUBLISHED else SCENARIOS[self.scenario].events

    @property
    def marks(self) -> bool:
        """Whether its recipient is put on our list for the length of the drill."""
        return self.scenario in MARKED


def as_text(pieces: Sequence[Sent]) -> str:
    """For the column of the store."""
    return json.dumps([asdict(piece) for piece in pieces], ensure_ascii=True)


def from_text(text: str) -> list[Sent]:
    """What as_text wrote."""
    return [Sent(**piece) for piece in json.loads(text)]
