"""The subject of a mail: what breaks it on the way is repaired, and what may surprise is said.

Repaired: line breaks (a header of their own, to a mail server), control characters, characters that turn text around,
runs of blanks and blanks at the ends (mail servers fold there). Said: longer than 78 characters, and how a long
subject in another script travels.
"""

import re
import unicodedata
from dataclasses import dataclass

from core.errors import BadInput

LONG = 78
LIMIT = 700  # characters; a header line may have 998 octets
_BREAKS = re.compile(r"[\r\n\v\f\x85\u2028\u2029]+")
_TURNERS = re.compile(r"[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_BLANKS = re.compile(r"[^\S\r\n]{2,}|[\t\u00a0\u2000-\u200a\u202f\u205f\u3000]")


@dataclass(frozen=True, slots=True)
class Subject:
    """A subject as it will go out, and what was changed or should be known, each as a sentence."""

    text: str
    repairs: tuple[str, ...] = ()
    advice: tuple[str, ...] = ()


def repair_subject(text: str) -> Subject:
    """The subject with line breaks, control characters and runs of blanks repaired. Raises BadInput when empty or too long."""
    repairs: list[str] = []
    for mend, sentence in _MENDS:
        mended = mend(text)
        if mended != text:
            repairs.append(sentence)
            text = mended
    if not text:
        raise BadInput("Write a subject. Mail without one often ends as spam.", "subject")
    if len(text) > LIMIT:
        raise BadInput(f"The subject has {len(text)} characters. Keep it under {LIMIT}.", "subject")
    return Subject(text, tuple(repairs), _advice(text))


def one_line(text: str) -> str:
    """Any short header text, mended the same way; empty stays empty."""
    for mend, _ in _MENDS:
        text = mend(text)
    return text


def _without_controls(text: str) -> str:
    return "".join(c for c in text if c == "\t" or unicodedata.category(c) not in ("Cc", "Cs", "Co", "Cn"))


_MENDS = (
    (
        lambda text: _BREAKS.sub(" ", text),
        "Line breaks became blanks: they would have broken the mail's header.",
    ),
    (lambda text: _without_controls(text), "Invisible control characters were taken out."),
    (lambda text: _TURNERS.sub("", text), "Characters that reverse the direction of text were taken out."),
    (lambda text: _BLANKS.sub(" ", text), "Runs of blanks became one: mail servers break lines there."),
    (lambda text: text.strip(), "Blanks at the beginning or end were taken off."),
)


def _advice(text: str) -> tuple[str, ...]:
    said = []
    if len(text) > LONG:
        said.append(
            f"The subject has {len(text)} characters. Most mail programs show about 50, phones fewer."
        )
    if not text.isascii() and len(text.encode()) * 4 // 3 > 60:
        said.append("It travels encoded and in pieces; every mail program puts it together again.")
    return tuple(said)
