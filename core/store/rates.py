"""Rates, read from the rollups alone: what was sent, and how much of it bounced or drew a complaint.

The definition is in events/contribution.py (who counts where) and here (which identities can be known). An identity has
a delivery feed once any Send or Delivery of it was ever told. Where a row holds identities with and without one, those
without are left out of it; where it holds only such, what was sent cannot be known.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from core.errors import BadInput
from core.period import day_name
from core.store.engine import Store
from core.store.rollup import NUMBERS, tag_key
from core.store.rows import table
from core.store.tables import Rollup

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

Sums = list[int]  # in the order of NUMBERS
Owner = tuple[int, str]  # connection, identity
_rollups = table(Rollup)


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
    with store.read() as conn:
        asked = _Asked(conn, connection_ids, first_day, last_day, cohort, identities)
        if by == "day":
            days = asked.sums("", "bucket")
            return [
                row_of(day_name(day), days.get(day, {}), asked.fed) for day in range(first_day, last_day + 1)
            ]
        if by == "identity":
            return _by_value(_unsaid(asked.sums("", "identity")), asked.fed)
        if by in DIMENSIONS:
            return _by_value(_unsaid(asked.sums(by, "value")), asked.fed)
        if by.startswith("tag:") and len(by) > 4:
            return _by_value(asked.by_tag(by[4:]), asked.fed)
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
    with store.read() as conn:
        asked = _Asked(conn, connection_ids, first_day, last_day, cohort, identities)
        return row_of(None, asked.sums("").get((), {}), asked.fed)


def daily(
    store: Store,
    connection_ids: Sequence[int],
    first_day: int,
    last_day: int,
    by: str,
    cohort: str = "sent",
    identities: Sequence[str] | None = None,
) -> dict[str | None, list[RatesRow]]:
    """For each value of a dimension, a row for every day (mailbox_provider day by day, for one)."""
    if by not in DIMENSIONS:
        raise BadInput(f"`by` is one of {', '.join(DIMENSIONS)}.", "by")
    found: dict[str, dict[int, dict[Owner, Sums]]] = {}
    with store.read() as conn:
        asked = _Asked(conn, connection_ids, first_day, last_day, cohort, identities)
        dimension = "" if by == "identity" else by
        pairs = asked.sums(dimension, "identity" if by == "identity" else "value", "bucket")
    for (value, day), owners in pairs.items():
        found.setdefault(value, {})[day] = owners
    days = range(first_day, last_day + 1)
    return {
        value or None: [row_of(day_name(day), of_day.get(day, {}), asked.fed) for day in days]
        for value, of_day in found.items()
    }


def reasons(
    store: Store,
    connection_ids: Sequence[int],
    first_day: int,
    last_day: int,
    cohort: str = "sent",
    identities: Sequence[str] | None = None,
) -> list[tuple[str, str, int]]:
    """Why mail bounced: (bounce type, subtype, recipients), most first. Of every identity, with or without a feed."""
    with store.read() as conn:
        asked = _Asked(conn, connection_ids, first_day, last_day, cohort, identities)
        values = asked.sums("reason", "value")
    found = []
    for value, owners in values.items():
        kind, _, subtype = value.partition("/")
        if count := sum(sums[2] + sums[3] for sums in owners.values()):
            found.append((kind, subtype, count))
    return sorted(found, key=lambda reason: (-reason[2], reason[0], reason[1]))


def hourly(store: Store, connection_ids: Sequence[int], first_hour: int, last_hour: int) -> dict[int, Sums]:
    """What happened in each hour (counted from 1970), in the order of NUMBERS; hours in which nothing did are left out."""
    where = (_rollups.c.connection_id.in_(connection_ids), _rollups.c.dimension == "", _rollups.c.grain == "h",
             _rollups.c.cohort == "e", _rollups.c.bucket.between(first_hour, last_hour))  # fmt: skip
    columns = [sa.func.sum(_rollups.c[name]) for name in NUMBERS]
    with store.read() as conn:
        rows = conn.execute(sa.select(_rollups.c.bucket, *columns).where(*where).group_by(_rollups.c.bucket))
        return {row[0]: [int(number) for number in row[1:]] for row in rows}


def identities_of(store: Store, connection_ids: Sequence[int]) -> list[str]:
    """The identities that anything was counted for or fed by, in order."""
    with store.read() as conn:
        rows = conn.execute(
            sa.select(_rollups.c.identity)
            .where(_rollups.c.connection_id.in_(connection_ids), _rollups.c.dimension.in_(("", "feed")))
            .where(_rollups.c.grain == "d")
            .distinct()
        )
        return sorted(row[0] for row in rows if row[0])


class _Asked:
    """One question to the rollups, inside one consistent view of the store."""

    def __init__(
        self,
        conn: sa.Connection,
        connection_ids: Sequence[int],
        first_day: int,
        last_day: int,
        cohort: str,
        identities: Sequence[str] | None,
    ) -> None:
        self._conn = conn
        self._owners = [_rollups.c.connection_id.in_(list(connection_ids)), _rollups.c.grain == "d"]
        if identities is not None:
            self._owners.append(_rollups.c.identity.in_(list(identities)))
        self._days = [
            _rollups.c.cohort.in_(("s",) if cohort == "sent" else ("s", "e")),
            _rollups.c.bucket.between(first_day, last_day),
        ]
        self.fed = self._fed()

    def _fed(self) -> set[Owner]:
        """The identities with a delivery feed."""
        rows = self._conn.execute(
            sa.select(_rollups.c.connection_id, _rollups.c.identity)
            .where(
                *self._owners,
                _rollups.c.dimension == "feed",
                _rollups.c.cohort == "s",
                _rollups.c.bucket == 0,
            )
            .group_by(_rollups.c.connection_id, _rollups.c.identity)
            .having(sa.func.sum(_rollups.c.sent) > 0)
        )
        return {(row[0], row[1]) for row in rows}

    def sums(self, dimension: str, *columns: str) -> dict[Any, dict[Owner, Sums]]:
        """The sums of a dimension by the columns (one: its value is the key; several: a tuple; none: ()), by owner."""
        named = [_rollups.c[name] for name in (*columns, "connection_id", "identity")]
        rows = self._conn.execute(
            sa.select(*named, *(sa.func.sum(_rollups.c[name]) for name in NUMBERS))
            .where(*self._owners, *self._days, _rollups.c.dimension == dimension)
            .group_by(*named)
        )
        found: dict[Any, dict[Owner, Sums]] = {}
        width = len(columns)
        for row in rows:
            key = row[0] if width == 1 else tuple(row[:width])
            owner = (row[width], row[width + 1])
            found.setdefault(key, {})[owner] = [int(number) for number in row[width + 2 :]]
        return found

    def by_tag(self, name: str) -> dict[str | None, dict[Owner, Sums]]:
        """The sums of a tag's values; None: recipients without the tag, which is all less those with it."""
        values = self.sums(f"tag:{tag_key(name)}", "value")
        without: dict[Owner, Sums] = {}
        _add(without, self.sums("").get((), {}))
        for owners in values.values():
            _add(without, owners, -1)
        _add(without, self.sums(f"again:{tag_key(name)}").get((), {}))
        return {**values, None: without}


def _add(to: dict[Owner, Sums], owners: Mapping[Owner, Sums], times: int = 1) -> None:
    for owner, sums in owners.items():
        known = to.setdefault(owner, [0] * len(NUMBERS))
        for index, number in enumerate(sums):
            known[index] += number * times


def _unsaid(values: Mapping[str, dict[Owner, Sums]]) -> dict[str | None, dict[Owner, Sums]]:
    """The same with None where nothing was said, which the rollups keep as ""."""
    return {value or None: owners for value, owners in values.items()}


def _by_value(values: Mapping[str | None, Mapping[Owner, Sums]], fed: set[Owner]) -> list[RatesRow]:
    """Rows in order; what is beyond 200 becomes one row."""
    rows = [row_of(value, owners, fed) for value, owners in values.items() if any(_present(owners))]
    rows.sort(key=lambda row: (row.sent is None, -(row.sent or 0), row.key is None, row.key or ""))
    if len(rows) <= MOST_ROWS:
        return rows
    rest: dict[Owner, Sums] = {}
    for row in rows[MOST_ROWS:]:
        _add(rest, values[row.key])
    return [*rows[:MOST_ROWS], row_of(OTHER, rest, fed)]


def _present(owners: Mapping[Owner, Sums]) -> Iterator[Owner]:
    """Whoever has a recipient counted here; held-up mail alone is none."""
    return (owner for owner, sums in owners.items() if any(sums[:5]))


def row_of(key: str | None, owners: Mapping[Owner, Sums], fed: set[Owner]) -> RatesRow:
    """One row from the sums of those who stand in it."""
    present = set(_present(owners))
    blind = present - fed
    unknown = None if not blind else PARTIAL_FEED if present & fed else NO_FEED
    counted = [sums for owner, sums in owners.items() if unknown == NO_FEED or owner in fed]
    sent, *rest = [sum(column) for column in zip(*counted, strict=True)] or [0] * len(NUMBERS)
    delivered, permanent, transient, complained, delayed = rest
    known = unknown != NO_FEED
    return RatesRow(
        key, sent if known else None, delivered, permanent, transient, complained, delayed,
        permanent / sent if known and sent else None, complained / sent if known and sent else None, unknown,
    )  # fmt: skip
