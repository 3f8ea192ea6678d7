"""What in a mail breaks, is cut off, or looks like spam, before it is sent. Every check is a few lines of bytes or text."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator

from core.connect.subject import LONG
from core.dns.domain import aligned
from core.letters.headers import addresses, decoded, domain_of, readable
from core.letters.lines import longest
from core.letters.links import Found, find
from core.letters.opened import Opened
from core.letters.point import Point, point
from core.letters.timebox import TimeBox, timebox

CLIP = 102  # KB of HTML that Gmail shows; known from practice, nowhere promised
NEARLY = 85
LARGE = 10  # MB
IN_TIME = 5.0  # seconds for all of it
_FREE = (
    "gmail.com googlemail.com yahoo.com yahoo.co.uk ymail.com aol.com outlook.com hotmail.com live.com msn.com icloud.com me.com mac.com "
    "gmx.de gmx.net web.de mail.ru yandex.ru proton.me protonmail.com"
)
FREE = frozenset(_FREE.split())
_RISKY = "ade adp app bat chm cmd com cpl exe hta inf ins iso jar js jse lnk msc msi msp mst pif ps1 reg scr sct sys vb vbe vbs vxd wsc wsf wsh"
RISKY = frozenset(_RISKY.split())


def lint(opened: Opened, own: str = "", bulk: bool = True, box: TimeBox | None = None) -> list[Point]:
    """Everything noticed, worst first. `own` is the domain the connection sends for; a mail to one person is not bulk.

    What the time did not suffice for is said so.
    """
    box = box or timebox(IN_TIME)
    points = [point(each) for each in opened.troubles]
    checks: list[Callable[[], Iterable[Point]]] = [
        lambda: _subject(opened),
        lambda: _sender(opened, own),
        lambda: _weight(opened),
        lambda: _travel(opened),
        lambda: _content(opened),
    ]
    if bulk:
        checks.append(lambda: [_unsubscribe(opened)])
    for done, check in enumerate(checks):
        if box.left() <= 0:
            points.append(point("lint-late", count=len(checks) - done))
            break
        points += check()
    order = {"fail": 0, "warn": 1, "unknown": 2, "ok": 3}
    return sorted(points, key=lambda each: order[each.state])


def _subject(opened: Opened) -> Iterator[Point]:
    raw = opened.first("subject")
    text = decoded(raw)
    if not text.strip():
        yield point("subject-missing")
        return
    wrong = []
    if re.search(r"[\r\n\v\f\x85\u2028\u2029]", text):
        wrong.append(point("subject-breaks"))
    if re.search(r"[^\S\r\n]{2,}|\t", text) or text != text.strip():
        wrong.append(point("subject-blanks"))
    if any(
        unicodedata.category(c) in ("Cf", "Cc", "Co") and c not in "\u200c\u200d\r\n\t\v\f\x85" for c in text
    ):
        wrong.append(point("subject-hidden"))
    if not readable(raw).isascii():
        wrong.append(point("subject-raw"))
    if len(text) > LONG:
        wrong.append(point("subject-long", count=len(text)))
    yield from wrong
    if not wrong:
        coded = ", encoded for the road" if "=?" in raw else ""
        yield point("subject-good", count=len(text), bytes=len(raw.encode("utf-8", "replace")), encoded=coded)


def _sender(opened: Opened, own: str) -> Iterator[Point]:
    values = opened.all("from")
    found = [each for value in values for each in addresses(value)]
    if not found or not domain_of(found[0][1]):
        yield point("from-missing")
        return
    domain = domain_of(found[0][1])
    shown = addresses(found[0][0].strip("\"' "))
    if len(values) > 1 or len(found) > 1:
        yield point("from-many")
    elif shown and not aligned(domain_of(shown[0][1]), domain):
        yield point("from-shown", shown=domain_of(shown[0][1]), domain=domain)
    elif domain in FREE and own:
        yield point("from-free", domain=domain)
    elif own and not aligned(domain, own):
        yield point("from-other", domain=domain, own=own)
    else:
        yield point("from-good", domain=domain)
    if not opened.first("date"):
        yield point("date-missing")


def _travel(opened: Opened) -> Iterator[Point]:
    body = opened.raw[opened.body_at :]
    announced = any(part.encoding in ("8bit", "binary") for part in opened.parts)
    wrong = []
    if count := longest(opened.raw):
        wrong.append(point("line-long", count=f"{count:,}"))
    if not body.isascii() and not announced:
        wrong.append(point("eight-bit"))
    for part in opened.parts:
        if part.kind.startswith("text/") and not part.charset and not part.text.isascii():
            wrong.append(point("charset-missing", kind=part.kind))
            break
    yield from wrong
    if not wrong:
        yield point("travel-good")


def _content(opened: Opened) -> Iterator[Point]:
    found = find(html.text) if (html := opened.body("text/html")) else Found()
    yield from _body(opened, found)
    yield from _html(opened, found)


def _body(opened: Opened, found: Found) -> Iterator[Point]:
    text, html = opened.body("text/plain"), opened.body("text/html")
    has_text = text is not None and bool(text.text.strip())
    if not has_text and (html is None or not (found.words or found.images)):
        yield point("text-empty")
    elif not has_text:
        yield point("text-missing")
    elif html is not None:
        yield point("text-good")


def _html(opened: Opened, found: Found) -> Iterator[Point]:
    html = opened.body("text/html")
    if html is None:
        return
    size = len(html.text.encode("utf-8", "replace")) / 1024
    key = "clipped" if size > CLIP else "clipped-nearly" if size > NEARLY else "clip-good"
    yield point(key, size=f"{size:.0f}" if size >= 1 else "under 1")
    wrong = []
    if plain := [each for each in found.links if each.lower().startswith("http:")]:
        wrong.append(point("links-plain", *plain[:3], count=len(plain)))
    if plain := [each for each in found.images if each.lower().startswith("http:")]:
        wrong.append(point("images-plain", *plain[:3], count=len(plain)))
    if found.mute:
        wrong.append(point("images-mute", count=found.mute))
    if found.active:
        wrong.append(point("active"))
    for shown, leads in found.disguised:
        if not aligned(shown, leads):
            wrong.append(point("links-hidden", shown=shown, leads=leads))
            break
    yield from wrong
    if not wrong and (found.links or found.images):
        yield point("links-good", count=len(found.links) + len(found.images))


def _unsubscribe(opened: Opened) -> Point:
    where = opened.first("list-unsubscribe")
    post = "".join(opened.first("list-unsubscribe-post").split()).lower()
    if not where:
        return point("unsubscribe-missing")
    one = "<https://" in where.lower().replace(" ", "") and post == "list-unsubscribe=one-click"
    return point("unsubscribe-good" if one else "unsubscribe-many")


def _weight(opened: Opened) -> Iterator[Point]:
    for part in opened.parts:
        if part.name.rpartition(".")[2].strip().lower() in RISKY and "." in part.name:
            yield point("attachment-risky", name=part.name)
            break
    if (size := len(opened.raw) / 1024**2) > LARGE:
        yield point("size-large", size=f"{size:.0f}")
