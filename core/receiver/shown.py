"""Which page a link shows: known from its first bytes alone, and read from the store every two seconds at most."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from core.links import place_of, shown_as
from core.links.token import page_of
from core.store import connections, list_settings
from core.store.engine import Store
from core.unsubscribe.chosen import Chosen, read

HOLD = 2.0  # seconds


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page says: the connection's choices, and the group that the link is about ("" = all mail)."""

    chosen: Chosen
    group: str


ANYBODY = Shown(Chosen(), "")  # for a link that is nobody's, or whose connection is gone


class Views:
    """The pages of this installation by the name in the token. `clock` (seconds) is replaced in tests only."""

    def __init__(self, store: Store, clock: Callable[[], float] = time.monotonic) -> None:
        self._store, self._clock = store, clock
        self._until = 0.0
        self._pages: dict[bytes, Shown] = {}
        self._numbers: dict[bytes, int] = {}

    @property
    def fresh(self) -> bool:
        """Whether what is held was read a moment ago."""
        return self._clock() < self._until

    def held(self, token: str) -> Shown:
        """The page as it was last read."""
        return self._pages.get(page_of(token), ANYBODY)

    def connection_id(self, place: bytes) -> int | None:
        """The store's number of a connection by its name in links, as it was last read."""
        return self._numbers.get(place)

    def rest(self) -> None:
        """The store did not answer: do not ask it again for a moment, what is held is shown."""
        self._until = self._clock() + HOLD

    def read(self, token: str) -> Shown:
        """The page as the store has it now. Raises Unavailable."""
        pages: dict[bytes, Shown] = {}
        numbers: dict[bytes, int] = {}
        with self._store.read() as conn:
            decided = {row.connection_id: read(row) for row in list_settings.all(conn)}
            for one in connections.all(conn):
                chosen = decided.get(one.id or 0, Chosen())
                place = place_of(one.uuid)
                numbers[place] = one.id or 0
                for group in ("", *chosen.keys):
                    pages[shown_as(place, group)] = Shown(chosen, group)
        self._pages, self._numbers, self._until = pages, numbers, self._clock() + HOLD
        return self.held(token)
