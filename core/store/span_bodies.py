"""What spans hold, read and kept in memory for a while: a person who looks at a table looks at it again."""

import threading
from collections import OrderedDict
from typing import NamedTuple
from weakref import WeakKeyDictionary

import msgspec
import sqlalchemy as sa

from core.store.cover import Known, Piece
from core.store.rows import table
from core.store.tables import RollupSpan

MOST = 120_000  # values kept in memory: some 15 MB
_spans = table(RollupSpan)


class Body(NamedTuple):
    """Values in order, and for each number one list as long. Not to be changed."""

    values: list[str]
    numbers: list[list[int]]


encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Body).decode
_Key = tuple[int, str, int, int, int]


class _Memory:
    """The bodies of one database, the one used longest ago forgotten first."""

    def __init__(self) -> None:
        self._bodies: OrderedDict[_Key, Body] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: _Key) -> Body | None:
        with self._lock:
            if key in self._bodies:
                self._bodies.move_to_end(key)
            return self._bodies.get(key)

    def keep(self, key: _Key, body: Body) -> None:
        with self._lock:
            self._bodies[key] = body
            while sum(len(each.values) for each in self._bodies.values()) > MOST:
                self._bodies.popitem(last=False)


_memories: WeakKeyDictionary[sa.Engine, _Memory] = WeakKeyDictionary()


def body_of(
    conn: sa.Connection, connection_id: int, dimension: str, piece: Piece, known: Known
) -> Body | None:
    """What a span holds; None when it was made anew since it was looked at."""
    memory = _memories.setdefault(conn.engine, _Memory())
    key = (connection_id, dimension, piece.length, piece.first, known.made_at)
    body = memory.get(key)
    if body is None:
        text = conn.execute(
            sa.select(_spans.c.body).where(
                _spans.c.connection_id == connection_id,
                _spans.c.dimension == dimension,
                _spans.c.length == piece.length,
                _spans.c.first == piece.first,
                _spans.c.last == piece.last,
                _spans.c.made_at == known.made_at,
            )
        ).scalar()
        if text is None:
            return None
        body = _decode(text)
        memory.keep(key, body)
    return body
