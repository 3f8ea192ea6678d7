"""What the queue proves about HTTPS: which notifications came by it alone."""

from dataclasses import dataclass

from core.moment import DAY, HOUR
from core.store import queues
from core.store.engine import Store

SPAN = 7 * DAY
STILL_TRYING = HOUR  # how long Amazon goes on trying by HTTPS


@dataclass(frozen=True, slots=True)
class Proof:
    """Notifications of the last seven days. `alone` came by the queue only, and HTTPS has stopped trying."""

    came: int
    alone: int
    waiting: int  # came by the queue, and may still come by HTTPS
    sentence: str


def proof(store: Store, connection_id: int, now: int, https: bool = True) -> Proof:
    """What the queues of a connection brought that HTTPS did not. `https`: whether Amazon posts to us as well."""
    came, alone = queues.came(store, connection_id, now - SPAN, now - STILL_TRYING)
    late, waiting = queues.came(store, connection_id, now - STILL_TRYING, now + HOUR)
    every = came + late
    return Proof(every, alone, waiting, _sentence(every, came, alone, waiting, https))


def _sentence(every: int, settled: int, alone: int, waiting: int, https: bool) -> str:
    if not every:
        return "Nothing came in the last 7 days, so nothing is proved yet."
    if not https:
        return f"{_many(alone + waiting)} came by the queue in the last 7 days."
    pending = f" {waiting:,} of the last hour may still come by HTTPS." if waiting else ""
    if alone:
        return (
            f"HTTPS missed {alone:,} of {_many(settled)} in the last 7 days. The queue brought them, so nothing is lost."
            + pending
        )
    if not settled:
        return (
            f"{_many(every)} came within the last hour.{pending} Later it can be said whether HTTPS lost any."
        )
    return f"HTTPS lost nothing: all {_many(settled)} of the last 7 days came by it." + pending


def _many(count: int) -> str:
    return f"{count:,} notification{'' if count == 1 else 's'}"
