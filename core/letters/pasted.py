"""A mail as people paste it: the raw text, also with the rows that Gmail's “Show original” page has above it."""

import re

_FIRST = re.compile(
    r"^(?:Delivered-To|Return-Path|Received|Authentication-Results|ARC-[A-Za-z-]+|DKIM-Signature|MIME-Version|X-[A-Za-z0-9-]+|From|Date|Message-ID|Subject|To): ?\S",
    re.I | re.M,
)
_ROW = re.compile(
    r"^(?:Original message|Message ID|Created (?:at|on)|From|To|Subject|SPF|DKIM|DMARC)\b[: \t].*$", re.I
)
ROWS = re.compile(r"^\s*(?:Original message\s*$|Message ID\s*\S)", re.I | re.M)


def from_paste(text: str) -> bytes:
    """The mail's bytes. Blanks and line ends may have changed on the way: a paste proves less than a file."""
    text = text.replace("\r\n", "\n").lstrip("\ufeff\n ")
    rows = ROWS.search(text[:300])
    if rows is not None:
        text = _without_rows(text)
    return text.replace("\n", "\r\n").encode("utf-8", "surrogatepass")


def _without_rows(text: str) -> str:
    """From the first header of the mail itself: the page's own rows end at a blank line or at a trace header."""
    lines = text.split("\n")
    for number, line in enumerate(lines[:60]):
        if _FIRST.match(line) and not _ROW.match(line):
            return "\n".join(lines[number:])
    return text
