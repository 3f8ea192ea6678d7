"""Importing a list: looked at in full first, line by line; then all of its addresses at once, or none.

What was looked at waits in a file of the data folder until somebody says yes, for a day at most.
"""

import csv
import secrets
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from core.desk import Desk
from core.errors import BadInput, NotFound
from core.lists.encoding import CHOICES
from core.lists.lines import Form, addresses, form_of
from core.members.actor import Actor
from core.members.roles import require, require_sight
from core.moment import DAY
from core.safe_text import csv_cell, safe_text
from core.store import audit
from core.store.staging import Staging
from core.store.suppressing_many import PIECE, import_all
from core.store.tables import Connection

FOLDER = "imports"
MOST_LINES = 1_000_000
MOST_BYTES = 100 * 1024 * 1024  # as much as .streamlit/config.toml lets in
SHOWN = 10  # lines of the preview
MOST_FAULTS = 100_000  # lines that are written down one by one


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the file as it was understood. `fault`: why it is left out, "" when it is not."""

    number: int
    cell: str
    address: str
    fault: str


@dataclass(frozen=True, slots=True)
class Looked:
    """A file that was read to its end and waits for a yes. `key` names it; numbers count lines, but for `addresses`."""

    key: str
    form: Form
    lines: int
    addresses: int  # distinct
    repeated: int
    faulty: int  # places that hold no address, or one that is left out
    preview: tuple[Line, ...]
    faults: tuple[Line, ...]  # the first few


def look(desk: Desk, connection: Connection, file: BinaryIO, actor: Actor, encoding: str = "") -> Looked:
    """Read a file to its end and keep what it holds for a yes. Changes nothing. Operators and admins.

    `encoding`: as somebody chose it; "" finds it out. Raises BadInput (`file`) when it is no list, has no address, or is too large.
    """
    require(actor, "operator")
    require_sight(actor, connection.id or 0)
    if file.seek(0, 2) > MOST_BYTES:
        raise BadInput("The file is larger than 100 MB. Split it and import the parts.", "file")
    if encoding and encoding not in CHOICES:
        raise BadInput("There is no such encoding.", "encoding")
    form = form_of(file, encoding)
    key = secrets.token_urlsafe(12)
    path = _path(desk, key)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        _keep(file, path.with_suffix(".raw"))
        with Staging(path, fresh=True) as staging:
            return _read(key, form, _lines(file, form), staging, path.with_suffix(".csv"))
    except BaseException:
        forget(desk, key)
        raise


def look_again(desk: Desk, connection: Connection, looked: Looked, encoding: str, actor: Actor) -> Looked:
    """The same file read in another encoding; what was looked at before stays when it cannot be."""
    raw = _path(desk, looked.key).with_suffix(".raw")
    if not raw.exists():
        raise BadInput("This file was looked at more than a day ago. Choose it again.", "file")
    with raw.open("rb") as file:
        seen = look(desk, connection, file, actor, encoding)
    forget(desk, looked.key)
    return seen


def take(
    desk: Desk, connection: Connection, looked: Looked, name: str, actor: Actor, now: int
) -> tuple[int, int]:
    """Put everything that was looked at on the list, in one transaction: how many are new, how many were on it already."""
    require(actor, "operator")
    require_sight(actor, connection.id or 0)
    path = _path(desk, looked.key)
    if not path.exists():
        raise NotFound("This file was imported already, or waited for more than a day. Choose it again.")
    note = safe_text(name, 80) or None
    with Staging(path) as staging, desk.store.write() as conn:
        put, known = import_all(conn, connection.id or 0, staging.pieces(PIECE), note, now)
        detail = {"added": put, "on the list already": known, "left out": looked.faulty}
        audit.append(conn, actor.name, "suppressions-imported", connection.name, detail, now)
    forget(desk, looked.key)
    return put, known


def faults(desk: Desk, looked: Looked) -> bytes:
    """The lines that are left out, each with why: CSV that no spreadsheet runs as a formula."""
    path = _path(desk, looked.key).with_suffix(".csv")
    return path.read_bytes() if path.exists() else b""


def forget(desk: Desk, key: str) -> None:
    """Throw away what was looked at."""
    for end in ("", ".csv", ".raw"):
        _path(desk, key).with_suffix(end).unlink(missing_ok=True)


def forget_old(desk: Desk, now: int) -> int:
    """Throw away what nobody said yes to within a day; a job of the worker's."""
    gone = 0
    folder = desk.settings.folder / FOLDER
    for path in folder.iterdir() if folder.is_dir() else ():
        if now - path.stat().st_mtime_ns // 1_000_000 > DAY:
            path.unlink(missing_ok=True)
            gone += 1
    return gone


def _path(desk: Desk, key: str) -> Path:
    if not key.replace("-", "").replace("_", "").isalnum():
        raise NotFound("There is no such import.")
    return desk.settings.folder / FOLDER / key


def _keep(file: BinaryIO, raw: Path) -> None:
    """The file as it came, so that it can be read in another encoding."""
    raw.touch(mode=0o600)
    file.seek(0)
    with raw.open("wb") as out:
        shutil.copyfileobj(file, out, 1 << 20)


def _lines(file: BinaryIO, form: Form) -> Iterator[Line]:
    for count, (number, address, cell, wrong) in enumerate(addresses(file, form), 1):
        if max(number - 1, count) > MOST_LINES:
            raise BadInput(
                f"The file has more than {MOST_LINES:,} lines. Split it and import the parts.", "file"
            )
        yield Line(number, cell, address, wrong)


def _read(key: str, form: Form, lines: Iterator[Line], staging: Staging, beside: Path) -> Looked:
    """Go through the lines once, a piece at a time."""
    count = good = distinct = lines_read = last = 0
    preview: list[Line] = []
    first: list[Line] = []
    beside.touch(mode=0o600)
    with beside.open("w", encoding="utf-8-sig", newline="") as out:
        table = csv.writer(out)
        table.writerow(["Line", "What stands there", "Why it is left out"])
        while piece := list(islice(lines, PIECE)):
            preview += piece[: SHOWN - len(preview)]
            bad = [line for line in piece if line.fault]
            for line in bad[: max(0, MOST_FAULTS - (count - good))]:
                table.writerow([line.number, csv_cell(safe_text(line.cell, 400)), line.fault])
            first += bad[: SHOWN - len(first)]
            for line in piece:
                lines_read, last = lines_read + (line.number != last), line.number
            count, good = count + len(piece), good + len(piece) - len(bad)
            distinct += staging.add([line.address for line in piece if not line.fault])
            time.sleep(0)  # let the receiver of the same process have its turn
    staging.done()
    if not distinct:
        raise BadInput("There is no address in this file. Is it the right one?", "file")
    return Looked(
        key, form, lines_read, distinct, good - distinct, count - good, tuple(preview), tuple(first)
    )
