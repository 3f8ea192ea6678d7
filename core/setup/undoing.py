"""Taking one step back: only what we made or changed, and never what somebody else changed since without saying so."""

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from core.aws.talk import unclear
from core.diagnosis import finding
from core.diagnosis.diagnosis import Diagnosis
from core.setup import records
from core.setup.drift import words_for
from core.setup.lines import StepLine
from core.setup.plan import why_of
from core.setup.site import Site
from core.setup.step import Seen, Step
from core.store.tables import SetUpStep

TRIES = 4
KEPT = ("set-up-used-by-others", "set-up-use-not-known")
Said = tuple[str, Diagnosis | None]


def take_back(site: Site, step: Step, row: SetUpStep, member: str) -> Iterator[StepLine]:
    """One step back, live. Never raises for what Amazon, the network or the store does: then the line is `failed`."""
    begun = time.monotonic()
    line = StepLine(row.key, step.shown, "running", subject=row.subject)
    yield line
    try:
        sentence, found = _taken(site, step, row)
        failed = found is not None and found.reference in KEPT
        if not failed:
            records.result(site, row, "undone", member)
    except Exception as error:  # every error becomes words: this is the place where they are wanted
        found, failed = why_of(error, site.connection.region, site.clock()), True
        sentence = found.title + "."
    yield replace(
        line, state="failed" if failed else "undone", sentence=sentence, finding=found,
        seconds=round(time.monotonic() - begun, 3),
    )  # fmt: skip


def goes_with(site: Site, step: Step, row: SetUpStep, parent: str, member: str) -> StepLine:
    """A setting of something that is gone."""
    records.result(site, row, "undone", member)
    return StepLine(row.key, step.shown, "undone", f"Gone with the {parent}.", subject=row.subject)


def _taken(site: Site, step: Step, row: SetUpStep) -> Said:
    before = records.before_of(row)
    if before is None:
        return "Nothing was done here.", None
    site.forget()
    seen = step.look(site)
    if not before["there"]:
        return _removed(site, step, seen)
    if not seen.there:
        return "It is gone, so there is nothing to put back.", None
    return _restored(site, step, seen, before["values"], records.after_of(row))


def _removed(site: Site, step: Step, seen: Seen) -> Said:
    if not seen.there:
        step.unsettle(site)
        return "It was gone already.", None
    if not seen.mine:
        found = finding("set-up-changed-since", {"where": seen.subject})
        return "Left as it is: it no longer bears the mark that says we made it.", found
    if kept := step.keeps(site, seen):
        return kept.title + ".", kept
    step.unsettle(site)
    try:
        said = _until_gone(site, step, seen)
    except Exception:
        step.settle(site)  # it is still there: go on taking what it brings
        raise
    return said or "Removed.", None


def _until_gone(site: Site, step: Step, seen: Seen) -> str:
    for attempt in range(1, TRIES + 1):
        try:
            return step.remove(site, seen)
        except Exception as error:
            site.forget()
            if not unclear(error):
                raise
            seen = step.look(site)
            if not seen.there:
                return ""
            if attempt == TRIES:
                raise
            site.talk.sleep(site.talk.pause * 2**attempt)
    return ""


def _restored(site: Site, step: Step, seen: Seen, before: dict[str, Any], after: dict[str, Any]) -> Said:
    """Values that are still ours go back to what they were; those that somebody changed since stay."""
    for attempt in range(1, TRIES + 1):
        back, theirs = _split(step, seen, before, after)
        if not back:
            break
        try:
            step.restore(site, seen, back)
            break
        except Exception as error:
            site.forget()
            if not unclear(error) or attempt == TRIES:
                raise
            site.talk.sleep(site.talk.pause * 2**attempt)
            seen = step.look(site)
            if not seen.there:
                return "It is gone, so there is nothing to put back.", None
    if theirs:
        words = words_for(theirs)
        found = finding("set-up-changed-since", {"where": seen.subject, "changed": words})
        return f"Somebody changed it since ({words}); that stays as it is.", found
    return "Put back as it was.", None


def _split(
    step: Step, seen: Seen, before: dict[str, Any], after: dict[str, Any]
) -> tuple[dict[str, Any], list[str]]:
    back: dict[str, Any] = {}
    theirs: list[str] = []
    for name, wanted in after.items():
        now, old = seen.values.get(name), before.get(name)
        if now == old or step.same(name, old, wanted):
            continue  # as it was, or it was so before us
        if step.same(name, now, wanted):
            back[name] = old
        else:
            theirs.append(name)
    return back, theirs
