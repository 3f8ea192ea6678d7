"""What the receiver wrote into the mail, explained, and held against what can be verified today."""

import re

from core.dns.domain import aligned
from core.letters.headers import decoded
from core.letters.opened import Opened
from core.letters.point import Point, point
from core.letters.results import Told
from core.letters.signatures import FAILED, PASSED, UNKNOWN, Signature

_NAMED = ("dmarc", "dkim", "spf", "arc", "compauth")
_BAD = ("fail", "softfail", "permerror", "policy")
_INSTANCE, _CHAIN = re.compile(r"\bi\s*=\s*(\d{1,3})", re.I), re.compile(r"\bcv\s*=\s*([a-z]+)", re.I)


def receiver(opened: Opened, said: Told | None, signatures: list[Signature] | None = None) -> list[Point]:
    """The receiver's verdict, the forwarders' and the filters'."""
    points = []
    if said is None or not said.results:
        points.append(point("told-nothing"))
    else:
        points.append(_agreed(said))
        points += _differs(said, signatures or [])
    if chain := opened.all("arc-seal"):
        points.append(point("arc-passed" if _whole(chain) else "arc-failed", count=len(chain)))
    marked = decoded(opened.first("x-spam-status"))
    if re.match(r"yes\b", marked, re.I) or re.match(r"yes\b", opened.first("x-spam-flag"), re.I):
        points.append(point("spam-marked", header="X-Spam-Status", said=marked or "YES"))
    return points


def _agreed(said: Told) -> Point:
    words = [f"{each.method} {each.result}" for each in said.results if each.method in _NAMED]
    result = ", ".join(dict.fromkeys(words)) or "no more than that it looked"
    judged = said.of("dmarc") or said.of("dkim") or said.of("spf")
    good = any(each.result == "pass" for each in judged)
    bad = any(each.result in _BAD for each in judged)
    key = "told-passed" if good else "told-failed" if bad else "told-unsure"
    notes = [f"{each.method}: {each.note}" for each in said.results if each.note][:4]
    return point(key, *notes, result=result, by=said.by or "The receiver")


def _differs(said: Told, signatures: list[Signature]) -> list[Point]:
    """Where the receiver verified a signature that does not verify here: its key is gone, or the mail was changed since."""
    if any(each.state == PASSED for each in signatures):
        return []
    passed = [each.domain for each in said.of("dkim") if each.result == "pass"]
    same = [each for each in signatures if any(aligned(each.domain, domain) for domain in passed)]
    by = said.by or "The receiver"
    if any(each.state == UNKNOWN for each in same):
        return [point("told-differs", by=by)]
    return [point("told-changed", by=by)] if any(each.state == FAILED for each in same) else []


def _whole(chain: list[str]) -> bool:
    """Whether the seals are numbered without a gap, and none says that the chain broke (RFC 8617 §5.2)."""
    seals: dict[int, str] = {}
    for each in chain:
        number, found = _INSTANCE.search(each[:2000]), _CHAIN.search(each[:4000])
        if number is None or found is None or int(number[1]) in seals:
            return False
        seals[int(number[1])] = found[1].lower()
    wanted = {number: "none" if number == 1 else "pass" for number in range(1, len(chain) + 1)}
    return seals == wanted
