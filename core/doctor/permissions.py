"""The permissions: which features work with this key, and the statement for what it may not.

What only reads is tried; sending is proved by a test; what changes things is tried when it is done, and says then what it lacks.
A feature that somebody left out of the policy is no fault: its line says so, and how to let it in.
"""

import json
from collections.abc import Iterator
from dataclasses import replace

from core.aws.check import ask
from core.aws.permissions import PROBES, together, tried
from core.connect.policy import FEATURES, OPTIONAL, policy
from core.diagnosis import finding
from core.diagnosis.diagnosis import Diagnosis
from core.doctor.asked import told
from core.doctor.line import Line
from core.doctor.patient import Patient
from core.store import credentials, sent_tests

GROUP = "permissions"
READ = tuple(feature for feature in PROBES if feature != "review")
BY_DOING = tuple(one for one in FEATURES if one not in ("review", "send", *READ, *OPTIONAL))
TESTS = 50  # so many are looked through for one that was accepted


def check(patient: Patient) -> Iterator[Line]:
    """What the review needs; then feature by feature."""
    for line in told(GROUP, ask(patient.access, "permissions")):
        yield replace(line, sentence="All that looking needs is allowed.") if line.state == "ok" else line
    yield _sending(patient)
    for feature in READ:
        yield from _reading(patient, feature)
    rest = "; ".join(FEATURES[one].lower() for one in BY_DOING)
    words = f"Tried when it is done, and what is missing is named then: {rest}."
    yield Line(GROUP, "doing", "Everything that changes something", "skipped", words)


def _sending(patient: Patient) -> Line:
    """A test that Amazon took with this very key proves more than any question."""
    row = credentials.get(patient.desk.store, patient.id)
    since = row.changed_at if row else 0
    taken = [
        one
        for one in sent_tests.recent(patient.desk.store, [patient.id], TESTS)
        if one.state == "accepted" and one.started_at >= since
    ]
    if taken:
        return Line(GROUP, "send", FEATURES["send"], "ok", "Proved: Amazon took a test with this key.")
    words = "Only sending proves it. Send a test with this key, under Tests."
    return Line(GROUP, "send", FEATURES["send"], "skipped", words)


def _reading(patient: Patient, feature: str) -> Iterator[Line]:
    """A feature whose first question changes nothing."""
    label = FEATURES[feature]
    yield Line(GROUP, feature, label, "running")
    missing, unclear = tried(patient.access, [feature])
    if missing:
        named = ", ".join(one.action for one in missing)
        words = f"Not with this key: {named} is not allowed. Nothing else needs it."
        yield Line(GROUP, feature, label, "skipped", words, _whole(patient, feature, together(missing)))
    elif unclear:
        yield Line(GROUP, feature, label, "unknown", unclear[0].title + ".", unclear[0])
    else:
        yield Line(GROUP, feature, label, "ok", "Works with this key.")


def _whole(patient: Patient, feature: str, said: Diagnosis) -> Diagnosis:
    """All that the feature needs in one statement, so that nobody comes back for the next. None helps against a Deny."""
    if said.reference != "permission-missing":
        return said
    account, region = patient.connection.account_id or "", patient.region
    statements = policy([feature], account, region)["Statement"][1:]
    text = ",\n".join(json.dumps(one, indent=2) for one in statements)
    return replace(finding("permission-missing", said.evidence), snippet=text)
