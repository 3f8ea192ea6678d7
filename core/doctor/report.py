"""A round as text to copy: for a colleague, or for whoever helps. No secret and no address is in it."""

import re
from collections.abc import Iterable

from core.diagnosis.explain import scrub
from core.doctor.groups import GROUPS
from core.doctor.line import Line
from core.redaction import without_addresses
from core.safe_text import safe_text

MARKS = {
    "ok": "ok  ", "warn": "LOOK", "fail": "FAIL", "unknown": "?   ", "skipped": "-   ", "waiting": "... ", "running": "... ",
}  # fmt: skip
HEAD = "SES Desk, the Doctor's report"
_ACCOUNT = re.compile(r"(?<!\d)\d{8}(\d{4})(?!\d)")


def report(lines: Iterable[Line], at: str = "", connection: str = "") -> str:
    """The lines by group, each with what to do. `at` and `connection` name the round."""
    kept = list(lines)
    out = [HEAD, *(masked(part) for part in (connection, at) if part)]
    for group, title in GROUPS.items():
        mine = [line for line in kept if line.group == group]
        if not mine:
            continue
        out += ["", title]
        for line in mine:
            out += _line(line)
    return "\n".join(out) + "\n"


def _line(line: Line) -> list[str]:
    said = [f"  {MARKS.get(line.state, '?   ')} {masked(line.label)}: {masked(line.sentence)}".rstrip(": ")]
    if line.finding is None:
        return said
    found = line.finding
    said.append(f"       {found.reference}: {masked(found.title)}. {masked(found.meaning)}")
    said += [f"       {number}. {masked(step)}" for number, step in enumerate(found.steps, 1)]
    said += [f"       [{masked(name)}] {masked(value)}" for name, value in found.evidence.items()]
    return said


def masked(text: str) -> str:
    """Without secrets, key ids, the part before the @ of any address, and all but four digits of an account's number."""
    clean = scrub(safe_text(text, 600))
    return _ACCOUNT.sub(r"…\1", without_addresses(clean, "…"))
