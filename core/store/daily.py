"""Sums by value and day, and by hour: what charts over time are drawn from. Read from the rollups alone."""

from collections.abc import Sequence
from typing import NamedTuple

import sqlalchemy as sa

from core.store.engine import Store
from core.store.rates import row_of
from core.store.rollup import NUMBERS
from core.store.rows import table
from core.store.sums import Asked, Owner, Sums
from core.store.tables import Rollup

_rollups = table(Rollup)


class Numbers(NamedTuple):
    """Recipients, each once in each number."""

    sent: int
    delivered: int
    bounced_permanent: int
    bounced_transient: int
    complained: int
    delayed: int


def daily(
    store: Store,
    connection_ids: Sequence[int],
    first_day: int,
    last_day: int,
    dimension: str,
    identities: Sequence[str] | None = None,
    cohort: str = "sent",
) -> dict[str, dict[int, Numbers]]:
    """For each value of a dimension its numbers by day; "" where nothing was said. Days without any are left out.

    Dimensions: configuration_set, mailbox_provider, recipient_domain, tag:NAME, and reason, whose values are bounce
    subtypes: under each, who bounced permanently for it and who transiently. Identities without a delivery feed stand in the
    reasons, and elsewhere only on days where there are no others, with 0 sent, because that cannot be known.
    """
    with store.read() as conn:
        asked = Asked(conn, connection_ids, first_day, last_day, cohort, identities)
        pairs = asked.sums(dimension, "value", "bucket")
    found: dict[str, dict[int, Numbers]] = {}
    for (value, day), owners in pairs.items():
        numbers = _all(owners) if dimension == "reason" else _known(owners, asked.fed)
        if any(numbers):
            found.setdefault(value, {})[day] = numbers
    return found


def _all(owners: dict[Owner, Sums]) -> Numbers:
    return Numbers(*(sum(column) for column in zip(*owners.values(), strict=True)))


def _known(owners: dict[Owner, Sums], fed: set[Owner]) -> Numbers:
    row = row_of(None, owners, fed)
    return Numbers(
        row.sent or 0,
        row.delivered,
        row.bounced_permanent,
        row.bounced_transient,
        row.complained,
        row.delayed,
    )


def whole(
    store: Store, connection_ids: Sequence[int], first_day: int, last_day: int, cohort: str = "sent"
) -> dict[int, Numbers]:
    """All recipients of each day, those of identities without a delivery feed too; days without any are left out."""
    with store.read() as conn:
        days = Asked(conn, connection_ids, first_day, last_day, cohort, None).sums("", "bucket")
    return {day: _all(owners) for day, owners in days.items()}


def hourly(
    store: Store, connection_ids: Sequence[int], first_hour: int, last_hour: int
) -> dict[int, Numbers]:
    """What happened in each hour (counted from 1970); hours in which nothing did are left out."""
    where = (_rollups.c.connection_id.in_(connection_ids), _rollups.c.dimension == "", _rollups.c.grain == "h",
             _rollups.c.cohort == "e", _rollups.c.bucket.between(first_hour, last_hour))  # fmt: skip
    columns = [sa.func.sum(_rollups.c[name]) for name in NUMBERS]
    with store.read() as conn:
        rows = conn.execute(sa.select(_rollups.c.bucket, *columns).where(*where).group_by(_rollups.c.bucket))
        return {row[0]: Numbers(*(int(number) for number in row[1:])) for row in rows}
