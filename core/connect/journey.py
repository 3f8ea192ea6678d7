"""The way of one test: Sent → Published → Received → Counted, and whether what should come back has come back. Pure.

Times on the screen are seconds since the test was begun, on our clock; Published is Amazon's clock, so it is never shown
earlier than the sending. Received and Counted are one moment: a 200 is answered only when both are durable.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from core.store.arrivals import Arrival

STUCK_AFTER = 60_000  # ms; SES publishes within seconds, and SNS repeats for a minute by default

# The event that decides a test; a mail to a person may end in any of several ways.
DECIDES = {
    "success": ("Delivery",),
    "bounce": ("Bounce",),
    "complaint": ("Complaint",),
    "ooto": ("Delivery",),
    "suppressionlist": ("Bounce",),
    "person": ("Delivery", "Bounce", "Reject", "Rendering Failure"),
}


@dataclass(frozen=True, slots=True)
class Hop:
    """One stage and the seconds after the start at which it was reached; None = not yet."""

    name: str
    seconds: float | None


@dataclass(frozen=True, slots=True)
class Journey:
    """Where a test is. `word` is Sending, Refused, Unknown, Waiting, Arrived or Stuck."""

    word: str
    hops: tuple[Hop, ...]
    came: tuple[str, ...]  # each event in words, in the order they came

    @property
    def waiting(self) -> bool:
        """True while something may still come, so the screen keeps looking."""
        return self.word in ("Sending", "Waiting")


def journey(
    scenario: str, state: str, started_at: int, answered_at: int | None, arrivals: Sequence[Arrival], now: int
) -> Journey:
    """The journey of a test as it stands at `now` (ms). `state` is that of SentTest."""
    deciding = [a for a in arrivals if a.type in DECIDES.get(scenario, ("Delivery",))]
    shown = deciding[0] if deciding else (arrivals[0] if arrivals else None)

    def since(moment: int | None) -> float | None:
        return None if moment is None else max(0, moment - started_at) / 1000

    sent = since(answered_at) if state == "accepted" or shown else None
    received = since(shown.received_at) if shown else None
    published = since(shown.published_at) if shown else None
    if published is not None and sent is not None and received is not None:
        published = min(max(published, sent), max(received, sent))
    hops = (
        Hop("Sent", sent),
        Hop("Published", published),
        Hop("Received", received),
        Hop("Counted", received),
    )
    return Journey(
        _word(state, bool(deciding), answered_at or started_at, now), hops, tuple(map(_words, arrivals))
    )


def _word(state: str, decided: bool, since: int, now: int) -> str:
    if decided:
        return "Arrived"
    if state == "sending":
        return "Sending" if now - since < STUCK_AFTER else "Unknown"
    if state in ("refused", "unknown"):
        return state.capitalize()
    return "Waiting" if now - since < STUCK_AFTER else "Stuck"


def _words(arrival: Arrival) -> str:
    parts = [arrival.type, arrival.bounce_type, arrival.bounce_subtype]
    return " · ".join(part for part in parts if part)
