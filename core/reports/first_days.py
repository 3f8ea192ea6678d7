"""Amazon's own counts where ours cannot tell: the days before the first report came in, and days without a delivery feed."""

from collections.abc import Iterable
from dataclasses import dataclass

from core.moment import DAY
from core.period import Period, day_name, day_named
from core.store import amazon_counts, heard
from core.store.amazon_counts import Counted, plus
from core.store.engine import Store
from core.store.rates import RatesRow


@dataclass(frozen=True, slots=True)
class FirstDays:
    """Amazon's counts by day (YYYY-MM-DD), and all of them together. The whole account, whoever sent."""

    days: dict[str, Counted]

    @property
    def total(self) -> Counted:
        """The sum."""
        found = Counted()
        for one in self.days.values():
            found = plus(found, one)
        return found

    @property
    def last(self) -> str:
        """The last of these days."""
        return max(self.days)


def first_days(
    store: Store, connection_id: int, period: Period, rows: Iterable[RatesRow]
) -> FirstDays | None:
    """What Amazon counted on days of the period that ours give way to; None when there are none.

    From the day on which our own events begin, a day is ours, unless nobody can say what was sent on it.
    """
    counted = amazon_counts.by_span(store, connection_id, period.since, period.until, DAY)
    if not counted:
        return None
    began = heard.first_day(store, connection_id)
    found = {}
    for row in rows:
        day = day_named(row.key or "")
        early = began is None or day < began
        if day in counted and (row.sent is None or (early and not row.sent)):
            found[day_name(day)] = counted[day]
    return FirstDays(found) if found else None
