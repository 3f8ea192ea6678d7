"""Bounces and complaints: the way of the reports from Amazon to here, link by link, and what came over it."""

from collections.abc import Iterator
from dataclasses import replace

from core.aws.permissions import REFUSED
from core.chain import ours
from core.chain.weak import doubts, weak_links, where
from core.diagnosis import Diagnosis, finding
from core.doctor.line import Line
from core.doctor.patient import Patient
from core.drill.passed import last_passed
from core.moment import MINUTE, rfc3339
from core.setup import callback_check
from core.store import findings, heard, queues
from core.watch.feed import CERTIFICATE, DIFFER, LOST, RAW, SILENT
from core.watch.feed import REFUSED as NOT_TAKEN
from core.watch.proved import NOT_PASSED, NOTHING_LISTENS, OLD

GROUP = "events"
OF_THE_WATCH = (SILENT, LOST, DIFFER, CERTIFICATE, RAW, NOT_TAKEN)


def check(patient: Patient) -> Iterator[Line]:
    """What listens, the chain, the queues, the public address, what was heard, the last drill."""
    wanted = ours.expected(patient.desk, patient.connection)
    if not wanted.topic_arns and not wanted.queue_arns:
        said = finding(NOTHING_LISTENS, region=patient.region)
        yield Line(
            GROUP, "listening", "Set up", "warn", "No topic and no queue report to this connection.", said
        )
        return
    count = (
        f"{_many(len(wanted.topic_arns), 'topic')} and {_many(len(wanted.queue_arns), 'queue')} report here."
    )
    yield Line(GROUP, "listening", "Set up", "ok", count)
    yield from _chain(patient)
    yield from _queues(patient)
    if not wanted.queue_arns:
        yield _callback(patient)
    yield from _heard(patient)
    yield _drill(patient)


def _chain(patient: Patient) -> Iterator[Line]:
    label = "The way from SES to here"
    if not patient.access.credentials.can_sign:
        words = "Not asked: reading it takes an access key."
        yield Line(GROUP, "chain", label, "skipped", words)
        return
    yield Line(GROUP, "chain", label, "running")
    chain, wanted = ours.look(patient.desk, patient.connection, way=patient.access)
    weak, unread = weak_links(chain, wanted), doubts(chain, wanted)
    if weak:
        for number, one in enumerate(weak, 1):
            key = "chain" if number == 1 else f"chain-{number}"
            yield Line(GROUP, key, label, "fail", f"{one.title}.", one, facts={"subject": where(one)})
    elif unread:
        said = next((one for one in unread if one.reference not in REFUSED), unread[0])
        yield Line(
            GROUP, "chain", label, "unknown", "Not all of it could be read. The rest is in order.", said
        )
    else:
        yield Line(GROUP, "chain", label, "ok", "Every link was read and is in order.")


PATIENCE = (
    10 * MINUTE
)  # until a queue that nobody looked into is somebody's fault: dead letters are read every few minutes


def _queues(patient: Patient) -> Iterator[Line]:
    for number, queue in enumerate(queues.of_connection(patient.desk.store, patient.id), 1):
        name, key = queue.arn.rpartition(":")[2], f"queue-{number}"
        label = "Dead-letter queue" if queue.kind == queues.DEAD_LETTERS else "Queue"
        if queue.trouble:
            said = Diagnosis.from_json(queue.trouble)
            yield Line(
                GROUP, key, label, "fail", f"{name} cannot be read.", said, facts={"subject": queue.arn}
            )
        elif queue.polled_at is None:
            late = finding("queue-not-emptied") if patient.now - queue.created_at > PATIENCE else None
            yield Line(GROUP, key, label, "unknown", f"{name} was not read yet.", late)
        else:
            yield Line(GROUP, key, label, "ok", f"{name} is read.")


def _callback(patient: Patient) -> Line:
    done = callback_check.check(
        patient.desk.store, patient.desk.settings.public_url, patient.connection, patient.now
    )
    label = "The public address"
    if done.finding is None:
        return Line(GROUP, "callback", label, "ok", done.sentence, seconds=done.seconds)
    state = (
        "unknown"
        if done.finding.whose_side == "ours" or done.sentence == callback_check.SAID["heard"]
        else "fail"
    )
    return Line(GROUP, "callback", label, state, done.sentence, done.finding, done.seconds)


def _heard(patient: Patient) -> Iterator[Line]:
    """What the watch found of the feed stands in its own words."""
    label = "Reports that came in"
    standing = {row.reference: row for row in findings.standing(patient.desk.store, [patient.id])}
    last = heard.last_event(patient.desk.store, patient.id)
    for number, reference in enumerate((one for one in OF_THE_WATCH if one in standing), 1):
        said = replace(finding(reference, region=patient.region))
        key = "heard" if number == 1 else f"heard-{number}"
        yield Line(GROUP, key, label, "fail" if reference == SILENT else "warn", f"{said.title}.", said)
        last = last or 0
    if not any(one in standing for one in OF_THE_WATCH):
        if last is None:
            words = "None yet. Send a test, and its report is the first."
            yield Line(GROUP, "heard", label, "unknown", words)
        else:
            yield Line(GROUP, "heard", label, "ok", f"The last one came in {_at(last)}.")


def _drill(patient: Patient) -> Line:
    label, at = "Fire drill", last_passed(patient.desk.store, patient.id)
    if at is None:
        return Line(GROUP, "drill", label, "warn", "None has passed yet.", finding(NOT_PASSED))
    if patient.now - at > OLD:
        words = f"The last one passed {_at(at)}: too long ago to prove much."
        return Line(GROUP, "drill", label, "warn", words, finding(NOT_PASSED, {"last": _at(at)}))
    return Line(GROUP, "drill", label, "ok", f"The last one passed {_at(at)}.")


def _at(at: int) -> str:
    return f"on {rfc3339(at)[:16].replace('T', ' at ')} UTC"


def _many(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count or 'no'} {what}s"
