"""The patient: what a check may use. Checks read; they change nothing and send nothing."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from core.aws.access import Access
from core.desk import Desk
from core.doctor.line import Line
from core.store.tables import Connection


@dataclass(frozen=True, slots=True)
class Patient:
    """A saved connection with its keys unsealed for this round, and the moment of the round (ms)."""

    desk: Desk
    connection: Connection
    access: Access
    now: int

    @property
    def id(self) -> int:
        """The store's number of the connection."""
        return self.connection.id or 0

    @property
    def region(self) -> str:
        """The region that is asked."""
        return self.connection.region


Check = Callable[[Patient], Iterator[Line]]
