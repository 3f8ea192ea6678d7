"""The suppression list as CSV, written piece by piece, in a form that no spreadsheet runs as a formula.

A long one is packed as it is written: the screen's framework holds a download in memory as a whole.
"""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator
from typing import IO

from core.desk import Desk
from core.members.actor import Actor
from core.members.roles import require, require_sight
from core.moment import rfc3339
from core.safe_text import csv_cell, safe_text
from core.store import audit, suppressions
from core.store.tables import Connection

COLUMNS = ("email", "reason", "since", "changed", "note")
PIECE = 5_000


def export(desk: Desk, connection: Connection, actor: Actor, now: int) -> Iterator[bytes]:
    """The list by address, with a header, in UTF-8. Operators and admins: it names people. Audited before the first line."""
    require(actor, "operator")
    require_sight(actor, connection.id or 0)
    with desk.store.write() as conn:
        audit.append(conn, actor.name, "suppressions-exported", connection.name, {}, now)
    return _pieces(desk, connection.id or 0)


def pack(pieces: Iterable[bytes], name: str, file: IO[bytes]) -> None:
    """Write the pieces as one file inside a zip, and go to its beginning; never more of them in memory than one."""
    with (
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as whole,
        whole.open(name, "w", force_zip64=True) as inside,
    ):
        for piece in pieces:
            inside.write(piece)
    file.seek(0)


def _pieces(desk: Desk, connection_id: int) -> Iterator[bytes]:
    yield ("\ufeff" + ",".join(COLUMNS) + "\r\n").encode()
    after = ""
    while rows := suppressions.by_address(desk.store, connection_id, PIECE, after):
        out = io.StringIO()
        csv.writer(out).writerows(
            (csv_cell(row.address), row.reason, rfc3339(row.since), rfc3339(row.changed_at), csv_cell(safe_text(row.note or "")))
            for row in rows
        )  # fmt: skip
        yield out.getvalue().encode()
        after = rows[-1].address
