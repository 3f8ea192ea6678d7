"""What in a period is worth a second look, in sentences: a day that bounced, a mailbox provider that holds mail up."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.charts.frame import Row, total
from core.charts.providers import HeldUp, since, standing_out
from core.charts.words import count, day, day_words, of, percent
from core.metrics.verdict import FEW, judge

BAD = ("At risk", "In danger")
LEAST_COMPLAINTS = 3  # one or two people may be anybody


@dataclass(frozen=True, slots=True)
class Standout:
    """`about` is bounce, complaint or provider; `day` the day it is about (YYYY-MM-DD), or when it began."""

    about: str
    day: str
    sentence: str
    advice: str


def bad_days(rows: Sequence[Row], most: int = 2) -> list[Standout]:
    """The days on which a rate that can be judged reached Amazon's first line, worst first."""
    found: list[tuple[float, Standout]] = []
    for row in rows:
        bounce = judge("bounce", row.bounced_permanent, row.sent, row.unknown)
        if row.key and (row.sent or 0) >= FEW and bounce.rate is not None and bounce.word in BAD:
            found.append((bounce.rate / 0.05, _bounced(row, rows)))
        complaint = judge("complaint", row.complained, row.sent, row.unknown)
        if (
            row.key
            and row.complained >= LEAST_COMPLAINTS
            and complaint.rate is not None
            and complaint.word in BAD
        ):
            found.append((complaint.rate / 0.001, _complained(row)))
    return [one for _, one in sorted(found, key=lambda pair: -pair[0])[:most]]


def held_up_since(days: Sequence[str], series: Sequence[HeldUp]) -> Standout | None:
    """The mailbox provider that began to hold mail up, and since when."""
    worst = standing_out(series)
    begun = worst and since(worst, days)
    if worst is None or not begun:
        return None
    at = list(days).index(begun)
    held, sent = sum(worst.held[at:]), sum(worst.sent[at:])
    earlier = sum(worst.held[:at]) / sum(worst.sent[:at]) if sum(worst.sent[:at]) else None
    usual = "" if earlier is None else f" Before, it was {percent(earlier)}."
    when = "on these days" if not any(worst.sent[:at]) else f"since {day_words(day(begun))}"
    return Standout(
        "provider",
        begun,
        f"{worst.name} held up {of(held, sent)} of the mail {when}.{usual}",
        "Read its own words: under Messages, choose DeliveryDelay. Slow down to this provider, and mail the most engaged people first.",
    )


def _bounced(row: Row, rows: Sequence[Row]) -> Standout:
    others = total([one for one in rows if one is not row])
    usual = others.bounce_rate
    times = (
        f", {row.bounced_permanent / (row.sent or 1) / usual:.0f} times the rate of the other days"
        if usual
        else ""
    )
    key = row.key or ""
    return Standout(
        "bounce",
        key,
        f"On {day_words(day(key))}, {of(row.bounced_permanent, row.sent)} bounced permanently{times}.",
        "Find the list or import this mail went to, and take the addresses that bounced off it.",
    )


def _complained(row: Row) -> Standout:
    key = row.key or ""
    return Standout(
        "complaint",
        key,
        f"On {day_words(day(key))}, {of(row.complained, row.sent)} complained. Amazon reviews accounts from 0.1 % on.",
        f"See who asked for this mail. {count(row.complained)} people said that they did not.",
    )
