"""A file of addresses, in whatever form it comes: its encoding, its delimiter, its header, and the cell that holds the address.

Takes CSV and plain text in UTF-8, UTF-16, UTF-32 and Western single-byte letters, with any line ends. Pure but for
reading the file, and never more of it in memory than one line.
"""

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from core.errors import BadInput
from core.events.address import normalise
from core.lists.address import fault

LONGEST_LINE = 20_000  # characters
SAMPLE = 64 * 1024  # bytes
PEEK = 100  # lines that delimiter and column are guessed from
HEADERS = ("email", "e-mail", "mail", "address", "recipient", "emailaddress", "email address", "e-mail address",
           "email_address", "email addresses", "mailadresse", "e-mail-adresse", "adresse e-mail", "courriel", "correo")  # fmt: skip
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip
_OTHER_FILES = ((b"PK\x03\x04", "a spreadsheet or a zip file"), (b"\xd0\xcf\x11\xe0", "an old spreadsheet"),
                (b"%PDF", "a PDF"), (b"\x1f\x8b", "a packed file"), (b"SQLite format 3", "a database"))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Form:
    """How a file is to be read. `column` counts from 0; `delimiter` "" is one address a line."""

    encoding: str
    delimiter: str
    column: int
    header: bool


def form_of(file: BinaryIO) -> Form:
    """Look at a file. Raises BadInput when it is no list of addresses at all."""
    encoding = _encoding(file)
    first: list[str] = []
    for line in _text(file, encoding):
        first.append(line.rstrip("\r\n"))
        if len(first) == PEEK:
            break
    if not any(line.strip() for line in first):
        raise BadInput("The file is empty. Choose one with an address on each line.", "file")
    delimiter = _delimiter(first)
    rows = [cells(line, delimiter) for line in first if line.strip()]
    column, named = _column(rows)
    return Form(encoding, delimiter, column, named or fault(_cell(rows[0], column)) is not None)


def cells(line: str, delimiter: str) -> list[str]:
    """One line's cells."""
    if not delimiter:
        return [line]
    return next(csv.reader([line], delimiter=delimiter), [])


def addresses(file: BinaryIO, form: Form) -> Iterator[tuple[int, str, str]]:
    """Every line that is not blank: its number from 1, its address (normalised; "" when there is none), the cell as it stands."""
    begun = not form.header
    for number, line in enumerate(_text(file, form.encoding), 1):
        if not line.strip():
            continue
        if not begun:
            begun = True
            continue
        cell = _cell(_read(line, form.delimiter), form.column)
        yield number, "" if fault(cell) else normalise(cell), cell


def _read(line: str, delimiter: str) -> list[str]:
    try:
        return cells(line.rstrip("\r\n"), delimiter)
    except csv.Error:
        return [line]


def _cell(row: Sequence[str], column: int) -> str:
    """The cell with the address; without the apostrophe that keeps spreadsheets from reading it as a formula."""
    cell = row[column].strip().strip("\ufeff\u200b") if column < len(row) else ""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in "=+-@" and len(cell) > 1 else cell


def _text(file: BinaryIO, encoding: str) -> Iterator[str]:
    """The lines of the file from its beginning. Raises BadInput where they do not fit its encoding."""
    file.seek(0)
    text = io.TextIOWrapper(io.BufferedReader(_Open(file)), encoding, newline=None)
    number = 0
    try:
        while line := text.readline(LONGEST_LINE):
            number += 1
            yield line
    except UnicodeError:
        raise BadInput(
            f"Line {number + 1:,} does not fit the encoding of the file. Save it as UTF-8, then try again.",
            "file",
        ) from None


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


def _encoding(file: BinaryIO) -> str:
    file.seek(0)
    sample = file.read(SAMPLE)
    for begin, what in _OTHER_FILES:
        if sample.startswith(begin):
            raise BadInput(
                f"This is {what}. Save the list as CSV or plain text, then choose that file.", "file"
            )
    for mark, name in _MARKS:
        if sample.startswith(mark):
            return name
    if b"\x00" in sample:
        return _without_mark(sample)
    return "utf-8" if _is_utf8(file) else "latin-1"


def _without_mark(sample: bytes) -> str:
    """UTF-16 that does not say so: in plain letters every second byte is nothing."""
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if odd > len(sample) // 4 > even * 2:
        return "utf-16-le"
    if even > len(sample) // 4 > odd * 2:
        return "utf-16-be"
    raise BadInput("This is no text file. Save the list as CSV or plain text, then choose that file.", "file")


def _is_utf8(file: BinaryIO) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    file.seek(0)
    try:
        while piece := file.read(SAMPLE):
            decoder.decode(piece)
        decoder.decode(b"", True)
    except UnicodeError:
        return False
    return True


def _delimiter(lines: Sequence[str]) -> str:
    """The one that cuts most lines into the same number of cells, with an address among them."""
    best, most = "", 0
    for each in (",", ";", "\t", "|"):
        widths = [len(_read(line, each)) for line in lines if line.strip()]
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
