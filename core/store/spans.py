"""Sums of one dimension by value over a range of days, from as few rows as can be: long tables of domains and tags.

The rollups of a day hold a row for each identity and value; over months that is a million where a domain is written to
now and then. So the worker keeps sums over spans of days beside them (see summing_up.py). A span is true for as long as
its days have not changed: every change of a day counts up `changes` in that day's rollups of all. What is not true any
more, or was never made, is summed up from the rollups, so that the answer is exact whether the worker runs or not.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

import sqlalchemy as sa

from core.store.cover import LENGTHS, Cover, Known
from core.store.rollup import NUMBERS
from core.store.rows import table
from core.store.span_bodies import Body, body_of
from core.store.tables import Rollup, RollupSpan

LONG = "recipient_domain"  # and every tag
_rollups, _spans = table(Rollup), table(RollupSpan)


@dataclass(frozen=True, slots=True)
class Part:
    """Sums by value to add (1) or to take away (-1)."""

    sign: int
    values: Sequence[str]
    numbers: Sequence[Sequence[int]]


class Tally:
    """Parts that add up to the sums by value of a range."""

    def __init__(self, parts: Iterable[Part]) -> None:
        self._parts = [part for part in parts if part.values]

    def sent(self) -> dict[str, int]:
        """How much was sent by value; cheaper than all the numbers."""
        found: dict[str, int] = {}
        get = found.get
        for part in self._parts:
            if part.sign < 0:
                for value, number in zip(part.values, part.numbers[0], strict=True):
                    found[value] = get(value, 0) - number
            elif not found:
                found.update(zip(part.values, part.numbers[0], strict=True))
            else:
                for value, number in zip(part.values, part.numbers[0], strict=True):
                    found[value] = get(value, 0) + number
        return found

    def of(self, values: Sequence[str]) -> dict[str, list[int]]:
        """All numbers of some values."""
        found = {value: [0] * len(NUMBERS) for value in values}
        for part in self._parts:
            for value, sums in found.items():
                at = bisect_left(part.values, value)
                if at < len(part.values) and part.values[at] == value:
                    for index, column in enumerate(part.numbers):
                        sums[index] += part.sign * column[at]
        return found

    def taken_away(self) -> list[Part]:
        """The parts, to be taken away from others."""
        return [Part(-part.sign, part.values, part.numbers) for part in self._parts]

    def whole(self) -> Body:
        """All numbers of every value that has any."""
        columns: list[dict[str, int]] = []
        for index in range(len(NUMBERS)):
            sums: dict[str, int] = {}
            get = sums.get
            for part in self._parts:
                for value, number in zip(part.values, part.numbers[index], strict=True):
                    sums[value] = get(value, 0) + part.sign * number
            columns.append(sums)
        rows = zip(columns[0], *(column.values() for column in columns), strict=True)
        return in_order(row for row in rows if any(row[1:]))

    def total(self) -> list[int]:
        """All numbers of all values together."""
        return [
            sum(part.sign * sum(part.numbers[index]) for part in self._parts) for index in range(len(NUMBERS))
        ]


def changes(conn: sa.Connection, connection_id: int, first: int, last: int) -> dict[int, int]:
    """For each day on which anything was ever counted, how often that changed."""
    rows = conn.execute(
        sa.select(_rollups.c.bucket, sa.func.sum(_rollups.c.changes))
        .where(*_days(connection_id, "", first, last))
        .group_by(_rollups.c.bucket)
    )
    return {day: int(count) for day, count in rows}


def kept(
    conn: sa.Connection, connection_id: int, dimension: str, first: int, last: int
) -> list[sa.Row[tuple[int, ...]]]:
    """The spans of a dimension that begin in these days, without what they hold."""
    columns = (
        _spans.c.length,
        _spans.c.first,
        _spans.c.last,
        _spans.c.changes,
        _spans.c.entries,
        _spans.c.made_at,
    )
    return list(
        conn.execute(
            sa.select(*columns).where(
                _spans.c.connection_id == connection_id,
                _spans.c.dimension == dimension,
                _spans.c.length.in_(LENGTHS),
                _spans.c.first.between(first, last),
            )
        )
    )


def true_ones(
    spans: Iterable[sa.Row[tuple[int, ...]]], changed: Mapping[int, int]
) -> dict[tuple[int, int], Known]:
    """Those spans whose days have not changed since they were made."""
    return {
        (one.length, one.first): Known(one.last, one.entries, one.made_at)
        for one in spans
        if one.changes == sum(changed.get(day, 0) for day in range(one.first, one.last + 1))
    }


def parts(conn: sa.Connection, connection_id: int, dimension: str, first: int, last: int) -> list[Part]:
    """What adds up to the sums by value from one day to another, by the day of sending."""
    longest = LENGTHS[0]
    begin, end = first - first % longest, last - last % longest + longest - 1
    changed = changes(
        conn, connection_id, begin, end
    )  # before the spans: what changes between makes them untrue
    usable = true_ones(kept(conn, connection_id, dimension, begin, end), changed)
    found = []
    for piece in Cover(usable, changed).of(first, last):
        known = usable.get((piece.length, piece.first))
        body = body_of(conn, connection_id, dimension, piece, known) if known else None
        body = body or by_rows(conn, connection_id, dimension, piece.first, piece.last)
        found.append(Part(piece.sign, *body))
    return found


def by_rows(
    conn: sa.Connection, connection_id: int, dimension: str, first: int, last: int, *further: sa.ColumnElement[bool],
    cohort: str = "s",
) -> Body:  # fmt: skip
    """The same from the rollups themselves."""
    rows = conn.execute(
        sa.select(_rollups.c.value, *(sa.func.sum(_rollups.c[name]) for name in NUMBERS))
        .where(*_days(connection_id, dimension, first, last, cohort), *further)
        .group_by(_rollups.c.value)
    )
    return in_order(rows.fetchall())


def in_order(rows: Iterable[Sequence[Any]]) -> Body:
    """Rows of a value and its numbers as columns, sorted as Python sorts (databases have orders of their own)."""
    columns = list(zip(*sorted(rows, key=itemgetter(0)), strict=True))
    if not columns:
        return Body([], [[] for _ in NUMBERS])
    return Body(list(columns[0]), [list(map(int, column)) for column in columns[1:]])


def _days(
    connection_id: int, dimension: str, first: int, last: int, cohort: str = "s"
) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        _rollups.c.connection_id == connection_id,
        _rollups.c.dimension == dimension,
        _rollups.c.grain == "d",
        _rollups.c.cohort == cohort,
        _rollups.c.bucket.between(first, last),
    )
