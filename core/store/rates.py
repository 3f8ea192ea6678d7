"""Rates, read from the rollups alone: what was sent, and how much of it bounced or drew a complaint.

The definition is in events/contribution.py (who counts where) and here (which identities can be known). An identity has
a delivery feed once any Send or Delivery of it was ever told. Where a row holds identities with and without one, those
without are left out of it; where it holds only such, what was sent cannot be known.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from core.errors import BadInput
from core.period import day_name
from core.store.engine import Store
from core.store.leading import leading
from core.store.rollup import NUMBERS
from core.store.spans import LONG
from core.store.sums import Asked, Owner, Sums, add

DIMENSIONS = ("identity", "configuration_set", "mailbox_provider", "recipient_domain")
COHORTS = ("sent", "event")
NO_FEED, PARTIAL_FEED = "no_delivery_feed", "partial_delivery_feed"
OTHER, MOST_ROWS = "(other)", 200
# What is left out of every number, in words for the API's `definition`.
EXCLUDED = (
    "simulator.amazonses.com",
    "OnAccountSuppressionList",
    "OnTenantSuppressionList",
    "EmailValidationSuppressed",
    "UnsubscribedRecipient",
    "drill",
)


@dataclass(frozen=True, slots=True)
class RatesRow:
    """One row: a day (YYYY-MM-DD) or a value; None for mail that does not say, "(other)" for what is beyond 200 rows."""

    key: str | None
    sent: int | None
    delivered: int
    bounced_permanent: int
    bounced_transient: int
    complained: int
    delayed: int
    bounce_rate: float | None
    complaint_rate: float | None
    unknown: str | None


def rates(
    store: Store,
    connection_ids: Sequence[int],
    first_day: int,
    last_day: int,
    by: str = "day",
    cohort: str = "sent",
    identities: Sequence[str] | None = None,
) -> list[RatesRow]:
    """The rows of a period, both days inside. `by`: day, identity, configuration_set, mailbox_provider,
    recipient_domain, or tag:NAME. `identities` narrows to these. Raises BadInput (`by`, `cohort`).
    """
    if cohort not in COHORTS:
        raise BadInput("`cohort` is `sent` (the day of sending) or `event` (the day of the event).", "cohort")
    with store.read(still=True) as conn:
        asked = Asked(conn, connection_ids, first_day, last_day, cohort, identities)
        if by == "day":
            days = asked.sums("", "bucket")
            return [
                row_of(day_name(day), days.get(day, {}), asked.fed, asked.blind)
                for day in range(first_day, last_day + 1)
            ]
        if by == "identity":
            return _by_value(_unsaid(asked.sums("", "identity")), None, asked.fed)
        if by in DIMENSIONS and by != LONG:
            return _by_value(_unsaid(asked.sums(by, "value")), None, asked.fed)
        if by == LONG or (by.startswith("tag:") and len(by) > 4):
            return _by_value(*leading(asked, by, MOST_ROWS), asked.fed)
    raise BadInput(f"`by` is `day`, {', '.join(f'`{name}`' for name in DIMENSIONS)} or `tag:NAME`.", "by")


def total(
    store: Store,
    connection_ids: Sequence[int],
    first_day: int,
    last_day: int,
    cohort: str = "sent",
    identities: Sequence[str] | None = None,
) -> RatesRow:
    """One row for the whole period."""
    with store.read(still=True) as conn:
        asked = Asked(conn, connection_ids, first_day, last_day, cohort, identities)
        return row_of(None, asked.sums("").get((), {}), asked.fed, asked.blind)


def _unsaid(values: Mapping[str, dict[Owner, Sums]]) -> dict[str | None, dict[Owner, Sums]]:
    """The same with None where nothing was said, which the rollups keep as ""."""
    return {value or None: owners for value, owners in values.items()}


def _by_value(
    values: Mapping[str | None, Mapping[Owner, Sums]], beyond: Mapping[Owner, Sums] | None, fed: set[Owner]
) -> list[RatesRow]:
    """Rows in order; what is beyond 200 becomes one row. `beyond`: that row's sums where the values are the first 200 already."""
    rows = [row_of(value, owners, fed) for value, owners in values.items() if any(_present(owners))]
    rows.sort(key=lambda row: (row.sent is None, -(row.sent or 0), row.key is None, row.key or ""))
    if beyond is not None:
        return [*rows, row_of(OTHER, beyond, fed)]
    if len(rows) <= MOST_ROWS:
        return rows
    rest: dict[Owner, Sums] = {}
    for row in rows[MOST_ROWS:]:
        add(rest, values[row.key])
    return [*rows[:MOST_ROWS], row_of(OTHER, rest, fed)]


def _present(owners: Mapping[Owner, Sums]) -> Iterator[Owner]:
    """Whoever has a recipient counted here; held-up mail alone is none."""
    return (owner for owner, sums in owners.items() if any(sums[:5]))


def row_of(
    key: str | None, owners: Mapping[Owner, Sums], fed: set[Owner], blind_scope: bool = False
) -> RatesRow:
    """One row from the sums of those who stand in it.

    `blind_scope`: nobody asked about has a delivery feed, so that even a quiet day is unknown and not zero.
    """
    present = set(_present(owners))
    blind = bool(present - fed) or (blind_scope and not present)
    unknown = None if not blind else PARTIAL_FEED if present & fed else NO_FEED
    counted = [sums for owner, sums in owners.items() if unknown == NO_FEED or owner in fed]
    sent, *rest = [sum(column) for column in zip(*counted, strict=True)] or [0] * len(NUMBERS)
    delivered, permanent, transient, complained, delayed = rest
    known = unknown != NO_FEED
    return RatesRow(
        key, sent if known else None, delivered, permanent, transient, complained, delayed,
        permanent / sent if known and sent else None, complained / sent if known and sent else None, unknown,
    )  # fmt: skip
