"""This machine: store, disk, keys, trail, certificates, worker, and its clock beside Amazon's."""

from collections.abc import Iterator

from core.admin import machine as admin
from core.admin.clock import judged
from core.aws.clock import ahead
from core.diagnosis import finding
from core.doctor.line import Line
from core.doctor.patient import Patient

GROUP = "machine"
# The label of core.admin.machine: key, and the row of words.toml when it is not in order.
ROWS = {
    "Store": ("store", "store-not-whole"),
    "Disk": ("disk", "disk-nearly-full"),
    "Vault": ("vault", "vault-locked"),
    "Link keys": ("link-keys", "link-keys-lost"),
    "Audit trail": ("audit", "audit-changed"),
    "Members": ("members", "nobody-signs-in"),
    "Public URL": ("public-url", "public-url-not-right"),
    "Certificates": ("certificates", "certificates-end"),
    "Worker": ("worker", "worker-not-at-work"),
    "Clock": ("clock", "clock-differs"),
}


def check(patient: Patient) -> Iterator[Line]:
    """What the machine knows of itself, then the clock, which takes one question to Amazon."""
    desk = patient.desk
    for said in admin.machine(desk.settings, desk.store, desk.vault, patient.now):
        yield _line(said)
    if (
        patient.connection.demo and patient.access.endpoint_url is None
    ):  # the demo could not be reached, and nobody else is asked
        return
    yield Line(GROUP, "clock", "Clock", "running")
    try:
        yield _line(judged(ahead(patient.access)))
    except OSError as why:
        words = f"Cannot be compared with Amazon's: {why}."
        yield Line(GROUP, "clock", "Clock", "unknown", words, finding("clock-not-compared"))


def _line(said: admin.Line) -> Line:
    key, reference = ROWS[said.label]
    state = "unknown" if said.state == "skip" else said.state
    found = finding(reference, {"what": said.sentence}) if state in ("warn", "fail") else None
    return Line(GROUP, key, said.label, state, said.sentence, found)
