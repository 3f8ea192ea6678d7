"""An imported list onto the suppression list: all of it in one transaction, or nothing."""

from collections.abc import Iterable, Sequence

import sqlalchemy as sa

from core.store.bulk import rows_where_in, write_rows
from core.store.rows import table
from core.store.standing import Cause, Entry
from core.store.suppressions import COLUMNS, suppress_many
from core.store.tables import Suppression

PIECE = 5_000
REASON = "import"
_suppressions = table(Suppression)
_NEW = "ON CONFLICT (connection_id,address) DO NOTHING"


def import_all(
    conn: sa.Connection, connection_id: int, pieces: Iterable[Sequence[str]], note: str | None, now: int
) -> tuple[int, int]:
    """Put addresses (normalised, in order) on the list; returns how many were put on it, and how many were on it already."""
    put = asked = 0
    for piece in pieces:
        asked += len(piece)
        rows = [Entry(connection_id, each, REASON, now, now, None, None, note, None) for each in piece]
        fresh = write_rows(conn, _suppressions, COLUMNS, rows, _NEW)
        put += fresh
        if fresh < len(piece):
            put += _again(conn, connection_id, piece, note, now)
    return put, asked - put


def _again(conn: sa.Connection, connection_id: int, piece: Sequence[str], note: str | None, now: int) -> int:
    """Those that were on the list once and were taken off; what was known of them is kept."""
    names = ("address", "reason", "removed_at")
    known = rows_where_in(conn, _suppressions, names, connection_id, "address", list(piece))
    cause = Cause(now, None, note)
    wanted = [
        (connection_id, address, REASON, cause)
        for address, reason, removed_at in known
        if removed_at is not None or reason == "drill"
    ]
    return len(suppress_many(conn, wanted, now, alone=True)) if wanted else 0
