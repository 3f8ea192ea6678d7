"""Sums out of the rollups, by owner: a connection and an identity of it. What rates and charts are made of."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from core.store.rollup import NUMBERS
from core.store.rows import Source, reading, table
from core.store.tables import Rollup

Sums = list[int]  # in the order of NUMBERS
Owner = tuple[int, str]  # connection, identity
EVERYBODY: Owner = (0, "")
_rollups = table(Rollup)


class Asked:
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
        self.conn, self.connection_ids = conn, list(connection_ids)
        self.first_day, self.last_day, self.cohort = first_day, last_day, cohort
        self.identities = identities
        self._owners = [_rollups.c.connection_id.in_(list(connection_ids)), _rollups.c.grain == "d"]
        if identities is not None:
            self._owners.append(_rollups.c.identity.in_(list(identities)))
        self._days = [
            _rollups.c.cohort.in_(("s",) if cohort == "sent" else ("s", "e")),
            _rollups.c.bucket.between(first_day, last_day),
        ]
        self.fed = self._fed()
        self.blind = not self.fed and self._heard()
        # Where everybody has a feed, nobody need be left out, and sums may be taken over all of them at once.
        self._apart = True
        everybody = {owner for owners in self.sums("").values() for owner in owners}
        self.unfed = everybody - self.fed
        self._apart = bool(self.unfed)
        self.fed.add(EVERYBODY)

    def _fed(self) -> set[Owner]:
        """The identities with a delivery feed."""
        rows = self.conn.execute(
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

    def _heard(self) -> bool:
        """Whether anybody asked about was ever counted anywhere."""
        everything = (*self._owners, _rollups.c.dimension == "", _rollups.c.cohort == "s")
        return bool(self.conn.execute(sa.select(sa.func.sum(_rollups.c.sent)).where(*everything)).scalar())

    def sums(self, dimension: str, *columns: str) -> dict[Any, dict[Owner, Sums]]:
        """The sums of a dimension by the columns (one: its value is the key; several: a tuple; none: ()), by owner."""
        owner_columns = ("connection_id", "identity") if self._apart else ()
        named = [_rollups.c[name] for name in (*columns, *owner_columns)]
        rows = self.conn.execute(
            sa.select(*named, *(sa.func.sum(_rollups.c[name]) for name in NUMBERS))
            .where(*self._owners, *self._days, _rollups.c.dimension == dimension)
            .group_by(*named)
        )
        found: dict[Any, dict[Owner, Sums]] = {}
        width = len(columns)
        for row in rows:
            if row[-1] is None:  # the sum of no rows at all
                continue
            key = row[0] if width == 1 else tuple(row[:width])
            owner = (row[width], row[width + 1]) if self._apart else EVERYBODY
            found.setdefault(key, {})[owner] = [int(number) for number in row[len(named) :]]
        return found


def add(to: dict[Owner, Sums], owners: Mapping[Owner, Sums], times: int = 1) -> None:
    """Add the sums of some owners to those of others, so many times."""
    for owner, sums in owners.items():
        known = to.setdefault(owner, [0] * len(NUMBERS))
        for index, number in enumerate(sums):
            known[index] += number * times


def identities_of(source: Source, connection_ids: Sequence[int]) -> list[str]:
    """The identities that anything was counted for or fed by, in order."""
    with reading(source) as conn:
        rows = conn.execute(
            sa.select(_rollups.c.identity)
            .where(_rollups.c.connection_id.in_(connection_ids), _rollups.c.dimension.in_(("", "feed")))
            .where(_rollups.c.grain == "d")
            .distinct()
        )
        return sorted(row[0] for row in rows if row[0])
