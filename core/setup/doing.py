"""Doing one step: look, write down what is about to be done, do it, look again when nobody knows whether it was done."""

import time
from collections.abc import Generator, Iterator
from dataclasses import replace

from core.aws.talk import code_of, unclear
from core.diagnosis import finding
from core.diagnosis.diagnosis import Diagnosis
from core.errors import SesDeskError
from core.members.actor import Actor
from core.setup import records
from core.setup.lines import StepLine
from core.setup.plan import why_of
from core.setup.site import Site
from core.setup.step import NotYet, Seen, Step
from core.setup.waiting import wait_for
from core.store.tables import SetUpStep

TRIES = 4  # of a call whose outcome nobody knows
JUST_DELETED = ("QueueDeletedRecently", "AWS.SimpleQueueService.QueueDeletedRecently")
A_MINUTE = 13  # times five seconds: how long Amazon keeps a deleted queue's name
DONE = ("made", "changed", "reused")
THERE = (
    "AlreadyExistsException", "AlreadyExists", "ConfigurationSetAlreadyExists", "QueueNameExists",
    "QueueAlreadyExists", "EventDestinationAlreadyExists",
)  # fmt: skip


class Refused(SesDeskError):
    """A step that must not go on, with its finding."""

    def __init__(self, found: Diagnosis) -> None:
        super().__init__(found.title)
        self.finding = found


def do(site: Site, step: Step, row: SetUpStep, actor: Actor) -> Iterator[StepLine]:
    """One step, live. Never raises for what Amazon, the network or the store does: then the line is `failed`."""
    begun = time.monotonic()
    line = StepLine(row.key, step.shown, "running", subject=row.subject)
    yield line
    try:
        for said in _done(site, step, row, actor):
            yield replace(
                line, state=said[0], sentence=said[1], subject=row.subject, finding=said[2],
                seconds=round(time.monotonic() - begun, 3),
            )  # fmt: skip
    except Exception as error:  # every error becomes words: this is the place where they are wanted
        found = error.finding if isinstance(error, Refused) else _why(site, error)
        state = "waiting" if row.state == "waiting" else "failed"
        records.result(site, row, state, actor.name, found=found)
        seconds = round(time.monotonic() - begun, 3)
        yield replace(line, state=state, sentence=found.title + ".", finding=found, seconds=seconds)


Said = tuple[str, str, Diagnosis | None]


def _done(site: Site, step: Step, row: SetUpStep, actor: Actor) -> Iterator[Said]:
    site.forget()
    seen = step.look(site)
    blocked = step.blocked(site, seen)
    if blocked is not None:
        raise Refused(blocked)
    lacking = step.lacking(site, seen)
    if row.state in DONE and seen.there and not lacking:
        site.subjects[row.key] = seen.subject
        step.settle(site)
        yield row.state, "Done before.", None
        return
    subject, state = seen.subject, _state(row, seen)
    left = ""
    if not seen.there or lacking:
        if step.foreign(site, seen, lacking) and row.key not in site.choices.agreed:
            if not step.optional:
                raise Refused(finding("set-up-not-agreed", {"where": seen.subject or step.subject(site)}))
            left = "Left as it is: it is not ours."
        else:
            records.intend(site, row, step, seen)
            state = _state(row, seen)
            try:
                subject = yield from _tried(site, step, row, seen)
            except NotYet:
                records.waiting(site, row)
                subject = yield from wait_for(site, step, row)
    site.forget()
    site.subjects[row.key] = subject
    step.settle(site)
    records.result(site, row, state, actor.name, subject)
    yield state, left or sentence_of(state, site.talk.slowed), None


def _tried(site: Site, step: Step, row: SetUpStep, seen: Seen) -> Generator[Said, None, str]:
    """The call itself. After an answer that tells nothing, Amazon is asked what is there before it is called again."""
    tries = 0
    while True:
        try:
            return step.make(site, seen, step.lacking(site, seen))
        except NotYet:
            raise
        except Exception as error:
            tries += 1
            site.forget()
            code = code_of(error)
            if code in JUST_DELETED and tries <= A_MINUTE:
                yield "running", "Amazon keeps a deleted queue's name for a minute. Waiting for it.", None
                site.talk.sleep(5.0)
                continue
            if code not in THERE and not unclear(error):
                raise
            seen = step.look(site)
            if seen.there and not step.lacking(site, seen):
                return seen.subject
            if tries >= TRIES:
                raise
            yield "running", "No clear answer from Amazon. Asking again.", None
            site.talk.sleep(site.talk.pause * 2**tries)


def _state(row: SetUpStep, seen: Seen) -> str:
    """made | changed | reused, told by what was there when the step was first tried."""
    before = records.before_of(row)
    if before is None:
        return "reused" if seen.there else "made"
    return "changed" if before["there"] else "made"


def sentence_of(state: str, slowed: int = 0) -> str:
    """A result in a few words."""
    said = {"made": "Made.", "changed": "Changed.", "reused": "There already."}.get(state, "")
    return f"{said} Amazon asked us to slow down." if slowed else said


def _why(site: Site, error: BaseException) -> Diagnosis:
    """What stopped it. A topic that SES refuses is looked at once more: an encrypted one says so by name."""
    said = why_of(error, site.connection.region, site.clock())
    if said.reference != "topic-refused":
        return said
    from core.setup.topic_steps import read

    try:
        site.forget()
        found, _ = read(site)
    except Exception:
        return said
    arn, region = site.names.topic_arn, site.connection.region
    if found is None:
        return finding("topic-gone", {"where": arn, "region": region}, region)
    if key := found.get("KmsMasterKeyId"):
        return finding("topic-encrypted", {"where": arn, "key": key, "region": region}, region)
    return said
