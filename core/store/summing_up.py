"""Making the spans of spans.py: which are due, and what they hold. A little at a time, and from what is there already.

Recent days change often (bounces and complaints come after the mail), so the larger a span, the earlier it ends.
"""

from collections.abc import Iterator
from typing import NamedTuple

import sqlalchemy as sa

from core.store.cover import LENGTHS
from core.store.rows import insert, table
from core.store.spans import LONG, Tally, changes, encode, kept, parts
from core.store.tables import RollupSpan
from core.store.tag_names import tag_names

_spans = table(RollupSpan)
_BEHIND = {1: 1, 4: 2, 16: 3, 64: 5}  # days before today at which spans of a length end at the latest


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


def due(
    conn: sa.Connection, connection_id: int, dimension: str, length: int, since: int, today: int
) -> Iterator[Due]:
    """Spans of a length that are missing, not true any more, or could reach further, from the one with the day `since` on."""
    begin = since - since % length
    changed = changes(conn, connection_id, begin, today)
    held = {(one.length, one.first): one for one in kept(conn, connection_id, dimension, begin, today)}
    for first in sorted({day - day % length for day in changed}):
        last = min(first + length - 1, today - _BEHIND[length])
        mark = sum(changed.get(day, 0) for day in range(first, last + 1))
        known = held.get((length, first))
        if mark and (known is None or known.changes != mark or known.last > last):
            yield Due(dimension, length, first, last, mark)


def lengths() -> tuple[int, ...]:
    """The smaller ones first: the larger are made of them."""
    return LENGTHS[::-1]


def made(conn: sa.Connection, connection_id: int, one: Due) -> dict[str, object]:
    """The row of a span.

    What changes while it is read is in it and not in its mark, or in neither: both times it is not true, and not used.
    """
    body = Tally(parts(conn, connection_id, one.dimension, one.first, one.last)).whole()
    return {
        "connection_id": connection_id, **one._asdict(), "entries": len(body.values), "body": encode(body).decode(),
    }  # fmt: skip


def keep(conn: sa.Connection, rows: list[dict[str, object]]) -> None:
    """Store spans in place of those of the same days."""
    keys = ["connection_id", "dimension", "length", "first"]
    upsert = insert(conn, _spans)
    changed = {name: upsert.excluded[name] for name in ("last", "changes", "entries", "body")}
    conn.execute(upsert.on_conflict_do_update(index_elements=keys, set_=changed), rows)
