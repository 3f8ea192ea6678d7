"""Making the spans of spans.py: which are due, and what they hold. A little at a time, and from what is there already.

Recent days go on changing: bounces and complaints come after the mail. So a span of several days ends before the first of
the last days that did not rest since the round before.
"""

from collections.abc import Iterator
from typing import NamedTuple

import sqlalchemy as sa

from core.store.cover import LENGTHS
from core.store.rows import insert, table
from core.store.span_bodies import encode
from core.store.spans import LONG, changes, kept, parts, true_ones
from core.store.tables import RollupSpan
from core.store.tag_names import tag_names
from core.store.tally import Tally

_spans = table(RollupSpan)
_RESTLESS = 5  # days before today in which a change is nothing unusual


class Due(NamedTuple):
    """A span to make, with the mark by which it will be known to be true."""

    dimension: str
    length: int
    first: int
    last: int
    changes: int


def dimensions(conn: sa.Connection, connection_id: int) -> list[str]:
    """The dimensions with long tables."""
    return [LONG, *(f"tag:{name}" for name in tag_names(conn, [connection_id]))]


def rested(conn: sa.Connection, connection_id: int, dimension: str, today: int) -> int:
    """The last day up to which every day has rested since it was summed up, or is older than is restless."""
    first = today - _RESTLESS
    changed = changes(conn, connection_id, first, today)
    true = true_ones(kept(conn, connection_id, dimension, first, today), changed)
    day = first - 1
    while day + 1 < today and (day + 1 not in changed or (1, day + 1) in true):
        day += 1
    return day


def due(
    conn: sa.Connection, connection_id: int, dimension: str, length: int, since: int, end: int
) -> Iterator[Due]:
    """Spans of a length that are missing, not true any more, or could reach further: from the one with the day `since`
    on to the day `end`."""
    begin = since - since % length
    changed = changes(conn, connection_id, begin, end)
    held = {(one.length, one.first): one for one in kept(conn, connection_id, dimension, begin, end)}
    for first in sorted({day - day % length for day in changed}):
        last = min(first + length - 1, end)
        mark = sum(changed.get(day, 0) for day in range(first, last + 1))
        known = held.get((length, first))
        if mark and (known is None or known.changes != mark or known.last > last):
            yield Due(dimension, length, first, last, mark)


def lengths() -> tuple[int, ...]:
    """The smaller ones first: the larger are made of them."""
    return LENGTHS[::-1]


def made(conn: sa.Connection, connection_id: int, one: Due, now: int) -> dict[str, object]:
    """The row of a span.

    What changes while it is read is in it and not in its mark, or in neither: both times it is not true, and not used.
    """
    body = Tally(parts(conn, connection_id, one.dimension, one.first, one.last)).whole()
    return {
        "connection_id": connection_id, **one._asdict(), "made_at": now, "entries": len(body.values),
        "body": encode(body).decode(),
    }  # fmt: skip


def keep(conn: sa.Connection, rows: list[dict[str, object]]) -> None:
    """Store spans in place of those of the same days."""
    keys = ["connection_id", "dimension", "length", "first"]
    upsert = insert(conn, _spans)
    changed = {name: upsert.excluded[name] for name in ("last", "changes", "made_at", "entries", "body")}
    conn.execute(upsert.on_conflict_do_update(index_elements=keys, set_=changed), rows)
