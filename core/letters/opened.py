"""A mail taken apart within bounds: every step is linear in its size, so that no mail can keep a process busy.

Limits: 25 MB, 256 KB or 1,000 lines of headers, 8 layers, 100 parts, 300 pieces, 2 MB of text and of HTML. What lies beyond is not read, and said.
Source: RFC 5322, RFC 2045–2047. Python's own parser takes minutes for mail that was made to be slow.
"""

import base64
import quopri
import re
from dataclasses import dataclass, field

from core.errors import BadInput
from core.letters.headers import Header, parameter, split_headers

MOST = 25 * 1024 * 1024
HEADERS = 256 * 1024
LAYERS = 8
PARTS = 100
PIECES = 300  # leaves and what holds them: a mail of empty containers has no leaf at all
TEXT = 2 * 1024 * 1024
_STRAY = re.compile(rb"=(?![0-9A-Fa-f]{2}|[ \t]*(?:\r?\n|\Z))")  # an = that encodes nothing
_ENDS = (b"\n\n", b"\n\r\n", b"\r\r")


@dataclass(frozen=True, slots=True)
class Part:
    """One leaf: its kind, its size as it travels, and the text when it is text."""

    kind: str  # text/html
    charset: str
    encoding: str  # 7bit | 8bit | quoted-printable | base64 …
    name: str
    size: int  # bytes, encoded
    text: str = ""
    attached: bool = False


@dataclass(slots=True)
class Opened:
    """A mail taken apart. `troubles` are keys of words.toml."""

    raw: bytes
    headers: tuple[Header, ...] = ()
    body_at: int = 0
    parts: list[Part] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)
    pieces: int = 0  # how many were looked into

    def all(self, name: str) -> list[str]:
        """Every value of a header, topmost first, unfolded, not decoded."""
        return [each.value for each in self.headers if each.name == name.lower()]

    def first(self, name: str) -> str:
        """The topmost value of a header, or nothing."""
        return next(iter(self.all(name)), "")

    def body(self, kind: str) -> Part | None:
        """The first part of this kind that is no attachment."""
        return next((part for part in self.parts if part.kind == kind and not part.attached), None)

    def trouble(self, key: str) -> None:
        if key not in self.troubles:
            self.troubles.append(key)


def open_letter(raw: bytes) -> Opened:
    """The mail taken apart. Raises BadInput when there is none, or when it is over 25 MB."""
    if len(raw) > MOST:
        raise BadInput(
            "This mail is larger than 25 MB. Save it without its attachments and try again.", "mail"
        )
    if not raw.strip():
        raise BadInput("There is nothing in it. Drop a saved mail, or paste one with its headers.", "mail")
    opened = Opened(raw)
    head, opened.body_at = _head(raw)
    opened.headers, broken, many = split_headers(head[:HEADERS])
    if not opened.headers:
        raise BadInput(
            "That does not look like a mail: it has no headers. Open “Show original” in the mail program, and copy all of it.",
            "mail",
        )
    if len(head) > HEADERS or many:
        opened.trouble("headers-huge")
    if broken:
        opened.trouble("headers-broken")
    _walk(opened, opened.headers, raw[opened.body_at :], 1)
    return opened


def _head(raw: bytes) -> tuple[bytes, int]:
    """The headers, and where the body begins. A search for plain bytes: quick also where no empty line comes."""
    found = [(at, at + len(end)) for end in _ENDS if (at := raw.find(end)) >= 0]
    if not found:
        return raw, len(raw)
    start, body = min(found)
    return raw[:start].removesuffix(b"\r"), body


def _value(headers: tuple[Header, ...], name: str, otherwise: str = "") -> str:
    return next((each.value for each in headers if each.name == name), otherwise)


def _walk(opened: Opened, headers: tuple[Header, ...], body: bytes, layer: int) -> None:
    said = _value(headers, "content-type", "text/plain")
    kind = said.partition(";")[0].strip().lower() or "text/plain"
    opened.pieces += 1
    if len(opened.parts) >= PARTS or opened.pieces > PIECES:
        opened.trouble("parts-many")
    elif kind.startswith("multipart/"):
        boundary = parameter(said, "boundary").rstrip()
        if not boundary or len(boundary) > 200:
            opened.trouble("boundary-missing")
        elif layer > LAYERS:
            opened.trouble("layers-many")
        else:
            for piece in _pieces(opened, body, boundary.encode("utf-8", "replace")):
                if opened.pieces > PIECES:
                    break
                head, at = _head(piece) if _without_break(piece) == piece else (b"", piece.index(b"\n") + 1)
                inner = split_headers(head[:HEADERS])[0]
                _walk(opened, inner, piece[at:], layer + 1)
    else:
        opened.parts.append(_leaf(opened, headers, kind, said, body))


def _pieces(opened: Opened, body: bytes, boundary: bytes) -> list[bytes]:
    """What stands between the lines of this boundary. The search is one pass."""
    marks = re.finditer(rb"(?:\A|\r?\n)--" + re.escape(boundary) + rb"(--)?[ \t]{0,80}(?=\r?\n|\Z)", body)
    pieces: list[bytes] = []
    since: int | None = None
    for mark in marks:
        if since is not None:
            pieces.append(_without_break(body[since : mark.start()]))
        since = mark.end()
        if mark.group(1) or len(pieces) > PARTS:
            return pieces
    opened.trouble("boundary-open")
    return [*pieces, _without_break(body[since:])] if since is not None else pieces


def _without_break(piece: bytes) -> bytes:
    """Without the line break behind the boundary."""
    return piece[2:] if piece.startswith(b"\r\n") else piece[1:] if piece.startswith(b"\n") else piece


def _leaf(opened: Opened, headers: tuple[Header, ...], kind: str, said: str, body: bytes) -> Part:
    encoding = _value(headers, "content-transfer-encoding", "7bit").strip().lower()[:40]
    placed = _value(headers, "content-disposition")
    name = parameter(placed, "filename") or parameter(said, "name")
    attached = placed.strip().lower().startswith("attachment") or (
        bool(name) and not kind.startswith("text/")
    )
    charset = parameter(said, "charset").strip().lower()[:40]
    text = ""
    if kind in ("text/plain", "text/html") and not attached:
        if len(body) > TEXT:
            opened.trouble("text-huge")
        text = _text(opened, body[:TEXT], encoding, charset)
    return Part(kind[:80], charset, encoding, name[:200], len(body), text, attached)


def _text(opened: Opened, body: bytes, encoding: str, charset: str) -> str:
    if encoding == "quoted-printable":
        if _STRAY.search(body):
            opened.trouble("encoding-broken")
        body = quopri.decodestring(body)
    elif encoding == "base64":
        said, kept = re.sub(rb"[\s=]", b"", body), re.sub(rb"[^A-Za-z0-9+/]", b"", body)
        if len(said) != len(kept) or (len(kept) % 4 == 1 and len(body) < TEXT):
            opened.trouble("encoding-broken")
        body = base64.b64decode(kept[: len(kept) // 4 * 4] + _rest(kept))
    try:
        return body.decode(charset or "utf-8")
    except (LookupError, TypeError):
        opened.trouble("charset-unknown")
    except (UnicodeDecodeError, ValueError):
        opened.trouble("charset-wrong")
    return body.decode("utf-8", "replace")


def _rest(kept: bytes) -> bytes:
    """The last one to three letters, filled up."""
    left = len(kept) % 4
    return kept[-left:] + b"=" * (4 - left) if left > 1 else b""
