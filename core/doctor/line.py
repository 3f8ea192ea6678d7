"""One line of a round: what was looked at, how it is, and what to do."""

from dataclasses import dataclass, field
from typing import Any

from core.diagnosis.diagnosis import Diagnosis

STATES = ("waiting", "running", "ok", "warn", "fail", "unknown", "skipped")
ENDED = frozenset({"ok", "warn", "fail", "unknown", "skipped"})
BAD = frozenset({"warn", "fail"})


@dataclass(frozen=True, slots=True)
class Line:
    """A line, yielded once `running` (if it takes long) and once with its result, under the same group and key.

    `unknown` is "Couldn't check" and never counts as healthy; `skipped` was not asked, and says why in its sentence.
    `facts` are plain values for JSON: no secret, and nothing that the page shows without plain().
    """

    group: str  # one of core.doctor.groups.GROUPS
    key: str  # kebab-case, unique in its group and the same in every round
    label: str
    state: str  # one of STATES
    sentence: str = ""
    finding: Diagnosis | None = None
    seconds: float | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    since: int | None = None  # ms: since when it is as it is; filled by the history, not by checks

    @property
    def name(self) -> str:
        """The line among all lines of a round: "dns/spf"."""
        return f"{self.group}/{self.key}"

    @property
    def ended(self) -> bool:
        """Whether this is a result."""
        return self.state in ENDED
