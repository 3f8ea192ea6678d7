"""Header text in the 7 bits that mail headers have. Source: RFC 2047 (encoded words of at most 75 characters)."""

import base64
import re

FOLD = "\r\n "  # between words in a message; the API takes them on one line
_PIECE = 45  # octets, so that an encoded word stays under 75 characters
_ATOMS = re.compile(r"[A-Za-z0-9 !#$%&'*+/=?^_`{|}~-]*")
_ROOM = 60  # plain text beyond this is folded too: a header line may not grow without end


def encoded(text: str, between: str = " ") -> str:
    """The text as it may stand in a header: itself when it is short and plain, else encoded words."""
    if text.isascii() and text.isprintable() and "=?" not in text and len(text) <= _ROOM:
        return text
    return between.join(f"=?utf-8?b?{base64.b64encode(piece).decode()}?=" for piece in _pieces(text))


def mailbox(display_name: str, bare: str, between: str = " ") -> str:
    """A From value: the name quoted or encoded where it must be, then the address."""
    if not display_name:
        return bare
    if (
        display_name.isascii()
        and display_name.isprintable()
        and len(display_name) <= _ROOM
        and "=?" not in display_name
    ):
        quoted = display_name.replace("\\", "\\\\").replace('"', '\\"')
        name = display_name if _ATOMS.fullmatch(display_name) else f'"{quoted}"'
    else:
        name = encoded(display_name, between)
    return f"{name}{between if len(name) > _ROOM else ' '}<{bare}>"


def _pieces(text: str) -> list[bytes]:
    """UTF-8 in pieces that never cut a character in two: mail programs decode each word by itself."""
    pieces, piece = [], b""
    for character in text:
        octets = character.encode()
        if len(piece) + len(octets) > _PIECE:
            pieces.append(piece)
            piece = b""
        piece += octets
    return [*pieces, piece]
