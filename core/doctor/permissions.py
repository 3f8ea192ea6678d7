"""The permissions: what this key may do, and the statement for what it may not."""

from collections.abc import Iterator

from core.aws.check import ask
from core.doctor.asked import told
from core.doctor.line import Line
from core.doctor.patient import Patient


def check(patient: Patient) -> Iterator[Line]:
    """What the review needs, tried by harmless questions."""
    yield from told("permissions", ask(patient.access, "permissions"))
