"""Why Amazon's count and ours differ on one day, in sentences, each with how much of the difference it explains. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from core.charts.words import count
from core.moment import HOUR, rfc3339

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
    lost: bool = False  # notifications seem lost, and were not lost by anything of the account's own making


@dataclass(frozen=True, slots=True)
class Difference:
    """Amazon's count less ours, the reasons, and what is left of it."""

    metric: Metric
    amazon: int
    ours: int
    reasons: tuple[Reason, ...] = ()
    left: int = 0

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
            said.append(f"{'' if not said else 'of the rest, '}{count(abs(self.left))} cannot be explained")
        elif not said:
            said.append("so little that it may be the clock: the two count by slightly different hours")
        return f"{head}: {'; '.join(said)}."


def differ(
    metric: Metric,
    amazon: Mapping[int, Triple],
    ours: Mapping[int, Triple],
    others: Sequence[int],
    known: Circumstances,
) -> Difference:
    """Compare one day by its hours (since 1970).

    `others`: our count by other readings of what Amazon counts (by the day of sending; permanent bounces alone), which
    Amazon does not document. One that fits exactly is taken.
    """
    theirs = sum(one.of(metric) for one in amazon.values())
    held = sum(one.of(metric) for one in ours.values())
    held = theirs if theirs in others else held
    reasons, left = [], theirs - held
    for reason in _reasons(metric, amazon, ours, left, known):
        if reason.share is None:
            if left:
                reasons.append(reason)
        elif left > 0 < reason.share or left < 0 > reason.share:
            part = min(left, reason.share) if left > 0 else max(left, reason.share)
            reasons.append(reason)
            left -= part
    return Difference(metric, theirs, held, tuple(reasons), left)


def silent_spans(
    amazon: Mapping[int, Triple], ours: Mapping[int, Triple], since: int | None
) -> list[tuple[int, int]]:
    """The spans of hours [from, to) in which Amazon counted mail and nothing at all came in, after the first report came."""
    begun = since // HOUR + 1 if since is not None else None
    silent = sorted(
        hour for hour, one in amazon.items()
        if not one.nothing and ours.get(hour, Triple()).nothing and begun is not None and hour >= begun
    )  # fmt: skip
    spans: list[tuple[int, int]] = []
    for hour in silent:
        if spans and _quiet_between(spans[-1][1], hour, ours):
            spans[-1] = (spans[-1][0], hour + 1)
        else:
            spans.append((hour, hour + 1))
    return spans


def hours_words(first: int, last: int) -> str:
    """From 14:00 to 16:00 (UTC); `last` is the first hour after it."""
    return f"from {rfc3339(first * HOUR)[11:16]} to {rfc3339(last * HOUR)[11:16]} (UTC)"


def _reasons(
    metric: Metric, amazon: Mapping[int, Triple], ours: Mapping[int, Triple], left: int, known: Circumstances
) -> Iterator[Reason]:
    """The likeliest first."""
    if left > 0:
        yield from _before(metric, amazon, ours, known)
        for first, last in silent_spans(amazon, ours, known.since):
            part = sum(one.of(metric) for hour, one in amazon.items() if first <= hour < last)
            if part:
                yield Reason(
                    f"{count(part)} when nothing came in, {hours_words(first, last)}{_asleep(first, last, known)}",
                    part,
                    True,
                )
        if known.unreadable:
            yield Reason(f"{count(known.unreadable)} came and could not be read (kept)", known.unreadable)
        untried = known.untried.of(metric)
        if untried:
            yield Reason(
                f"{count(untried)} to addresses on Amazon's suppression list, which no rate counts", untried
            )
        if metric == "sent" and known.blind:
            yield Reason(f"{_named(known.blind)} reports no deliveries here", None)
        if known.unheard:
            yield Reason(f"mail of {_named(known.unheard)} does not report here", None)
        if known.simulated:
            yield Reason(
                f"{count(known.simulated)} tests went to the mailbox simulator, which no rate counts",
                known.simulated,
            )
        thin = _thin(metric, amazon, ours, known)
        if thin is not None:
            yield thin
    elif left < 0 and metric != "sent":
        notices = known.notices.of(metric)
        held = sum(one.of(metric) for one in ours.values())
        if notices and notices < held:
            yield Reason(
                "one notice may name several people: Amazon counts the notice, we count the people",
                notices - held,
            )


def _before(
    metric: Metric, amazon: Mapping[int, Triple], ours: Mapping[int, Triple], known: Circumstances
) -> Iterator[Reason]:
    """What Amazon counted before the first report came here; the hour of that report is shared."""
    if known.since is None:
        part = sum(one.of(metric) for one in amazon.values())
        if part:
            yield Reason("nothing has ever come in here", part)
        return
    begun = known.since // HOUR
    part = sum(
        max(0, one.of(metric) - (ours.get(hour, Triple()).of(metric) if hour == begun else 0))
        for hour, one in amazon.items() if hour <= begun
    )  # fmt: skip
    if part:
        yield Reason(
            f"{count(part)} came before the first report here ({rfc3339(known.since)[11:16]} UTC)", part
        )


def _thin(
    metric: Metric, amazon: Mapping[int, Triple], ours: Mapping[int, Triple], known: Circumstances
) -> Reason | None:
    """An hour in which SES Desk did not run for a while, and part of the mail is missing."""
    part = 0
    for hour, one in amazon.items():
        missing = one.of(metric) - ours.get(hour, Triple()).of(metric)
        if missing > 0 and not ours.get(hour, Triple()).nothing and _asleep(hour, hour + 1, known):
            part += missing
    return (
        Reason(f"{count(part)} in hours in which SES Desk was not running for a while", part, True)
        if part
        else None
    )


def _asleep(first: int, last: int, known: Circumstances) -> str:
    for start, end in known.pauses:
        if start < last * HOUR and end > first * HOUR:
            return f", and SES Desk was not running from {rfc3339(start)[11:16]} to {rfc3339(end)[11:16]}"
    return ""


def _quiet_between(end: int, hour: int, ours: Mapping[int, Triple]) -> bool:
    return all(ours.get(between, Triple()).nothing for between in range(end, hour))


def _named(names: Sequence[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def _least(metric: Metric) -> int:
    return 2 if metric == "sent" else 0
