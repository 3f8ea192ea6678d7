"""Why Amazon's count and ours differ on one day, in sentences, each with how much of the difference it explains. Pure."""

from collections.abc import Iterator, Mapping, Sequence

from core.charts.words import count
from core.moment import HOUR, rfc3339
from core.reports.difference import Circumstances, Difference, Metric, Reason, Triple


def differ(
    metric: Metric,
    amazon: Mapping[int, Triple],
    ours: Mapping[int, Triple],
    by_sending: int,
    known: Circumstances,
) -> Difference:
    """Compare one day by its hours (since 1970).

    `by_sending`: our count of what was sent that day, whenever it happened; taken where it fits exactly, because Amazon
    does not document to which day it counts a bounce. -1: not known.
    """
    theirs = sum(one.of(metric) for one in amazon.values())
    held = sum(one.of(metric) for one in ours.values())
    held = by_sending if by_sending == theirs else held
    reasons, left = [], theirs - held
    for reason in _reasons(metric, amazon, ours, left, known):
        if reason.share is None:
            if left:
                reasons.append(reason)
        elif left > 0 < reason.share or left < 0 > reason.share:
            part = min(left, reason.share) if left > 0 else max(left, reason.share)
            reasons.append(reason)
            left -= part
    place = _place(metric, amazon, ours, known) if left > 0 else ""
    return Difference(metric, theirs, held, tuple(reasons), left, place)


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
    end = rfc3339(last * HOUR)[11:16]
    return f"from {rfc3339(first * HOUR)[11:16]} to {'24:00' if end == '00:00' else end} (UTC)"


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
                    f"{count(part)} fell in a time when nothing came in, {hours_words(first, last)}{_asleep(first, last, known)}",
                    part,
                    lost=True,
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
        if known.part:
            yield Reason(_part_words(known.part), None)
    elif left < 0 and known.part:
        yield Reason(_part_words(known.part), None)
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
            yield Reason("nothing has ever come in here", part, early=True)
        return
    begun = known.since // HOUR
    part = sum(
        max(0, one.of(metric) - (ours.get(hour, Triple()).of(metric) if hour == begun else 0))
        for hour, one in amazon.items() if hour <= begun
    )  # fmt: skip
    if part:
        yield Reason(
            f"{count(part)} came before the first report here ({rfc3339(known.since)[11:16]} UTC)",
            part,
            early=True,
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
        Reason(f"{count(part)} in hours in which SES Desk was not running for a while", part, lost=True)
        if part
        else None
    )


def _place(
    metric: Metric, amazon: Mapping[int, Triple], ours: Mapping[int, Triple], known: Circumstances
) -> str:
    """The hours, at most three, in which we hold something, and less than Amazon."""
    begun = known.since // HOUR if known.since is not None else 0
    short = [
        hour for hour, one in sorted(amazon.items())
        if hour > begun and hour in ours and one.of(metric) > ours[hour].of(metric)
    ]  # fmt: skip
    return " and ".join(hours_words(hour, hour + 1) for hour in short) if len(short) <= 3 else ""


def _part_words(part: tuple[int, int]) -> str:
    return f"only {hours_words(part[0] // HOUR, part[1] // HOUR)} is compared, and what happened at its edge may fall outside"


def _asleep(first: int, last: int, known: Circumstances) -> str:
    for start, end in known.pauses:
        if start < last * HOUR and end > first * HOUR:
            return f", and SES Desk was not running from {rfc3339(start)[11:16]} to {rfc3339(end)[11:16]}"
    return ""


def _quiet_between(end: int, hour: int, ours: Mapping[int, Triple]) -> bool:
    return all(ours.get(between, Triple()).nothing for between in range(end, hour))


def _named(names: Sequence[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
