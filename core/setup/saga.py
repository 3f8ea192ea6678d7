"""The set-up itself: begun, applied step by step, taken up again after any stop, undone, read back."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from core.desk import Desk
from core.diagnosis.diagnosis import Diagnosis
from core.members.actor import Actor
from core.setup.choices import Choices
from core.setup.plan import Plan
from core.store.engine import Store
from core.store.tables import Connection


@dataclass(frozen=True, slots=True)
class StepLine:
    """One line of the live list: it comes `running`, perhaps `waiting`, then with its result."""

    key: str
    label: str
    state: str  # running | made | changed | reused | waiting | failed | undone
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
    state: str  # made | changed | trying
    at: int
    drift: str = ""  # "" = as we left it; else a sentence that says what is different now
    set_up_id: int = 0


def begin(desk: Desk, connection: Connection, plan: Plan, actor: Actor, now: int) -> int:
    """Write the plan down; nothing is called yet. Returns the set-up's number. Admin only.

    Raises BadInput when the plan is blocked, or changes something foreign that is not agreed to.
    """
    raise NotImplementedError


def apply(desk: Desk, connection: Connection, set_up_id: int, actor: Actor) -> Iterator[StepLine]:
    """Do what is left to do, yielding each step live. Stops at the first that fails or waits; call again to go on."""
    raise NotImplementedError


def undo(
    desk: Desk, connection: Connection, set_up_id: int, actor: Actor, keys: Collection[str] | None = None
) -> Iterator[StepLine]:
    """Take back what was made or changed, newest first; with `keys` only those steps."""
    raise NotImplementedError


def verify(desk: Desk, connection: Connection, set_up_id: int) -> Iterator[StepLine]:
    """Read back from Amazon, step by step, whether everything is as it was set."""
    raise NotImplementedError


def current(store: Store, connection_id: int) -> SetUpShown | None:
    """The newest set-up that is not undone."""
    raise NotImplementedError


def made(desk: Desk, connection: Connection, now: int) -> list[Made]:
    """What SES Desk made or changed in the account and did not undo, beside what is there now."""
    raise NotImplementedError
