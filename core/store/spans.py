"""Sums of one dimension by value over a range of days, from as few rows as can be: long tables of domains and tags.

The rollups of a day hold a row for each identity and value; over months that is a million where a domain is written to
now and then. So the worker keeps sums over spans of days beside them (see summing_up.py). A span is true for as long as
its days have not changed: every change of a day counts up `changes` in that day's rollups of all. What is not true any
more, or was never made, is summed up from the rollups, so that the answer is exact whether the worker runs or not.
"""

from collections.abc import Iterable, Mapping

import sqlalchemy as sa

from core.store.cover import LENGTHS, Cover, Known
from core.store.rows import table
from core.store.span_bodies import body_of
from core.store.tables import Rollup, RollupSpan
from core.store.tally import Held, Part, Rows, days_of

LONG = "recipient_domain"  # and every tag
_rollups, _spans = table(Rollup), table(RollupSpan)


def changes(conn: sa.Connection, connection_id: int, first: int, last: int) -> dict[int, int]:
    """For each day on which anything was ever counted, how often that changed."""
    rows = conn.execute(
        sa.select(_rollups.c.bucket, sa.func.sum(_rollups.c.changes))
        .where(*days_of(connection_id, "", first, last))
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


def parts(
    conn: sa.Connection, connection_id: int, dimension: str, first: int, last: int
) -> list[tuple[int, Part]]:
    """What adds up to the sums by value from one day to another, by the day of sending."""
    longest = LENGTHS[0]
    begin, end = first - first % longest, last - last % longest + longest - 1
    changed = changes(
        conn, connection_id, begin, end
    )  # before the spans: what changes between makes them untrue
    usable = true_ones(kept(conn, connection_id, dimension, begin, end), changed)
    found: list[tuple[int, Part]] = []
    for piece in Cover(usable, changed).of(first, last):
        known = usable.get((piece.length, piece.first))
        body = body_of(conn, connection_id, dimension, piece, known) if known else None
        rows = Rows(conn, connection_id, dimension, piece.first, piece.last)
        found.append((piece.sign, rows if body is None else Held(body)))
    return found
