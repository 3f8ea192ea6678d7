"""Links, images and what does not belong into HTML mail, found in one pass. Never shown, only counted and compared."""

import re
from contextlib import suppress
from dataclasses import dataclass, field
from html.parser import HTMLParser

MOST = 5000
LONGEST = 200_000  # characters that are read: twice what Gmail shows
_SHOWN = re.compile(r"(?:https?://)?((?:[a-z0-9-]+\.)+[a-z]{2,24})(?:[/:?#]\S*)?", re.I)
_HOST = re.compile(r"https?://(?:[^/?#@]*@)?([^/:?#]+)", re.I)
ACTIVE = frozenset(
    {"script", "form", "iframe", "object", "embed", "input", "button", "applet", "video", "audio"}
)


@dataclass(slots=True)
class Found:
    """What the HTML holds."""

    links: list[str] = field(default_factory=list)
    images: list[str] = field(default_factory=list)
    mute: int = 0  # images without alternative text
    active: int = 0
    disguised: list[tuple[str, str]] = field(default_factory=list)  # shown host, host it leads to
    words: int = 0


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found = Found()
        self._leads = ""
        self._said: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        facts = {name: value or "" for name, value in attrs[:60]}
        if tag in ACTIVE:
            self.found.active += 1
        if tag in ("style", "script", "title"):
            self._silent += 1
        if tag == "a" and len(self.found.links) < MOST:
            self._leads, self._said = facts.get("href", "").strip(), []
            self.found.links.append(self._leads[:2000])
        if tag == "img" and len(self.found.images) < MOST:
            self.found.images.append(facts.get("src", "").strip()[:2000])
            self.found.mute += "alt" not in facts

    def handle_endtag(self, tag: str) -> None:
        if tag in ("style", "script", "title"):
            self._silent = max(0, self._silent - 1)
        if tag == "a" and self._leads:
            shown, leads = (
                _SHOWN.fullmatch("".join(self._said).strip()[:300]),
                _HOST.match(self._leads[:2000]),
            )
            if shown and leads and len(self.found.disguised) < 20:
                self.found.disguised.append((shown[1].lower(), leads[1].lower()))
            self._leads = ""

    def handle_data(self, data: str) -> None:
        if self._leads and len(self._said) < 20:
            self._said.append(data[:300])
        if not self._silent:
            self.found.words += bool(data.strip())


def find(html: str) -> Found:
    """Everything of that kind in this HTML. Broken HTML is read as far as it can be."""
    reader = _Reader()
    with suppress(AssertionError, ValueError, RecursionError):
        reader.feed(html[:LONGEST])
    return reader.found
