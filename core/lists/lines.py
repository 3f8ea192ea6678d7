"""A file of addresses, in whatever form it comes: its encoding, its delimiter, its header, and the cells that hold addresses.

Takes CSV and plain text with any line ends. Pure but for reading the file, and never more of it in memory than a few
lines. Whatever could be an address and is not taken is told as a line with a fault: nothing is lost in silence.
"""

import csv
import io
import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO

from core.errors import BadInput
from core.events.address import normalise
from core.lists.address import fault
from core.lists.encoding import UNICODE, encoding_of

LONGEST_LINE = 20_000  # characters
LONGEST_CELL = 20  # lines that a cell in quotes may span
PEEK = 100  # lines that delimiter and column are guessed from
HEADERS = ("email", "e-mail", "mail", "address", "recipient", "emailaddress", "email address", "e-mail address",
           "email_address", "email addresses", "mailadresse", "e-mail-adresse", "adresse e-mail", "courriel", "correo")  # fmt: skip
GUESSED = "It has letters that could only be guessed. Choose how the file is written."
NOT_PLAIN = "Amazon takes plain letters alone before the @."
ANOTHER = "It stands beside the address of this line. Only one column is read."
Numbered = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Form:
    """How a file is to be read. `column` counts from 0; `delimiter` "" is one address a line.

    `width`: how many columns the heading has; `named`: it says which of them holds the addresses. `guessed`: nobody knows
    that it is this encoding.
    """

    encoding: str
    delimiter: str
    column: int
    header: bool
    width: int = 0
    named: bool = False
    guessed: bool = False
    heading: str = ""


def form_of(file: BinaryIO, encoding: str = "") -> Form:
    """Look at a file; `encoding` as somebody chose it, "" to find out. Raises BadInput when it is no list of addresses."""
    guessed = not encoding
    encoding = encoding or encoding_of(file)
    first = [(number, line) for number, line in islice(_text(file, encoding), PEEK) if line.strip()]
    if not first:
        raise BadInput("The file is empty. Choose one with an address on each line.", "file")
    delimiter = _delimiter([line for _, line in first])
    rows = [row for _, row in _rows(iter(first), delimiter)]
    column, named = _column(rows)
    # An address has an @: a first line without one loses none by being taken for a heading.
    header = named or (fault(_cell(rows[0], column)) is not None and not any("@" in one for one in rows[0]))
    return Form(
        encoding, delimiter, column, header, len(rows[0]) if header else 0, named, guessed and encoding not in UNICODE,
        " · ".join(rows[0]) if header else "",
    )  # fmt: skip


def cells(line: str, delimiter: str) -> list[str]:
    """One line's cells."""
    if not delimiter:
        return [line]
    return next(csv.reader([line], delimiter=delimiter), [])


def addresses(file: BinaryIO, form: Form) -> Iterator[tuple[int, str, str, str]]:
    """What stands in the lines: its line from 1, its address (normalised; "" with a fault), the cell, what is wrong with it.

    A line that is nothing but addresses gives each of them; another that holds a second one beside its column's tells so.
    """
    begun = not form.header
    for number, row in _rows(_text(file, form.encoding), form.delimiter):
        if not begun:
            begun = True
            continue
        cell = _cell(row, form.column)
        beside = _beside(row, form)
        if beside and form.width < 2 and all(fault(_cell([one], 0)) is None for one in row if one.strip()):
            yield from (_told(number, _cell([one], 0), form) for one in row if one.strip())
            continue
        yield _told(number, cell, form)
        yield from ((number, "", one, ANOTHER) for one in beside)


def _told(number: int, cell: str, form: Form) -> tuple[int, str, str, str]:
    wrong = fault(cell)
    if wrong is not None:
        return number, "", cell, wrong
    address = normalise(cell)
    if not cell.isascii():
        local, _, domain = address.rpartition("@")
        spelt = not local.isascii() or ("xn--" in domain and "xn--" not in cell.lower())
        if form.guessed and spelt:
            return number, "", cell, GUESSED
        if not local.isascii():
            return number, "", cell, NOT_PLAIN
    return number, address, cell, ""


def _beside(row: Sequence[str], form: Form) -> list[str]:
    """Addresses of a line outside its column, but for columns that the heading names as something else."""
    if len(row) < 2:
        return []
    begin = form.width if form.named else 0
    others = (place for place in range(begin, len(row)) if place != form.column and "@" in row[place])
    return [one for one in (_cell(row, place) for place in others) if fault(one) is None]


def _rows(lines: Iterator[Numbered], delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """The rows that are not blank, each with the number of its first line; a cell in quotes may go on over a few lines."""
    ahead: deque[Numbered] = deque()
    while True:
        told = ahead.popleft() if ahead else next(lines, None)
        if told is None:
            return
        number, line = told
        if not line.strip():
            continue
        if not delimiter:
            yield number, _several(line.strip())
            continue
        if line.count('"') % 2:
            ahead.extend(islice(lines, max(0, LONGEST_CELL - len(ahead))))
            row, used = _spanning(line, ahead, delimiter)
            if used:
                for _ in range(used):
                    ahead.popleft()
                yield number, row
                continue
        yield number, _read(line, delimiter)


def _spanning(line: str, ahead: Sequence[Numbered], delimiter: str) -> tuple[list[str], int]:
    """A row that goes on in the lines ahead, and over how many. None are taken in whose long cell an address might be lost."""
    reader = csv.reader([line, *(one for _, one in ahead)], delimiter=delimiter)
    try:
        row = next(reader, [])
    except csv.Error:
        return [], 0
    used = reader.line_num - 1
    quotes = line.count('"') + sum(one.count('"') for _, one in list(ahead)[:used])
    if quotes % 2 or any("@" in one and "\n" in one.strip() for one in row):
        return [], 0
    return row, used


def _several(line: str) -> list[str]:
    """A line of plain text: one address, or several when it is nothing but addresses."""
    if line.count("@") > 1:
        for between in (r"[,;|\t]+", r"[,;|\s]+"):
            parts = [one.strip() for one in re.split(between, line) if one.strip()]
            if len(parts) > 1 and all(fault(_cell([one], 0)) is None for one in parts):
                return parts
    return [line]


def _read(line: str, delimiter: str) -> list[str]:
    try:
        return cells(line.rstrip("\r\n"), delimiter)
    except csv.Error:
        return [line]


def _cell(row: Sequence[str], column: int) -> str:
    """The cell with the address; without `mailto:`, and the apostrophe that keeps spreadsheets from reading a formula."""
    cell = row[column].strip().strip("\ufeff\u200b") if column < len(row) else ""
    if cell[:7].lower() == "mailto:":
        return cell[7:]
    return cell[1:] if cell[:1] == "'" and cell[1:2] in "=+-@" and len(cell) > 1 else cell


def _text(file: BinaryIO, encoding: str) -> Iterator[Numbered]:
    """The lines of the file from its beginning. Raises BadInput where they do not fit its encoding.

    A line that is too long comes in pieces, cut between its cells: half an address would be a wrong one.
    """
    file.seek(0)
    text = io.TextIOWrapper(io.BufferedReader(_Open(file)), encoding, newline=None)
    number, rest = 1, ""
    try:
        while piece := text.readline(LONGEST_LINE):
            line, rest = rest + piece, ""
            if piece.endswith("\n"):
                yield number, line
                number += 1
            elif len(piece) == LONGEST_LINE:
                line, rest = _cut(line)
                yield number, line
            else:
                yield number, line
        if rest:
            yield number, rest
    except UnicodeError:
        raise BadInput(
            f"Line {number:,} does not fit the encoding of the file. Save it as UTF-8, then try again.",
            "file",
        ) from None


def _cut(line: str) -> tuple[str, str]:
    """A piece of a long line up to its last cell that is whole, and what comes again with the next piece."""
    last = max((line.rfind(one) for one in ",;\t| "), default=-1)
    if last < LONGEST_LINE // 2:
        return line, "…"  # one cell without end is no address, and neither is what follows of it
    return line[:last], line[last + 1 :]


class _Open(io.RawIOBase):
    """The caller's file, which stays open whatever becomes of the text around it."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def readable(self) -> bool:
        return True

    def readinto(self, into: "memoryview | bytearray") -> int:  # type: ignore[override]
        piece = self._file.read(len(into))
        into[: len(piece)] = piece
        return len(piece)


def _delimiter(lines: Sequence[str]) -> str:
    """The one that cuts most lines into the same number of cells, with an address among them."""
    best, most = "", 0
    for each in (",", ";", "\t", "|"):
        widths = [len(_read(line, each)) for line in lines]
        width = max(set(widths), key=widths.count)
        fit = widths.count(width) * width if width > 1 else 0
        if fit > most and any(
            fault(_cell([cell], 0)) is None for line in lines for cell in _read(line, each)
        ):
            best, most = each, fit
    return best


def _column(rows: Sequence[Sequence[str]]) -> tuple[int, bool]:
    """Where the addresses are: as the header says, else where most of them stand. True when a header said so."""
    told = [cell.strip().strip("\ufeff").lower() for cell in rows[0]]
    counts = [
        sum(fault(_cell(row, column)) is None for row in rows)
        for column in range(max(len(row) for row in rows))
    ]
    for name in HEADERS:
        if name in told and (counts[told.index(name)] or not any(counts)):
            return told.index(name), True
    if not any(counts):
        raise BadInput("No line of this file begins with an e-mail address. Is it the right file?", "file")
    return counts.index(max(counts)), False
