"""Sums by value, put together of parts in memory and parts in the database."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from operator import itemgetter
from typing import Any, Protocol

import sqlalchemy as sa

from core.store.rollup import NUMBERS
from core.store.rows import table
from core.store.span_bodies import Body
from core.store.tables import Rollup

_rollups = table(Rollup)
_SUMS = [sa.func.sum(_rollups.c[name]) for name in NUMBERS]
_BY_VALUE = sa.select(_rollups.c.value, *_SUMS).group_by(_rollups.c.value)
_FEW = 300  # values worth asking for by name


class Part(Protocol):
    """Sums by value over some days."""

    def sent(self) -> Iterable[tuple[str, int]]:
        """What was sent by value; a value may come more than once."""

    def of(self, values: Sequence[str]) -> Iterable[tuple[str, Sequence[int]]]:
        """All numbers of those of the values that are there."""

    def total(self) -> Sequence[int]:
        """All numbers of all values together."""

    def body(self) -> Body:
        """All of it."""


class Held:
    """A part in memory."""

    def __init__(self, body: Body) -> None:
        self._body = body

    def sent(self) -> Iterable[tuple[str, int]]:
        return zip(self._body.values, self._body.numbers[0], strict=True)

    def of(self, values: Sequence[str]) -> Iterable[tuple[str, Sequence[int]]]:
        held = self._body.values
        for value in values:
            at = bisect_left(held, value)
            if at < len(held) and held[at] == value:
                yield value, [column[at] for column in self._body.numbers]

    def total(self) -> Sequence[int]:
        return [sum(column) for column in self._body.numbers]

    def body(self) -> Body:
        return self._body


class Rows:
    """A part in the rollups: only what is needed of it is read, for most of a long table is not shown."""

    def __init__(
        self, conn: sa.Connection, connection_id: int, dimension: str, first: int, last: int,
        cohort: str = "s", identities: Sequence[str] | None = None,
    ) -> None:  # fmt: skip
        self._conn, self._where = conn, days_of(connection_id, dimension, first, last, cohort)
        if identities is not None:
            self._where += (_rollups.c.identity.in_(identities),)

    def sent(self) -> Iterable[tuple[str, int]]:
        return self._all(sa.select(_rollups.c.value, _rollups.c.sent))

    def of(self, values: Sequence[str]) -> Iterable[tuple[str, Sequence[int]]]:
        if len(values) > _FEW:
            return Held(self.body()).of(values)
        found = self._all(_BY_VALUE.where(_rollups.c.value.in_(values)))
        return [(row[0], [int(number) for number in row[1:]]) for row in found]

    def total(self) -> Sequence[int]:
        (row,) = self._all(sa.select(*_SUMS))
        return [int(number or 0) for number in row]

    def body(self) -> Body:
        return in_order(self._all(_BY_VALUE))

    def _all(self, statement: sa.Select[Any]) -> Sequence[Any]:
        """The driver's own rows: SQLAlchemy's would cost as much again."""
        done = self._conn.execute(statement.where(*self._where))
        return done.cursor.fetchall() if done.cursor is not None else []


class Tally:
    """Parts with their signs (1, -1) that add up to the sums by value of a range."""

    def __init__(self, parts: Iterable[tuple[int, Part]]) -> None:
        self.parts = list(parts)

    def sent(self) -> dict[str, int]:
        """How much was sent by value."""
        found: dict[str, int] = {}
        get = found.get
        for sign, part in self.parts:
            for value, number in part.sent():
                found[value] = get(value, 0) + sign * number
        return found

    def of(self, values: Sequence[str]) -> dict[str, list[int]]:
        """All numbers of some values."""
        found = {value: [0] * len(NUMBERS) for value in values}
        for sign, part in self.parts:
            for value, numbers in part.of(values):
                sums = found[value]
                for index, number in enumerate(numbers):
                    sums[index] += sign * number
        return found

    def total(self) -> list[int]:
        """All numbers of all values together."""
        totals = [[sign * number for number in part.total()] for sign, part in self.parts]
        return [sum(column) for column in zip([0] * len(NUMBERS), *totals, strict=True)]

    def whole(self) -> Body:
        """All numbers of every value that has any."""
        columns: list[dict[str, int]] = [{} for _ in NUMBERS]
        for sign, part in self.parts:
            body = part.body()
            for sums, numbers in zip(columns, body.numbers, strict=True):
                get = sums.get
                for value, number in zip(body.values, numbers, strict=True):
                    sums[value] = get(value, 0) + sign * number
        rows = zip(columns[0], *(column.values() for column in columns), strict=True)
        return in_order(row for row in rows if any(row[1:]))


def in_order(rows: Iterable[Sequence[Any]]) -> Body:
    """Rows of a value and its numbers as columns, sorted as Python sorts (databases have orders of their own)."""
    columns = list(zip(*sorted(rows, key=itemgetter(0)), strict=True))
    if not columns:
        return Body([], [[] for _ in NUMBERS])
    return Body(list(columns[0]), [list(map(int, column)) for column in columns[1:]])


def days_of(
    connection_id: int, dimension: str, first: int, last: int, cohort: str = "s"
) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        _rollups.c.connection_id == connection_id,
        _rollups.c.dimension == dimension,
        _rollups.c.grain == "d",
        _rollups.c.cohort == cohort,
        _rollups.c.bucket.between(first, last),
    )
