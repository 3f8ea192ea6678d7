"""One period of some connections, and the same span just before it: what the review screen shows. From rollups only."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.charts.frame import Total, total
from core.metrics.hearing import SILENT_PROVIDER, caveat, heard
from core.metrics.verdict import Verdict, judge
from core.period import Period
from core.store.engine import Store
from core.store.rates import RatesRow, rates


@dataclass(frozen=True, slots=True)
class Review:
    """Every day of the period, its total, and the total of as many days before."""

    period: Period
    days: list[RatesRow]
    total: Total
    before: Total
    silent: int = 0  # of what was sent, to a provider that reports no complaints to Amazon

    @property
    def bounce(self) -> Verdict:
        """The bounce rate of the period, judged."""
        return judge("bounce", self.total.bounced_permanent, self.total.sent, self.total.unknown)

    @property
    def complaint(self) -> Verdict:
        """The complaint rate of the period, judged."""
        verdict = judge("complaint", self.total.complained, self.total.sent, self.total.unknown)
        return heard(verdict, self.total.sent, self.silent)

    @property
    def caveat(self) -> str:
        """What the complaint rate cannot tell, in a sentence; empty when it tells enough."""
        return caveat(self.total.sent, self.silent)


def review(
    store: Store, connection_ids: Sequence[int], period: Period, identities: Sequence[str] | None = None
) -> Review:
    """Read a period, and what came before it, in one query."""
    span = len(period)
    rows = rates(store, connection_ids, period.first - span, period.last, identities=identities)
    before, days = rows[:span], rows[span:]
    return Review(period, days, total(days), total(before), silent(store, connection_ids, period, identities))


def silent(
    store: Store, connection_ids: Sequence[int], period: Period, identities: Sequence[str] | None = None
) -> int:
    """How many recipients of a period are at the provider that reports no complaints."""
    rows = rates(store, connection_ids, period.first, period.last, "mailbox_provider", identities=identities)
    return sum(row.sent or 0 for row in rows if row.key == SILENT_PROVIDER)


def identities_of(store: Store, connection_ids: Sequence[int], period: Period) -> list[str]:
    """The identities that mail of the period came from, most mail first."""
    return [
        row.key for row in rates(store, connection_ids, period.first, period.last, by="identity") if row.key
    ]
