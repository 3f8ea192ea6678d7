"""The age of the key, and whether it may do more than it should. Neither says whether it works."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

from core.aws.access_keys import held
from core.aws.powers import EVERYTHING, MAIL, MUCH, powers
from core.connect.policy import key_care
from core.diagnosis import Context, explain, finding
from core.diagnosis.diagnosis import Diagnosis
from core.doctor.line import Line
from core.doctor.patient import Patient
from core.moment import DAY
from core.rotation.kept import SWITCHED
from core.store import credentials, rotations

GROUP = "keys"
OLD = 90  # days after which Amazon advises another key
AGE, POWERS, ROTATION = "Age of the key", "Reach of the key", "Exchange of the key"
OWN_ROLE = "This machine's own role has no key that grows old."
TEMPORARY = "A temporary key ends by itself."
REFUSED = frozenset({"permission-missing", "denied-explicitly", "denied-by-organisation"})


def age(patient: Patient) -> Iterator[Line]:
    """How old the key is. Where Amazon may not be asked, what is known here: since when it is in use here."""
    keys = patient.access.credentials
    if keys.kind == "role" or keys.session_token:
        yield Line(GROUP, "age", AGE, "skipped", OWN_ROLE if keys.kind == "role" else TEMPORARY)
        return
    yield Line(GROUP, "age", AGE, "running")
    row = credentials.get(patient.desk.store, patient.id)
    put_in = row.changed_at if row else None
    if not keys.can_sign:
        yield _unknown(patient, put_in, "an SMTP password cannot ask Amazon.", finding("key-age-unknown"))
        return
    try:
        ours = next((one for one in held(patient.access) if one.key_id == keys.access_key_id), None)
    except Exception as error:
        said = explain(error, Context(region=patient.region, service="iam", operation="ListAccessKeys"))
        if said.reference not in REFUSED:
            yield Line(GROUP, "age", AGE, "unknown", said.title + ".", said)
            return
        yield _unknown(patient, put_in, "Amazon does not tell this key.", _optional(patient, said))
        return
    if ours is None:
        yield _unknown(patient, put_in, "Amazon does not list this key.", finding("key-age-unknown"))
        return
    days = (patient.now - ours.created_at) // DAY
    yield _aged(days, f"{_days(days)} old, made on {_day(ours.created_at)}.")


def _unknown(patient: Patient, put_in: int | None, why: str, said: Diagnosis) -> Line:
    """A key is at least as old as it is here: enough to call it old, never to call it young."""
    if put_in is None:
        return Line(GROUP, "age", AGE, "unknown", f"Cannot be known: {why}", said)
    days = (patient.now - put_in) // DAY
    here = f"It was put in here on {_day(put_in)}"
    if days > OLD:
        return _aged(days, f"At least {_days(days)} old. {here}.")
    return Line(GROUP, "age", AGE, "unknown", f"Cannot be known: {why} {here}.", said)


def _aged(days: int, sentence: str) -> Line:
    old = days > OLD
    return Line(GROUP, "age", AGE, "warn" if old else "ok", sentence, finding("key-old") if old else None)


def _optional(patient: Patient, refused: Diagnosis) -> Diagnosis:
    """The statement that lets a key ask its own age. Nothing else needs it."""
    statement = key_care(patient.connection.account_id or "", patient.region)
    return replace(finding("key-age-unknown", refused.evidence), snippet=json.dumps(statement, indent=2))


def reach(patient: Patient, arn: str) -> Iterator[Line]:
    """Whether the key may do everything in the account; `arn` is whose it is."""
    if ":user/" not in arn:
        words = "Not looked at: the policies of a machine's role."
        if arn.endswith(":root"):
            words = "Root keys may do everything: see above."
        yield Line(GROUP, "powers", POWERS, "skipped", words)
        return
    yield Line(GROUP, "powers", POWERS, "running")
    try:
        found = powers(patient.access, arn)
    except Exception as error:
        said = explain(error, Context(region=patient.region, service="iam"))
        yield Line(GROUP, "powers", POWERS, "unknown", said.title + ".", said)
        return
    broad = {EVERYTHING: "key-may-do-everything", MUCH: "key-may-do-much"}.get(found.reach)
    if broad:
        yield Line(GROUP, "powers", POWERS, "warn", found.why, finding(broad, {"policy": found.why}))
    elif found.reach == MAIL:
        yield Line(GROUP, "powers", POWERS, "ok", found.why)
    else:
        evidence = found.refused.evidence if found.refused else {}
        words = f"Cannot be known: {found.why}"
        yield Line(GROUP, "powers", POWERS, "unknown", words, finding("key-reach-unknown", evidence))


def not_reached() -> Line:
    """IAM did not answer, as the line of the age says."""
    return Line(GROUP, "powers", POWERS, "skipped", "Not asked: IAM, which knows it, did not answer.")


def half_way(patient: Patient) -> Iterator[Line]:
    """A rotation that was left with both keys alive. Nothing when there is none."""
    row = rotations.get(patient.desk.store, patient.id)
    if row is None or row.step != SWITCHED:
        return
    days = (patient.now - row.changed_at) // DAY
    words = f"The key ending in {row.new_hint} took over; the one ending in {row.old_hint} still works."
    if not row.new_hint:
        words = f"This machine's own role took over; the key ending in {row.old_hint} still works."
    if days < 1:
        yield Line(GROUP, "rotation", ROTATION, "ok", f"{words} Switched today.")
    else:
        yield Line(GROUP, "rotation", ROTATION, "warn", words, finding("rotation-not-ended"))


def _days(days: int) -> str:
    return "Less than a day" if days < 1 else f"{days:,} day{'' if days == 1 else 's'}"


def _day(at: int) -> str:
    return f"{datetime.fromtimestamp(at / 1000, UTC):%-d %B %Y}"
