"""When a drill last passed: for whoever has to say that bounces and complaints surely come back."""

from core.store import drills
from core.store.engine import Store


def last_passed(store: Store, connection_id: int) -> int | None:
    """The time (ms) of the last drill in which every hop was seen; None when none passed yet."""
    return drills.last_passed(store, connection_id)
