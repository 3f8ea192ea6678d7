"""Which sums that are kept make up a range of days at the least cost. Pure.

Spans of 64 days hold four of 16, those four of 4, those four of 1. A range is put together of whole ones, of larger ones
less what is too much in them, and of single days where there is none.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

LENGTHS = (64, 16, 4, 1)  # days
_OPENING = 2_000  # what it costs to read a span at all, in entries
_RAW = 40_000  # what it costs to sum up a day by its rows


class Known(NamedTuple):
    """A span that may be used: its last day (early where days were not over yet), how many values it holds, and its mark."""

    last: int
    entries: int
    made_at: int = 0


class Piece(NamedTuple):
    """Days to add (1) or to take away (-1): a span by its length, or 0 for rows day by day."""

    sign: int
    length: int
    first: int
    last: int


Way = tuple[int, tuple[Piece, ...]]  # cost, pieces
_NOTHING: Way = (0, ())


class Cover:
    """Ways through what is kept. `busy`: the days on which anything is counted; the others cost nothing."""

    def __init__(self, spans: Mapping[tuple[int, int], Known], busy: Collection[int]) -> None:
        self._spans = spans  # by length and first day
        self._busy = busy

    def of(self, first: int, last: int) -> list[Piece]:
        """Pieces that add up to the days from first to last, both inside."""
        found: list[Piece] = []
        for start in range(first - first % LENGTHS[0], last + 1, LENGTHS[0]):
            whole = self._best(0, start, max(first, start), min(last, start + LENGTHS[0] - 1))
            found += whole[1]
        return list(_joined(found))

    def _best(self, level: int, start: int, first: int, last: int) -> Way:
        """The range inside one place of a span: by the span, or by the smaller ones in it."""
        length = LENGTHS[level]
        known = self._spans.get((length, start))
        if length == 1:
            if known is not None:
                return known.entries + _OPENING, (Piece(1, 1, first, last),)
            return (_RAW, (Piece(1, 0, first, last),)) if first in self._busy else _NOTHING
        if known is None or first > known.last:
            return self._apart(level, start, first, last)
        end = known.last
        more = self._apart(level, start, end + 1, last)
        less = (self._apart(level, start, start, first - 1), self._apart(level, start, last + 1, end))
        cost = known.entries + _OPENING + more[0] + sum(way[0] for way in less)
        taken = [Piece(-one.sign, *one[1:]) for way in less for one in way[1]]
        whole: Way = cost, (Piece(1, length, start, end), *more[1], *taken)
        if not taken and not more[1]:
            return whole
        return min(whole, self._apart(level, start, first, last), key=lambda way: way[0])

    def _apart(self, level: int, start: int, first: int, last: int) -> Way:
        """The range by the next smaller spans alone."""
        if first > last:
            return _NOTHING
        length, cost = LENGTHS[level + 1], 0
        pieces: list[Piece] = []
        for child in range(start, start + LENGTHS[level], length):
            if child <= last and child + length > first:
                way = self._best(level + 1, child, max(first, child), min(last, child + length - 1))
                cost += way[0]
                pieces += way[1]
        return cost, tuple(pieces)


def _joined(pieces: list[Piece]) -> Iterator[Piece]:
    """Days that follow each other are read at once."""
    rows = sorted(one for one in pieces if not one.length)
    yield from (one for one in pieces if one.length)
    open_one: Piece | None = None
    for one in rows:
        if open_one and one.sign == open_one.sign and one.first == open_one.last + 1:
            open_one = open_one._replace(last=one.last)
        else:
            if open_one:
                yield open_one
            open_one = one
    if open_one:
        yield open_one
