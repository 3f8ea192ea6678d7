"""Amazon's count of one day and ours, as plain values, and the sentence about both. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from core.charts.words import count

Metric = Literal["sent", "bounces", "complaints"]
METRICS: tuple[Metric, ...] = ("sent", "bounces", "complaints")
SAID: dict[Metric, tuple[str, str]] = {
    "sent": ("sent mail", "sent mails"),
    "bounces": ("bounce", "bounces"),
    "complaints": ("complaint", "complaints"),
}
SLACK: dict[Metric, float] = {"sent": 0.01, "bounces": 0.0, "complaints": 0.0}  # of Amazon's count


@dataclass(frozen=True, slots=True)
class Triple:
    """The three numbers that both sides count."""

    sent: int = 0
    bounces: int = 0
    complaints: int = 0

    def of(self, metric: Metric) -> int:
        """One of them."""
        number: int = getattr(self, metric)
        return number

    @property
    def nothing(self) -> bool:
        """Whether all are zero."""
        return not (self.sent or self.bounces or self.complaints)


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What else is known of the day. Times in ms."""

    part: tuple[int, int] | None = None  # the part of the day that is compared, None = all of it
    since: int | None = None  # when the first notification was published; None = nothing ever came
    pauses: Sequence[tuple[int, int]] = ()  # when SES Desk was not running
    blind: Sequence[str] = ()  # identities that report bounces and complaints only
    unheard: Sequence[str] = ()  # verified identities that never reported here
    unreadable: int = 0
    untried: Triple = field(default_factory=Triple)  # left out here: SES never tried
    notices: Triple = field(default_factory=Triple)  # bounces and complaints by message, not by recipient
    simulated: int = 0


@dataclass(frozen=True, slots=True)
class Reason:
    """One sentence. `share` of the difference is explained by it; None: nobody can say how much."""

    sentence: str
    share: int | None
    early: bool = False  # before the first report came in here
    lost: bool = False  # notifications seem lost, and were not lost by anything of the account's own making


@dataclass(frozen=True, slots=True)
class Difference:
    """Amazon's count less ours, the reasons, and what is left of it."""

    metric: Metric
    amazon: int
    ours: int
    reasons: tuple[Reason, ...] = ()
    left: int = 0
    place: str = ""  # the hours in which what is left is missing, where they are few

    @property
    def difference(self) -> int:
        """Amazon's less ours."""
        return self.amazon - self.ours

    @property
    def unexplained(self) -> bool:
        """Whether more is left than may be chance, and nothing else can account for it."""
        open_ended = any(reason.share is None for reason in self.reasons)
        return not open_ended and abs(self.left) > max(SLACK[self.metric] * self.amazon, _least(self.metric))

    @property
    def sentence(self) -> str:
        """ "Amazon counted 12 bounces, we hold 9: three came before …"; empty where there is no difference."""
        if not self.difference:
            return ""
        one, many = SAID[self.metric]
        head = f"Amazon counted {count(self.amazon)} {one if self.amazon == 1 else many}, we hold {count(self.ours)}"
        said = [reason.sentence for reason in self.reasons]
        if self.unexplained:
            rest = f"{'' if not said else 'of the rest, '}{count(abs(self.left))} cannot be explained"
            said.append(f"{rest}, missing {self.place}" if self.place else rest)
        elif not said:
            said.append("so little that it may be the clock: the two count by slightly different hours")
        return f"{head}: {'; '.join(said)}."


def _least(metric: Metric) -> int:
    return 2 if metric == "sent" else 0
