"""From a count to a verdict, against the lines at which Amazon reviews an account and may pause it.

Source: "Understanding account-level sender reputation" and the enforcement FAQ, SES developer guide: bounces 5 % and
10 %, complaints 0.1 % and 0.5 %. Amazon judges a "representative volume" that it does not tell, so ours is an estimate.
"""

from dataclasses import dataclass
from typing import Literal

from core.metrics.wilson import interval

Kind = Literal["bounce", "complaint"]
Word = Literal["Healthy", "At risk", "In danger", "Not checked yet", "Too few to judge", "Cannot be known"]

REVIEW: dict[Kind, float] = {"bounce": 0.05, "complaint": 0.001}
PAUSE: dict[Kind, float] = {"bounce": 0.10, "complaint": 0.005}
FEW = 30  # recipients: below this no rate is judged, however it looks
_NOUN: dict[Kind, str] = {"bounce": "bounced for good", "complaint": "complained"}
_LINE: dict[Kind, str] = {"bounce": "bounce rate", "complaint": "complaint rate"}


@dataclass(frozen=True, slots=True)
class Verdict:
    """A word, the reason in a sentence, and the rate with the interval in which it truly lies (fractions)."""

    word: Word
    reason: str
    rate: float | None = None
    low: float | None = None
    high: float | None = None


def judge(kind: Kind, count: int | None, sent: int | None, unknown: str | None = None) -> Verdict:
    """Judge one rate. `count` None: never looked; `sent` None or `unknown` no_delivery_feed: cannot be known.

    Below the review line it is healthy only when the whole interval is, or when there is enough mail to see the line;
    above it, it is told only when more than chance says so.
    """
    if count is None:
        return Verdict("Not checked yet", "No events have been received, so nothing is known yet.")
    if unknown == "no_delivery_feed" or sent is None:
        return Verdict(
            "Cannot be known",
            "Amazon reports only bounces and complaints for this mail, not what was sent or delivered. "
            "Turn on delivery notifications to see a rate.",
        )
    if sent == 0:
        return Verdict("Too few to judge", "Nothing was sent in this period.")
    rate, (low, high) = count / sent, interval(count, sent)
    word, reason = _weigh(kind, count, sent, rate, low, high)
    if unknown == "partial_delivery_feed":
        reason += " Identities that report no deliveries are left out."
    return Verdict(word, reason, rate, low, high)


def _weigh(kind: Kind, count: int, sent: int, rate: float, low: float, high: float) -> tuple[Word, str]:
    review, pause = REVIEW[kind], PAUSE[kind]
    counted = f"{count:,} of {sent:,} {_NOUN[kind]}"
    if sent < FEW and rate >= review:
        return "Too few to judge", f"{counted}: with fewer than {FEW} recipients a rate is chance."
    if rate >= pause and low >= review:
        return "In danger", f"{counted} ({percent(rate)}): at {percent(pause)} Amazon may pause sending."
    if rate >= review and low >= review / 2:
        return (
            "At risk",
            f"{counted} ({percent(rate)}): from {percent(review)} on Amazon reviews the account.",
        )
    if rate >= review:
        return "Too few to judge", f"{counted}: so few that the {_LINE[kind]} may be chance."
    if high < review or sent >= enough(kind):
        return (
            "Healthy",
            f"{counted} ({percent(rate)}), below the {percent(review)} at which Amazon reviews the account.",
        )
    return (
        "Too few to judge",
        f"{counted}: a {_LINE[kind]} needs about {enough(kind):,} recipients to mean something.",
    )


def enough(kind: Kind) -> int:
    """How many recipients it takes until one who bounced or complained is not yet a line crossed."""
    return round(1 / REVIEW[kind]) * 5


def percent(fraction: float) -> str:
    """A rate for a person, with as many digits as it needs: 5 %, 4.23 %, 0.083 %."""
    value = fraction * 100
    digits = f"{value:.2f}" if value >= 0.995 else f"{value:.3f}"
    return f"{digits.rstrip('0').rstrip('.')} %"
