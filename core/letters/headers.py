"""The header lines of a mail: unfolded, decoded for people, parameters read. Nothing here raises."""

import re
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses

LINES = 1000
LONGEST = 20_000  # characters of one header's value
_NAME = re.compile(r"[!-9;-~]{1,100}")


@dataclass(frozen=True, slots=True)
class Header:
    """One header: its name in small letters, and its value on one line as it travelled."""

    name: str
    value: str


def split_headers(head: bytes) -> tuple[tuple[Header, ...], bool, bool]:
    """The headers in order, whether lines among them were none, and whether there were too many to read."""
    found: list[tuple[str, list[str]]] = []
    broken = False
    for line in re.split(r"\r\n|\n|\r", head.decode("utf-8", "surrogateescape")):
        if line[:1] in (" ", "\t") and found:
            found[-1][1].append(line.strip())
            continue
        name, colon, value = line.partition(":")
        if len(found) >= LINES:
            return _joined(found), broken, True
        if colon and _NAME.fullmatch(name.rstrip()):
            found.append((name.rstrip().lower(), [value.strip()]))
        elif line.strip() and not line.startswith("From "):  # a mailbox file's own line
            broken = True
    return _joined(found), broken, False


def _joined(found: list[tuple[str, list[str]]]) -> tuple[Header, ...]:
    return tuple(Header(name, " ".join(lines)[:LONGEST].strip()) for name, lines in found)


def decoded(value: str) -> str:
    """A header's text as people see it."""
    try:
        pieces = decode_header(value[:LONGEST])
    except (HeaderParseError, ValueError):
        return readable(value)
    out = []
    for piece, charset in pieces:
        if isinstance(piece, str):
            out.append(piece)
            continue
        try:
            out.append(piece.decode(charset or "utf-8", "replace"))
        except (LookupError, ValueError):
            out.append(piece.decode("utf-8", "replace"))
    return readable("".join(out))


def readable(text: str) -> str:
    """Without the halves of bytes that were no text."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def parameter(value: str, name: str) -> str:
    """A parameter of a Content-Type or Content-Disposition, or nothing."""
    message = Message()
    message["content-type"] = readable(value[:4000]).replace("\n", " ").replace("\r", " ")
    try:
        found = message.get_param(name, "", unquote=True)
    except (ValueError, IndexError, LookupError):
        return ""
    return str(found[2]) if isinstance(found, tuple) else str(found or "")


def addresses(value: str) -> list[tuple[str, str]]:
    """Names and bare addresses in a header, at most a hundred."""
    try:
        found = getaddresses([readable(value[:4000])])
    except (ValueError, IndexError, RecursionError):
        return []
    return [(decoded(name), bare.strip()) for name, bare in found if "@" in bare][:100]


def domain_of(address: str) -> str:
    """What stands behind the @, in small letters."""
    return address.rpartition("@")[2].strip("<> \t.").lower()
