"""The keys: does Amazon know them, and whose are they. Over SMTP also: does the sign-in work."""

from collections.abc import Iterator

from core.aws.check import ask
from core.diagnosis import finding
from core.doctor.asked import told
from core.doctor.line import Line
from core.doctor.patient import Patient


def check(patient: Patient) -> Iterator[Line]:
    """Who am I; and the SMTP sign-in where mail goes by SMTP."""
    access = patient.access
    if access.credentials.can_sign:
        yield from told("keys", ask(access, "who"))
    else:
        said = finding("smtp-only")
        yield Line(
            "keys",
            "who",
            "Amazon knows the key",
            "skipped",
            f"{said.title}: enough to send, not to check.",
            said,
        )
    if access.transport == "smtp":
        yield from told("keys", ask(access, "smtp"))
