"""One call for the page: a mail taken apart, linted and, when it arrived somewhere, judged."""

from dataclasses import dataclass

from core.dns.way import SYSTEM, Way
from core.letters.clean import IN_TIME
from core.letters.headers import decoded
from core.letters.lint import lint
from core.letters.opened import Opened, open_letter
from core.letters.point import Point, point
from core.letters.preview import look
from core.letters.timebox import TimeBox, timebox
from core.letters.verdict import Verdict, judge
from core.safe_text import safe_text

# Only mail to many people has these: a list's, a newsletter's, and what Amazon adds to all that it sends.
BULK = ("list-id", "list-unsubscribe", "precedence", "feedback-id", "x-campaign", "x-csa-complaints")


@dataclass(frozen=True, slots=True)
class Examined:
    """What is known about one mail. The mail itself is not in it, so that no page can keep it."""

    subject: str
    look: str  # harmless HTML for the previews, "" = it could not be made
    points: tuple[Point, ...]
    verdict: Verdict | None = None  # None: it was not sent yet


def before(raw: bytes, own: str = "", bulk: bool = True, box: TimeBox | None = None) -> Examined:
    """A mail that is about to be sent. Raises BadInput."""
    return _examined(open_letter(raw), own, bulk, box or timebox())


def after(raw: bytes, pasted: bool = False, way: Way = SYSTEM, box: TimeBox | None = None) -> Examined:
    """A mail that arrived. Asks DNS, and ends in under 15 seconds. Raises BadInput when it is no mail or over 25 MB."""
    box = box or timebox()
    opened = open_letter(raw)
    seen = _examined(opened, "", any(map(opened.first, BULK)), box)
    return Examined(seen.subject, seen.look, seen.points, judge(opened, pasted, way, box))


def _examined(opened: Opened, own: str, bulk: bool, box: TimeBox) -> Examined:
    points = lint(opened, own, bulk, box)
    shown = look(opened, box.left(IN_TIME))
    if shown is None:
        points.append(point("look-late"))
    return Examined(safe_text(decoded(opened.first("subject")), 160), shown or "", tuple(points))
