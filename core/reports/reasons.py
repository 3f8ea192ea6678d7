"""Why mail bounced, most frequent first, in words."""

from collections.abc import Sequence

import pandas as pd

from core.period import Period
from core.reports.labels import reason
from core.store.daily import daily
from core.store.engine import Store

MOST = 10


def reasons_of(
    store: Store, connection_ids: Sequence[int], period: Period, identities: Sequence[str] | None = None
) -> pd.DataFrame:
    """One line per bounce subtype: label, recipients bounced permanently, and temporarily."""
    counted = daily(store, connection_ids, period.first, period.last, "reason", identities)
    lines = [
        (
            reason(name),
            sum(day.bounced_permanent for day in days.values()),
            sum(day.bounced_transient for day in days.values()),
        )
        for name, days in counted.items()
    ]
    lines = [line for line in lines if line[1] + line[2]]
    lines.sort(key=lambda line: (-(line[1] + line[2]), line[0]))
    return pd.DataFrame(lines[:MOST], columns=["label", "bounced_permanent", "bounced_transient"])
