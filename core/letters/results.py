"""What a receiver wrote down about a mail: Authentication-Results, Received-SPF, ARC. Source: RFC 8601, RFC 7208 §9.1, RFC 8617."""

import re
from dataclasses import dataclass

from core.letters.headers import domain_of
from core.letters.opened import Opened

_COMMENT = re.compile(r"\([^()]*\)")
_RESULT = re.compile(r"([a-z][a-z0-9_.-]*)\s*(?:/\s*\d+\s*)?=\s*([a-z]+)", re.I)
_PROPERTY = re.compile(r"([a-z]+\.[a-z0-9_-]+|reason|action)\s*=\s*(\"[^\"]*\"|[^\s;]+)", re.I)


@dataclass(frozen=True, slots=True)
class Result:
    """One method's outcome, as the receiver says it."""

    method: str  # spf | dkim | dmarc | arc | compauth …
    result: str  # pass | fail | softfail | none | neutral | temperror | permerror …
    domain: str = ""  # whom it is about
    note: str = ""  # the receiver's own remark


@dataclass(frozen=True, slots=True)
class Told:
    """What the topmost verdict says. Those below it may have been written by anybody, the sender included."""

    by: str
    results: tuple[Result, ...]

    def of(self, method: str) -> list[Result]:
        return [each for each in self.results if each.method == method]


def told(opened: Opened) -> Told | None:
    """The receiver's own verdict, or None when it wrote none."""
    values = opened.all("authentication-results")
    spf = opened.first("received-spf")
    if not values and not spf:
        return None
    by, results = _read(values[0]) if values else ("", [])
    if spf and not any(each.method == "spf" for each in results):
        results = [*results, _received_spf(opened, spf)]
    return Told(by, tuple(results))


def _read(value: str) -> tuple[str, list[Result]]:
    notes, pieces = _pieces(value[:8000])
    by = ""
    results = []
    for number, piece in enumerate(pieces[:60]):
        found = _RESULT.match(piece.strip())
        if found is None:
            if number == 0:
                by = piece.strip().split(" ")[0][:200]
            continue
        facts = {name.lower(): text.strip('"') for name, text in _PROPERTY.findall(piece)}
        about = next((facts[name] for name in _WHOM if name in facts), "")
        results.append(
            Result(found[1].lower(), found[2].lower(), domain_of(about) if about else "", notes[number])
        )
    return by, results


_WHOM = ("header.d", "header.i", "smtp.mailfrom", "smtp.mfrom", "smtp.mail", "header.from", "smtp.helo")


def _pieces(value: str) -> tuple[list[str], list[str]]:
    """The parts between semicolons, their comments apart."""
    kept: list[str] = []

    def away(found: re.Match[str]) -> str:
        kept.append(found[0][1:-1])
        return f" \x00{len(kept) - 1}\x00 "

    for _ in range(4):  # comments inside comments
        value, before = _COMMENT.sub(away, value), value
        if value == before:
            break
    pieces = value.split(";")
    notes = [next((kept[int(n)] for n in re.findall("\x00(\\d+)\x00", piece)), "") for piece in pieces]
    notes = [re.sub("\x00\\d+\x00", "", note).strip()[:160] for note in notes]
    return notes, [re.sub(" ?\x00\\d+\x00 ?", " ", piece) for piece in pieces]


def _received_spf(opened: Opened, value: str) -> Result:
    result = value.split(" ")[0].strip().lower()[:20]
    sender = re.search(r"envelope-from=\"?<?([^\s\";>]+)", value[:4000], re.I)
    from_path = sender[1] if sender else opened.first("return-path")
    return Result("spf", result, domain_of(from_path))
