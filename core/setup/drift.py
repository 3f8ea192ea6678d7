"""What we left in Amazon beside what is there now, in a sentence."""

from collections.abc import Iterable
from dataclasses import replace

from core.diagnosis import finding
from core.setup.lines import Made, StepLine
from core.setup.plan import why_of
from core.setup.records import after_of
from core.setup.site import Site
from core.setup.step import Step
from core.store.tables import SetUpStep

GONE = "It is no longer there."
WORDS = {
    "version": "signature version",
    "statement": "our statement in its policy",
    "MessageRetentionPeriod": "how long it keeps messages",
    "VisibilityTimeout": "how long a fetched message stays hidden",
    "ReceiveMessageWaitTimeSeconds": "how long a fetch waits",
    "raw": "raw delivery",
    "delivery": "the delivery policy",
    "redrive": "the dead-letter queue",
    "pending": "its confirmation",
    "enabled": "whether it is switched on",
    "types": "the kinds of event",
    "topic": "the topic",
    "set": "the default configuration set",
    "headers": "the mail's own headers",
    "on": "feedback by mail",
}


def words_for(names: Iterable[str]) -> str:
    """The names of values, as a person reads them."""
    return ", ".join(WORDS.get(name, name) for name in names)


def drift_of(site: Site, step: Step, row: SetUpStep) -> str:
    """What is different now, "" for nothing. Raises what Amazon says when it cannot be read."""
    seen = step.look(site)
    if not seen.there:
        return GONE
    if row.state == "trying":
        return "It was being made when the set-up stopped, and it is there."
    changed = [
        name for name, value in after_of(row).items() if not step.same(name, seen.values.get(name), value)
    ]
    if changed:
        return f"Changed since: {words_for(changed)}."
    return ""


def compared(site: Site, step: Step, row: SetUpStep) -> Made:
    """One thing we made or changed, beside what is there now."""
    known = True
    try:
        drift = drift_of(site, step, row)
    except Exception as error:  # unknown is never shown as fine
        said = why_of(error, site.connection.region, site.clock())
        known, drift = False, f"It could not be read: {said.title}."
    return Made(row.key, step.shown, row.subject, row.state, row.at, drift, row.set_up_id, known)


def read_back(site: Site, step: Step, row: SetUpStep, line: StepLine) -> StepLine:
    """The line of one step as it is read back from Amazon: what the set-up wants, and what is there."""
    try:
        seen = step.look(site)
        lacking = step.lacking(site, seen)
    except Exception as error:  # unknown is never shown as fine
        why = why_of(error, site.connection.region, site.clock())
        return replace(line, state="failed", sentence=why.title + ".", finding=why)
    if seen.there and (not lacking or (step.optional and step.foreign(site, seen, lacking))):
        state = row.state if row.state in ("made", "changed") else "reused"
        return replace(line, state=state, sentence="As it should be.", subject=seen.subject)
    said = "It is not there." if not seen.there else f"Different: {words_for(lacking)}."
    found = finding("set-up-drifted", {"where": seen.subject or row.subject, "what": said})
    return replace(line, state="failed", sentence=said, finding=found)
