"""The keys: does Amazon know them, and whose are they. Over SMTP also: does the sign-in work. Then their age and reach."""

from collections.abc import Iterator

from core.aws.check import ask
from core.diagnosis import finding
from core.doctor import key_care
from core.doctor.asked import told
from core.doctor.line import Line
from core.doctor.patient import Patient


def check(patient: Patient) -> Iterator[Line]:
    """Who am I; the SMTP sign-in where mail goes by SMTP; and, once the key works, how old it is and what it may do."""
    access = patient.access
    arn = ""
    if access.credentials.can_sign:
        for line in told("keys", ask(access, "who")):
            arn = str(line.facts.get("arn", ""))
            yield line
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
    if arn or not access.credentials.can_sign:
        away = False
        for line in key_care.age(patient):
            away = line.finding is not None and line.finding.whose_side == "network"
            yield line
        yield from key_care.half_way(patient)
        if away:  # asking again would only wait as long again
            yield key_care.not_reached()
        elif arn:
            yield from key_care.reach(patient, arn)
