"""Where the bounces of one bad day came from: the tag, configuration set or identity that nearly all of them share."""

from collections.abc import Sequence

from core.charts.words import of
from core.period import Period
from core.safe_text import safe_markdown
from core.store.engine import Store
from core.store.rates import OTHER, RatesRow, rates
from core.store.tag_names import tag_names

NEARLY_ALL = 0.8  # of the day's permanent bounces


def origin(
    store: Store,
    connection_ids: Sequence[int],
    day: int,
    period: Period,
    identities: Sequence[str] | None = None,
) -> str:
    """One sentence (Markdown), "" when nothing stands out.

    Of several traits the one is named that is rarest in the whole period: it is the most peculiar to that day.
    """
    own = [name for name in tag_names(store, connection_ids) if not name.startswith("ses:")][:8]
    kinds = {f"tag:{name}": f"tag {safe_markdown(name, 60)} =" for name in own}
    kinds |= {"configuration_set": "configuration set", "identity": "identity"}
    found: list[tuple[int, str]] = []
    for by, words in kinds.items():
        rows = rates(store, connection_ids, day, day, by=by, identities=identities)
        for row in rows:
            if row.key not in (None, OTHER) and _explains(row, rows):
                whole = rates(store, connection_ids, period.first, period.last, by=by, identities=identities)
                usual = sum(one.sent or 0 for one in whole if one.key == row.key)
                named = f"mail with {words} {safe_markdown(row.key, 80)}"
                found.append((usual, f"Nearly all of it is {named}: {of(row.bounced_permanent, row.sent)}."))
    return min(found, key=lambda pair: pair[0])[1] if found else ""


def _explains(row: RatesRow, rows: Sequence[RatesRow]) -> bool:
    """Whether this value holds nearly all bounces of the day, at a rate well above that of the others."""
    all_bounced = sum(one.bounced_permanent for one in rows)
    rest_sent = sum(one.sent or 0 for one in rows if one is not row)
    if not row.sent or not rest_sent or row.bounced_permanent < NEARLY_ALL * all_bounced:
        return False
    rest = (all_bounced - row.bounced_permanent) / rest_sent
    return row.bounced_permanent / row.sent > 3 * rest
