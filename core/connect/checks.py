"""The check as it is kept with a connection: what Home and the quota meter read. Never fresher than it says."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from core.aws.access import Access
from core.aws.account import Account
from core.aws.check import CheckLine, check
from core.diagnosis.diagnosis import Diagnosis
from core.store.engine import Store
from core.store.tables import Connection


@dataclass(frozen=True, slots=True)
class LastCheck:
    """The last check of a connection. `account` is None when Amazon would not say."""

    at: int  # ms
    ok: bool  # no line failed
    account: Account | None
    account_id: str
    arn: str
    lines: tuple[CheckLine, ...]

    @property
    def findings(self) -> list[Diagnosis]:
        """What was found, worst first."""
        return [line.finding for line in self.lines if line.finding]


def run(access: Access, features: Sequence[str] = ("review",)) -> Iterator[CheckLine]:
    """The live check; the same as core.aws.check.check."""
    return check(access, features)


def summary(lines: Iterable[CheckLine], now: int) -> dict[str, Any]:
    """Finished lines as the plain values kept in `connections.check`."""
    raise NotImplementedError


def keep(store: Store, connection: Connection, lines: Iterable[CheckLine], now: int) -> Connection:
    """Write a check to its connection, and raise or resolve its findings."""
    raise NotImplementedError


def last(connection: Connection) -> LastCheck | None:
    """The check that was kept, or None when this connection was never checked."""
    raise NotImplementedError
