"""What a set-up tells while it works and afterwards, as plain values for the screen."""

from dataclasses import dataclass

from core.diagnosis.diagnosis import Diagnosis
from core.setup.choices import Choices


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


@dataclass(frozen=True, slots=True)
class StepLine:
    """One line of the live list: it comes `running`, perhaps `waiting`, then with its result."""

    key: str
    label: str
    state: str  # planned | running | made | changed | reused | waiting | failed | undone
    sentence: str = ""
    seconds: float = 0.0
    finding: Diagnosis | None = None
    subject: str = ""


@dataclass(frozen=True, slots=True)
class SetUpShown:
    """A set-up as the page shows it. `busy`: somebody works on it this minute."""

    set_up_id: int
    choices: Choices
    state: str  # planned | running | stopped | done | undoing | undone
    member: str
    created_at: int
    changed_at: int
    lines: tuple[StepLine, ...] = ()
    busy: bool = False


@dataclass(frozen=True, slots=True)
class Made:
    """One thing that SES Desk made or changed in the account, beside what is there now."""

    key: str
    label: str
    subject: str
    state: str  # made | changed | trying | waiting | failed
    at: int
    drift: str = ""  # "" = as we left it; else a sentence that says what is different now
    set_up_id: int = 0
    known: bool = True  # False: it could not be read, and `drift` says why
