"""What each recipient of a message adds to the rates: the definition of the rates, in one place.

Decided over all recipients of the message together, because the day of sending, a drill, and which of several
candidates a complaint counts for concern the message as a whole. Hours are counted from 1970.
"""

from collections.abc import Mapping
from typing import NamedTuple

from core.events.address import SIMULATOR
from core.events.outcome import COMPLAINT, DELAYED, DRILL, IN_SENT, UNTRIED, Outcome, groups_of
from core.moment import HOUR

_AT_SIMULATOR = "@" + SIMULATOR
_COUNTS = IN_SENT | DELAYED


class Times(NamedTuple):
    """The hour of the earliest event of each kind; None where it never happened."""

    counted: bool  # stands in `sent`
    sent: int  # hour of sending
    delivered: int | None
    permanent: int | None
    transient: int | None
    complained: int | None
    delayed: int | None


class Contribution(NamedTuple):
    """What one recipient adds who is not left out, and under which names."""

    identity: str
    configuration_set: str
    tags: str | None
    permanent_reason: str | None
    transient_reason: str | None
    times: Times


def is_drill(outcomes: Mapping[str, Outcome]) -> bool:
    """Whether anything says that the product sent this message as a drill."""
    return any(outcome.flags & DRILL for outcome in outcomes.values())


def left_out(recipient: str, outcome: Outcome) -> bool:
    """Whether this recipient is left out by itself: mail that SES never tried, and the mailbox simulator."""
    return bool(outcome.flags & UNTRIED) or recipient.endswith(_AT_SIMULATOR) or not recipient


def complained_at(outcomes: Mapping[str, Outcome]) -> dict[str, int]:
    """For whom the complaints about a message count, and since when.

    One that names several counts for the first, in sorted order, who is not left out; for nobody when all are.
    """
    found: dict[str, int] = {}
    for recipient, outcome in outcomes.items():
        if not outcome.flags & COMPLAINT:
            continue
        if outcome.complained_at is not None and not left_out(recipient, outcome):
            found[recipient] = min(outcome.complained_at, found.get(recipient, outcome.complained_at))
        for names, at in groups_of(outcome).items() if outcome.groups else ():
            for name in names.split("\n"):
                candidate = outcomes.get(name)
                if candidate is not None and not left_out(name, candidate):
                    found[name] = min(at, found.get(name, at))
                    break
    return found


def contributions(outcomes: Mapping[str, Outcome]) -> dict[str, Contribution]:
    """What each recipient of one message adds; those left out are not in it."""
    sent_at: int | None = None
    seen_at: int | None = None
    complaints = False
    for outcome in outcomes.values():
        if outcome.flags & DRILL:
            return {}
        complaints = complaints or bool(outcome.flags & COMPLAINT)
        if outcome.sent_at is not None and (sent_at is None or outcome.sent_at < sent_at):
            sent_at = outcome.sent_at
        if seen_at is None or outcome.seen_at < seen_at:
            seen_at = outcome.seen_at
    if seen_at is None:
        return {}
    hour = (seen_at if sent_at is None else sent_at) // HOUR
    complained = complained_at(outcomes) if complaints else {}
    found: dict[str, Contribution] = {}
    for recipient, outcome in outcomes.items():
        if not outcome.flags & _COUNTS or left_out(recipient, outcome):
            continue
        delivered, permanent = outcome.delivered_at, outcome.permanent_at
        transient, delayed = outcome.transient_at, outcome.delayed_at
        times = Times(
            outcome.flags & IN_SENT != 0,
            hour,
            None if delivered is None else delivered // HOUR,
            None if permanent is None else permanent // HOUR,
            None if transient is None else transient // HOUR,
            complained[recipient] // HOUR if recipient in complained else None,
            None if delayed is None else delayed // HOUR,
        )
        found[recipient] = Contribution(
            outcome.identity or "", outcome.configuration_set or "", outcome.tags, outcome.permanent_reason,
            outcome.transient_reason, times,
        )  # fmt: skip
    return found
