"""What the queue proves about HTTPS: which notifications came by it alone."""

from dataclasses import dataclass

from core.moment import DAY, HOUR
from core.store import callbacks, queues
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


def proof(store: Store, connection_id: int, now: int) -> Proof:
    """What the queues of a connection brought that HTTPS did not."""
    came, alone = queues.came(store, connection_id, now - SPAN, now - STILL_TRYING)
    late, waiting = queues.came(store, connection_id, now - STILL_TRYING, now + HOUR)
    topics = callbacks.topics(store, connection_id)
    if not came + late:
        sentence = "Nothing came in the last 7 days, so nothing is proved yet."
    elif not any(topic.confirmed_at or topic.last_event_at for topic in topics):
        sentence = f"{_many(alone + waiting)} came by the queue in the last 7 days."
    else:
        beside = any(queue.kind == queues.EVENTS for queue in queues.of_connection(store, connection_id))
        sentence = _sentence(came, late, alone, beside)
        if waiting:
            sentence += f" {waiting:,} of the last hour may still come by HTTPS."
    return Proof(came + late, alone, waiting, sentence)


def _sentence(came: int, late: int, alone: int, beside: bool) -> str:
    """`beside`: a queue of events runs beside HTTPS, so that what HTTPS lost would be here."""
    if alone:
        how = f"HTTPS missed {alone:,} of {_many(came)} in the last 7 days."
        return f"{how} The queue brought {'it' if alone == 1 else 'them'}, so nothing is lost."
    if not came:
        return f"{_many(late)} came within the last hour. Later it can be said whether HTTPS lost any."
    if beside:
        return f"HTTPS lost nothing: all {_many(came)} of the last 7 days came by it."
    return (
        f"All {_many(came)} of the last 7 days came by HTTPS; none had to be fetched from the dead letters."
    )


def _many(count: int) -> str:
    return f"{count:,} notification{'' if count == 1 else 's'}"
