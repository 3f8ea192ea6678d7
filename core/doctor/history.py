"""Rounds as they are kept: what changed since the one before, and since when a line is as it is."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from core.diagnosis.diagnosis import Diagnosis
from core.doctor.line import BAD, Line
from core.store import doctor_runs
from core.store.rows import Source
from core.store.tables import DoctorRun


@dataclass(frozen=True, slots=True)
class Round:
    """A round that was kept."""

    at: int  # ms
    ended_at: int | None
    member: str  # "" = the worker by itself
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A line that is not as it was. `before` is "" for a line that is new; `was_right` is drift: was ok, fails now."""

    line: Line
    before: str
    at: int  # ms: the round that saw it first

    @property
    def was_right(self) -> bool:
        """Whether it was right and is not any more."""
        return self.before == "ok" and self.line.state in BAD


def rounds(source: Source, connection_id: int, limit: int = 20) -> list[Round]:
    """The kept rounds, newest first."""
    return [_round(row) for row in doctor_runs.recent(source, connection_id, limit)]


def last(source: Source, connection_id: int) -> Round | None:
    """The newest round, None before the first."""
    found = rounds(source, connection_id, 1)
    return found[0] if found else None


def changed(source: Source, connection_id: int) -> list[Change]:
    """What the newest round found otherwise than the one before it, what broke first."""
    found = rounds(source, connection_id, doctor_runs.KEPT)
    if len(found) < 2:
        return []
    return difference(_known_before(found[1:]), found[0].lines, found[0].at)


def known(source: Source, connection_id: int) -> list[Line]:
    """The lines of the newest round; where one couldn't be checked then, as it was when it last could."""
    newest = rounds(source, connection_id, 1)
    if newest and _silent(newest[0].lines):
        newest = rounds(source, connection_id, doctor_runs.KEPT)
    return _known_before(newest) if newest else []


def _known_before(earlier: list[Round]) -> list[Line]:
    """The lines of the first of these rounds; where one couldn't be checked or reached then, as it was when it last could."""
    known = {line.name: line for line in earlier[0].lines}
    silent = _silent(earlier[0].lines)
    for each in earlier[1:]:
        for line in each.lines:
            before = known.get(line.name)
            if before.state == "unknown" if before else line.group in silent:
                known[line.name] = line
        silent &= _silent(each.lines)
    return list(known.values())


def _silent(lines: Iterable[Line]) -> set[str]:
    """Groups of which something couldn't be checked, so that a line may be missing for that alone."""
    return {line.group for line in lines if line.state == "unknown" or line.key == "group"}


def difference(before: Iterable[Line], after: Iterable[Line], at: int) -> list[Change]:
    """The lines of `after` that another state or another finding was known of. "Couldn't check" changes nothing."""
    known = {line.name: line for line in before}
    found = []
    for line in after:
        was = known.get(line.name)
        if was is None or line.state in ("unknown", "skipped") or was.state in ("unknown", "skipped"):
            continue
        if was.state != line.state or _reference(was) != _reference(line):
            found.append(Change(line, was.state, at))
    return sorted(found, key=lambda each: (not each.was_right, each.line.state == "ok"))


def since(lines: Iterable[Line], before: Mapping[str, Line], now: int) -> list[Line]:
    """Each line with the moment since when it is as it is. "Couldn't check" carries no moment."""
    kept = []
    for line in lines:
        was = before.get(line.name)
        same = was is not None and was.state == line.state and _reference(was) == _reference(line)
        kept.append(replace(line, since=was.since if same and was is not None and was.since else now))
    return kept


def as_plain(line: Line) -> dict[str, Any]:
    """A line as plain values."""
    return {
        "group": line.group, "key": line.key, "label": line.label, "state": line.state, "sentence": line.sentence,
        "finding": line.finding.as_json() if line.finding else None, "seconds": line.seconds, "facts": line.facts,
        "since": line.since,
    }  # fmt: skip


def from_plain(said: Mapping[str, Any]) -> Line:
    """What as_plain made."""
    found = said.get("finding")
    return Line(
        said["group"], said["key"], said["label"], said["state"], said.get("sentence", ""),
        Diagnosis.from_json(found) if found else None, said.get("seconds"), dict(said.get("facts") or {}),
        said.get("since"),
    )  # fmt: skip


def row(connection_id: int, lines: Iterable[Line], member: str, started_at: int, ended_at: int) -> DoctorRun:
    """The row that keeps a round."""
    text = json.dumps([as_plain(line) for line in lines], ensure_ascii=True)
    return DoctorRun(
        connection_id=connection_id, started_at=started_at, ended_at=ended_at, member=member, lines=text
    )


def _round(kept: DoctorRun) -> Round:
    return Round(
        kept.started_at,
        kept.ended_at,
        kept.member,
        tuple(from_plain(each) for each in json.loads(kept.lines)),
    )


def _reference(line: Line) -> str:
    return line.finding.reference if line.finding else ""
