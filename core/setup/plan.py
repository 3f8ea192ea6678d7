"""The plan: what will be made, changed or used as it is, each with its IAM action. Reads Amazon, changes nothing."""

from dataclasses import dataclass

from core.desk import Desk
from core.diagnosis.diagnosis import Diagnosis
from core.members.actor import Actor
from core.setup.choices import Choices
from core.store.tables import Connection


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One thing. `foreign`: it is not ours, so that changing it needs the admin's word (its key in `agreed`).

    `optional`: what is foreign here may stay as it is; then it is left alone.
    """

    key: str
    sentence: str
    action: str  # the IAM action, e.g. sns:CreateTopic
    effect: str  # make | change | reuse
    subject: str  # ARN or name, as far as it is known
    foreign: bool = False
    why: str = ""
    optional: bool = False
    label: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """What would happen. `blocked` says why it cannot; `to_agree` are the lines that change what is not ours."""

    choices: Choices
    lines: tuple[PlanLine, ...] = ()
    blocked: Diagnosis | None = None
    to_agree: tuple[PlanLine, ...] = ()


def plan(desk: Desk, connection: Connection, choices: Choices, actor: Actor, now: int) -> Plan:
    """Look at the account and say what the set-up would do there. Admin only. Raises BadInput for choices that are none."""
    raise NotImplementedError
