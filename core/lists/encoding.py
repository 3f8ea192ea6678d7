"""Which letters a file is written in: known by its marks and its bytes, else guessed, and then said to be a guess."""

import codecs
from typing import BinaryIO

from core.errors import BadInput

SAMPLE = 64 * 1024  # bytes
GUESS = "cp1252"  # most single-byte files are; nothing that depends on the guess is imported
UNICODE = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be")
# What can be chosen, each with the words people know it by. All of them read plain letters alike.
CHOICES = {
    "utf-8": "UTF-8", "cp1252": "Western (Windows-1252)", "latin-1": "Western (ISO 8859-1)", "iso8859-15": "Western with € (ISO 8859-15)",
    "mac-roman": "Western (old Mac)", "cp1250": "Central European (Windows-1250)", "iso8859-2": "Central European (ISO 8859-2)",
    "cp1257": "Baltic (Windows-1257)", "cp1251": "Cyrillic (Windows-1251)", "koi8-r": "Cyrillic (KOI8-R)", "koi8-u": "Ukrainian (KOI8-U)",
    "cp866": "Cyrillic (DOS)", "cp1253": "Greek (Windows-1253)", "cp1254": "Turkish (Windows-1254)", "cp1255": "Hebrew (Windows-1255)",
    "cp1256": "Arabic (Windows-1256)", "cp874": "Thai (Windows-874)", "cp932": "Japanese (Shift JIS)", "euc-jp": "Japanese (EUC)",
    "gb18030": "Chinese (GB 18030)", "big5": "Chinese (Big5)", "cp949": "Korean (Windows-949)",
    "utf-16-le": "UTF-16, little end first", "utf-16-be": "UTF-16, big end first",
    "utf-32-le": "UTF-32, little end first", "utf-32-be": "UTF-32, big end first",
}  # fmt: skip
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip
_OTHER_FILES = ((b"PK\x03\x04", "a spreadsheet or a zip file"), (b"\xd0\xcf\x11\xe0", "an old spreadsheet"),
                (b"%PDF", "a PDF"), (b"\x1f\x8b", "a packed file"), (b"SQLite format 3", "a database"))  # fmt: skip


def encoding_of(file: BinaryIO) -> str:
    """The encoding by marks and bytes, GUESS when only a person can know. Raises BadInput when it is no text."""
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
    if _is(file, "utf-8"):
        return "utf-8"
    return GUESS if _is(file, GUESS) else "latin-1"


def named(encoding: str) -> str:
    """An encoding in words."""
    return CHOICES.get(encoding) or encoding.upper().removesuffix("-SIG")


def _without_mark(sample: bytes) -> str:
    """UTF-16 or UTF-32 that does not say so: in plain letters every second byte, or three in four, are nothing."""
    first, second, third, fourth = (sample[place::4].count(0) for place in range(4))
    most = len(sample) // 4
    if third == fourth == most and not first:
        return "utf-32-le"
    if first == second == most and not fourth:
        return "utf-32-be"
    even, odd = first + third, second + fourth
    if odd > most > even * 2:
        return "utf-16-le"
    if even > most > odd * 2:
        return "utf-16-be"
    raise BadInput("This is no text file. Save the list as CSV or plain text, then choose that file.", "file")


def _is(file: BinaryIO, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    file.seek(0)
    try:
        while piece := file.read(SAMPLE):
            decoder.decode(piece)
        decoder.decode(b"", True)
    except UnicodeError:
        return False
    return True
