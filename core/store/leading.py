"""The values of a long table that stand first by what was sent, without a row for each of the thousands behind them."""

from collections.abc import Mapping, Sequence

from core.store.rollup import tag_key
from core.store.spans import parts
from core.store.sums import EVERYBODY, Asked, Owner, Sums, add
from core.store.tally import Part, Rows, Tally

Key = str | None  # None: mail that does not say
ByValue = dict[Key, dict[Owner, Sums]]
_TAG = "tag:"


def leading(asked: Asked, by: str, most: int) -> tuple[ByValue, dict[Owner, Sums] | None]:
    """The first values by `sent`, ties by value and None last, and the sums of all the others; None: there are no others.

    `by`: a dimension of which "" is mail that does not say, or tag:NAME, where mail without the tag stands under None.
    """
    if by.startswith(_TAG):
        return _Table(asked, _TAG + tag_key(by.removeprefix(_TAG)), True).first(most)
    return _Table(asked, by, False).first(most)


class _Table:
    """A dimension by value: once for everybody with a delivery feed, and once for each identity without."""

    def __init__(self, asked: Asked, dimension: str, tag: bool) -> None:
        self._asked, self._dimension, self._tag = asked, dimension, tag
        self._unfed = {owner: Tally(self._rows(owner[0], [owner[1]])) for owner in asked.unfed}
        fed = [part for connection_id in asked.connection_ids for part in self._all(connection_id)]
        for tally in self._unfed.values():
            fed += [(-sign, part) for sign, part in tally.parts]
        self._fed = Tally(fed)

    def first(self, most: int) -> tuple[ByValue, dict[Owner, Sums] | None]:
        sent = self._fed.sent()
        rest = self._total()
        without = self._without(rest) if self._tag else {}
        add(rest, without)
        ranked = _ranked(sent, most, self._tag, without.get(EVERYBODY))
        if ranked is None:
            found = self._of(list(sent))
            if self._tag:
                found[None] = without
            return found, None
        found = self._of([value for value in ranked if value is not None])
        if self._tag and None in ranked:
            found[None] = without
        for owners in found.values():
            add(rest, owners, -1)
        return found, rest

    def _all(self, connection_id: int) -> list[tuple[int, Part]]:
        asked = self._asked
        if asked.identities is not None:
            return self._rows(connection_id, asked.identities)
        days = (connection_id, self._dimension, asked.first_day, asked.last_day)
        found = parts(asked.conn, *days)
        return found if asked.cohort == "sent" else [*found, (1, Rows(asked.conn, *days, "e"))]

    def _rows(self, connection_id: int, identities: Sequence[str]) -> list[tuple[int, Part]]:
        """Of some identities alone, which no span knows of."""
        asked = self._asked
        days = (connection_id, self._dimension, asked.first_day, asked.last_day)
        cohorts = ("s",) if asked.cohort == "sent" else ("s", "e")
        return [(1, Rows(asked.conn, *days, cohort, identities)) for cohort in cohorts]

    def _total(self) -> dict[Owner, Sums]:
        return {EVERYBODY: self._fed.total(), **{owner: one.total() for owner, one in self._unfed.items()}}

    def _of(self, values: Sequence[str]) -> ByValue:
        found: ByValue = {}
        for owner, tally in [(EVERYBODY, self._fed), *self._unfed.items()]:
            for value, sums in tally.of(values).items():
                if any(sums):
                    found.setdefault(value if value or self._tag else None, {})[owner] = sums
        return found

    def _without(self, total: Mapping[Owner, Sums]) -> dict[Owner, Sums]:
        """Recipients without the tag: all less those with it, who may stand in more than one row of it."""
        found: dict[Owner, Sums] = {}
        for dimension in ("", f"again:{self._dimension.removeprefix(_TAG)}"):
            for owner, sums in self._asked.sums(dimension).get((), {}).items():
                add(found, {owner if owner in self._unfed else EVERYBODY: sums})
        add(found, total, -1)
        return found


def _ranked(sent: Mapping[str, int], most: int, tag: bool, without: Sums | None) -> list[Key] | None:
    """The first by what was sent; None: not more than these were sent anything, so that all must be looked at."""
    counts = [count for count in sent.values() if count > 0]
    if without and without[0] > 0:
        counts.append(without[0])
    if len(counts) <= most:
        return None
    counts.sort(reverse=True)
    least = counts[most - 1]
    first: list[tuple[int, bool, str]] = [
        (-count, not value and not tag, value) for value, count in sent.items() if count >= least
    ]
    if without and without[0] >= least:
        first.append((-without[0], True, ""))
    first.sort()
    return [None if unsaid and tag else value for _, unsaid, value in first[:most]]
