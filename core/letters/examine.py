"""One call for the page: a mail taken apart, linted and, when it arrived somewhere, judged."""

from dataclasses import dataclass

from core.dns.way import SYSTEM, Way
from core.letters.headers import decoded
from core.letters.lint import lint
from core.letters.opened import Opened, open_letter
from core.letters.point import Point
from core.letters.verdict import Verdict, judge
from core.safe_text import safe_text


@dataclass(frozen=True, slots=True)
class Examined:
    """What is known about one mail."""

    opened: Opened
    subject: str
    points: tuple[Point, ...]
    verdict: Verdict | None = None  # None: it was not sent yet


def before(raw: bytes, own: str = "", bulk: bool = True) -> Examined:
    """A mail that is about to be sent. Raises BadInput."""
    opened = open_letter(raw)
    return Examined(opened, _subject(opened), tuple(lint(opened, own, bulk)))


def after(raw: bytes, pasted: bool = False, way: Way = SYSTEM) -> Examined:
    """A mail that arrived. Asks DNS. Raises BadInput when it is no mail or over 25 MB."""
    opened = open_letter(raw)
    return Examined(opened, _subject(opened), tuple(lint(opened)), judge(opened, pasted, way))


def _subject(opened: Opened) -> str:
    return safe_text(decoded(opened.first("subject")), 160)
