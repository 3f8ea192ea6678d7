"""Checks side by side, each in a thread of its own, none waited for longer than LIMIT."""

import queue
import threading
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from core.diagnosis import Context, explain, finding
from core.doctor.groups import GROUPS
from core.doctor.line import Line
from core.doctor.patient import Check, Patient
from core.in_time import LIMIT, ends, left

FIRST = "keys"
# Lines of the first group that say nothing of whether the keys work: with them the others may begin.
AFTERWARDS = frozenset({"age", "powers", "rotation"})


@dataclass(frozen=True, slots=True)
class _Over:
    """A check has said everything."""

    group: str


def side_by_side(
    patient: Patient, checks: Mapping[str, Check], rights: Collection[str], limit: float | None = None
) -> Iterator[Line]:
    """All lines as they come. Groups in `rights` begin when the keys are known to work, else they are skipped."""
    heard: queue.SimpleQueue[Line | _Over] = queue.SimpleQueue()
    limit = LIMIT if limit is None else limit
    until = ends(limit)
    waiting = [name for name in checks if name in rights and FIRST in checks]
    open_lines: dict[str, dict[str, Line]] = {}
    for name in checks:
        if name not in waiting:
            _begin(patient, name, checks[name], heard)
            open_lines[name] = {}
    works = True

    def open_the_gate() -> Iterator[Line]:
        for name in waiting:
            if works:
                _begin(patient, name, checks[name], heard)
                open_lines[name] = {}
            else:
                yield Line(name, "group", GROUPS[name], "skipped", "Not asked: the keys have to work first.")
        waiting.clear()

    while open_lines:
        try:
            said = heard.get(timeout=left(until))
        except queue.Empty:
            yield from _too_long(open_lines, waiting, limit)
            return
        if isinstance(said, Line):
            mine = open_lines.get(said.group)
            if mine is None:
                continue
            if said.ended:
                mine.pop(said.key, None)
                decides = said.group == FIRST and said.key not in AFTERWARDS
                works = works and not (decides and said.state in ("fail", "unknown"))
            else:
                mine[said.key] = said
            yield said
            if said.group == FIRST and said.key in AFTERWARDS:
                yield from open_the_gate()
            continue
        open_lines.pop(said.group, None)
        if said.group == FIRST:
            yield from open_the_gate()


def _begin(patient: Patient, name: str, check: Check, heard: "queue.SimpleQueue[Line | _Over]") -> None:
    def run() -> None:
        try:
            for line in check(patient):
                heard.put(line)
        except Exception as error:  # a check that stumbles must end in words, not in a traceback
            said = explain(error, Context(region=patient.region, now=patient.now))
            heard.put(Line(name, "group", GROUPS[name], "unknown", said.title, said))
        heard.put(_Over(name))

    threading.Thread(target=run, name=f"doctor-{name}", daemon=True).start()


def _too_long(
    open_lines: Mapping[str, Mapping[str, Line]], waiting: Collection[str], limit: float
) -> Iterator[Line]:
    """What has not answered is neither right nor wrong."""
    said = finding("check-too-long")
    for name, lines in open_lines.items():
        for line in lines.values() or [Line(name, "group", GROUPS[name], "running")]:
            yield Line(
                name, line.key, line.label, "unknown", f"No answer within {limit:.0f} seconds.", said, limit
            )
    for name in waiting:
        yield Line(name, "group", GROUPS[name], "skipped", "Not asked: the keys did not answer in time.")
