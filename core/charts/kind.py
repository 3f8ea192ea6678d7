"""The two rates Amazon watches, and the words for days that tell nothing."""

from dataclasses import dataclass
from typing import Literal

from core.metrics.verdict import PAUSE, REVIEW

NOT_OVER = "This day is not over yet (UTC)"
CANNOT = "Cannot be known: no sent or delivered mail is reported"

AMAZONS = "Amazon's own count"


@dataclass(frozen=True, slots=True)
class Kind:
    """One of the two rates Amazon watches."""

    name: Literal["bounce", "complaint"]
    counted: str  # the frame's column above the line
    verb: str  # what happened to them
    colour: str  # the palette's name for it
    amazon: str  # the frame's column with Amazon's own count

    @property
    def marks(self) -> tuple[float, float]:
        """The rates at which Amazon reviews an account, and may pause it."""
        return REVIEW[self.name], PAUSE[self.name]


BOUNCE = Kind("bounce", "bounced_permanent", "bounced permanently", "permanent", "amazon_bounces")
COMPLAINT = Kind("complaint", "complained", "complained", "complaint", "amazon_complaints")
