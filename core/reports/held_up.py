"""How much of each mailbox provider's mail waits, day by day."""

from collections.abc import Sequence

from core.charts.providers import HeldUp
from core.period import Period, day_name
from core.reports.labels import provider
from core.store.daily import daily
from core.store.engine import Store

MOST = 8


def held_up_by_provider(
    store: Store, connection_ids: Sequence[int], period: Period, identities: Sequence[str] | None = None
) -> tuple[list[str], list[HeldUp]]:
    """The days, and per provider (most mail first) what was sent and held up on each.

    Amazon says "delayed" only through configuration sets; without any, mail refused for now (Transient) is counted.
    """
    counted = daily(store, connection_ids, period.first, period.last, "mailbox_provider", identities)
    delays = any(day.delayed for days in counted.values() for day in days.values())
    series = []
    for name, days in counted.items():
        sent = tuple(days[at].sent if at in days else 0 for at in period)
        held = tuple(
            (days[at].delayed if delays else days[at].bounced_transient) if at in days else 0 for at in period
        )
        series.append(HeldUp(provider(name), sent, held))
    series.sort(key=lambda one: -sum(one.sent))
    return [day_name(at) for at in period], series[:MOST]
