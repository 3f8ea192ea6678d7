"""The check, line by line as it runs: who am I, account, senders, permissions.

Each line is yielded twice under the same key: once `running`, once with its result. A line that fails ends in a
Diagnosis; later lines are skipped when they could only fail for the same reason.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from core.aws.access import Access
from core.diagnosis.diagnosis import Diagnosis

STATES = ("running", "ok", "warn", "fail", "skip")


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One line of the live list. `facts` are plain values for the connection's record (see core.connect.checks)."""

    key: str  # who | account | senders | permissions | smtp
    label: str
    state: str  # one of STATES
    sentence: str = ""
    seconds: float = 0.0
    finding: Diagnosis | None = None
    facts: dict[str, Any] = field(default_factory=dict)


def check(access: Access, features: Sequence[str] = ("review",)) -> Iterator[CheckLine]:
    """Run the check, yielding lines live."""
    yield from ()
