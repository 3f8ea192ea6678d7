"""The hops of one piece, from Amazon's acceptance to the mark on our list and its removal. A tick means: it was seen."""

from dataclasses import dataclass

from core.drill.pieces import PUBLISHED, Sent
from core.store import arrivals, explorer, refusals
from core.store.arrivals import Arrival
from core.store.engine import Store

ACCEPTED, PUBLISHED_TO_US = "Accepted by SES", "Published to the topic"
EVENT, DELIVERED, SIGNED, STORED = "Event published", "Delivered by SNS", "Signature good", "Stored"
KEPT_OUT, MARKED, CLEARED = "Kept out of the rates", "Marked on our list", "Taken off the list again"
PATIENCE = 45_000  # ms after acceptance: the simulator answers within seconds
OWN_PATIENCE = 15_000  # ms for what we do ourselves


@dataclass(frozen=True, slots=True)
class Hop:
    """One hop. `state`: Waiting, Arrived or Stuck; `seconds` since the piece was begun; `words` where more is to be said."""

    name: str
    state: str
    seconds: float | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """What the store shows of one piece. `came`: the event that was awaited; `refused`: when (ms) one came and was not taken."""

    came: Arrival | None = None
    kept_out: bool = False
    refused: int | None = None


def seen(store: Store, connection_id: int, piece: Sent) -> Seen:
    """Look for the event of a piece. Kept out: it is told as a drill, and stands in no numerator."""
    if not piece.message_id:
        return Seen()
    came = next(
        (
            one
            for one in arrivals.of_message(store, connection_id, piece.message_id)
            if one.type in piece.events
        ),
        None,
    )
    if came is None:
        return Seen(refused=refusals.of_mail(store, connection_id, piece.message_id))
    told = explorer.of_message(store, connection_id, piece.message_id)
    return Seen(came, bool(told) and all("drill" in one.flags and not one.counts for one in told))


def hops(piece: Sent, shown: Seen, now: int, running: bool) -> tuple[Hop, ...]:
    """The hops in their order; of those that did not tick, the first is Stuck once its time is over."""
    came = shown.came
    by_queue = came is not None and came.topic_id is None
    received = came.received_at if came else None
    reached = received if came else shown.refused
    signed = received if came and (came.signature_version or by_queue) else None
    words = "came by the queue, which takes only the topic's messages" if by_queue else ""
    if came is None and reached is not None:
        words = "it came here and was refused"
    first = PUBLISHED_TO_US if piece.scenario == PUBLISHED else ACCEPTED
    stages: list[tuple[str, int | None, str]] = [(first, piece.accepted_at, "")]
    if piece.scenario != PUBLISHED:
        stages.append((EVENT, (came.published_at if came else None) or reached, ""))
    stages += [(DELIVERED, reached, ""), (SIGNED, signed, words), (STORED, received, "")]
    stages.append((KEPT_OUT, received if shown.kept_out else None, ""))
    if piece.marks:
        stages += [(MARKED, piece.marked_at, ""), (CLEARED, piece.unmarked_at, "")]
    late = not running or _late(piece, came, now)
    drawn: list[Hop] = []
    latest = piece.started_at  # clocks of several processes: no hop ticks before the one it waited for
    for name, at, more in stages:
        if at is not None:
            latest = max(latest, at)
            drawn.append(Hop(name, "Arrived", (latest - piece.started_at) / 1000, more))
            continue
        waits = late and not any(hop.state == "Stuck" for hop in drawn)
        drawn.append(Hop(name, "Stuck" if waits else "Waiting", words=more if waits else ""))
    return tuple(drawn)


def _late(piece: Sent, came: Arrival | None, now: int) -> bool:
    """Whether what is awaited next should have come by now. Taking the marks off waits for the other pieces."""
    if piece.accepted_at is None:
        return bool(piece.finding) or now - piece.started_at > PATIENCE
    if came is None:
        return now - piece.accepted_at > PATIENCE
    if piece.marked_at is not None or not piece.marks:
        return False
    return now - max(came.received_at, piece.accepted_at) > OWN_PATIENCE
