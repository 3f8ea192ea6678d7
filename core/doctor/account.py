"""The account as Amazon tells it: sandbox, quota, standing; and how many senders are verified here."""

from collections.abc import Iterator

from core.aws.check import ask
from core.doctor.asked import told
from core.doctor.line import Line
from core.doctor.patient import Patient


def check(patient: Patient) -> Iterator[Line]:
    """The account, then its senders in this region."""
    for key in ("account", "senders"):
        yield from told("account", ask(patient.access, key))
