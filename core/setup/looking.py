"""Looking at set-ups: how far one is, what it made beside what is there now, and reading it back. Changes nothing."""

from collections.abc import Iterator

from core import moment
from core.aws.talk import Talk
from core.desk import Desk
from core.diagnosis.diagnosis import Diagnosis
from core.errors import NotFound
from core.setup import doing, drift, hold, records
from core.setup.choices import Choices
from core.setup.lines import Made, SetUpShown, StepLine
from core.setup.site import Site, open_site
from core.setup.step import Step
from core.setup.steps import steps_of
from core.store import leases, set_ups
from core.store.engine import Store
from core.store.tables import Connection, SetUp, SetUpStep

Pair = tuple[Step, SetUpStep]


def opened(
    desk: Desk, connection: Connection, row: SetUp, talk: Talk | None = None
) -> tuple[Site, list[Pair]]:
    """The place, and each step with what happened to it so far."""
    choices = Choices.from_json(row.choices)
    site = open_site(desk, connection, choices, talk=talk)
    rows = {each.key: each for each in set_ups.steps(desk.store, row.id or 0)}
    site.subjects |= {key: each.subject for key, each in rows.items() if each.subject}
    return site, [(step, rows[step.key]) for step in steps_of(choices) if step.key in rows]


def verify(desk: Desk, connection: Connection, set_up_id: int) -> Iterator[StepLine]:
    """Read back from Amazon, step by step, whether everything is as it was set. Changes nothing."""
    row = set_ups.by_id(desk.store, set_up_id)
    if row is None or row.connection_id != connection.id:
        raise NotFound("There is no such set-up.")
    site, pairs = opened(desk, connection, row)
    for step, each in pairs:
        line = StepLine(each.key, step.shown, "running", subject=each.subject)
        yield line
        yield drift.read_back(site, step, each, line)


def current(store: Store, connection_id: int) -> SetUpShown | None:
    """The newest set-up that is not undone."""
    row = next((each for each in set_ups.of_connection(store, connection_id) if each.state != "undone"), None)
    if row is None:
        return None
    choices = Choices.from_json(row.choices)
    labels = {step.key: step.shown for step in steps_of(choices)}
    lines = tuple(_line(each, labels) for each in set_ups.steps(store, row.id or 0))
    busy = leases.is_held(store, hold.job_of(connection_id), moment.now())
    return SetUpShown(
        row.id or 0, choices, row.state, row.member, row.created_at, row.changed_at, lines, busy
    )  # fmt: skip


def made(desk: Desk, connection: Connection, now: int) -> list[Made]:
    """What SES Desk made or changed in the account and did not undo, beside what is there now. Oldest first."""
    rows = [row for row in set_ups.standing(desk.store, connection.id or 0) if records.before_of(row)]
    found: list[Made] = []
    talk = None
    for number in dict.fromkeys(row.set_up_id for row in rows):
        set_up = set_ups.by_id(desk.store, number)
        if set_up is None:
            continue
        site, pairs = opened(desk, connection, set_up, talk)
        talk = site.talk
        found += [
            drift.compared(site, step, each)
            for step, each in pairs
            if each.state in set_ups.STANDING and records.before_of(each)
        ]
    # what was refused was never made, so that it is not missing
    return [one for one in found if one.state != "failed" or one.drift != drift.GONE]


def _line(row: SetUpStep, labels: dict[str, str]) -> StepLine:
    found = Diagnosis.from_json(row.finding) if row.finding else None
    sentence = f"{found.title}." if found else doing.sentence_of(row.state)
    return StepLine(row.key, labels.get(row.key, row.key), row.state, sentence, 0.0, found, row.subject)
