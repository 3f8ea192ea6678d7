"""The region: where the sender is verified, in every region of Amazon's, and where the account is out of the sandbox."""

from collections.abc import Iterator, Sequence

from core.aws.finder import Place, find
from core.connect.regions import place, spoken
from core.diagnosis import finding
from core.doctor import history
from core.doctor.line import Line
from core.doctor.patient import Patient
from core.store.rows import Source

SENDER, SANDBOX = "Sender's region", "Regions"


def check(patient: Patient) -> Iterator[Line]:
    """Where the sender is verified; what the account may do in each region that has senders."""
    yield Line("region", "sender", SENDER, "running", "Asking every region of Amazon's.")
    places = find(patient.access, patient.connection.from_address)
    yield _sender(patient, places)
    yield _standing(places)


def verified_in(source: Source, connection_id: int) -> list[str]:
    """The other regions where the last round found the sender verified."""
    last = history.last(source, connection_id)
    line = next((one for one in last.lines if one.name == "region/sender"), None) if last else None
    return list(line.facts.get("regions", ())) if line else []


def _sender(patient: Patient, places: Sequence[Place]) -> Line:
    address, here = patient.connection.from_address, patient.region
    own = next((one for one in places if one.region == here), None)
    if not address:
        return Line("region", "sender", SENDER, "skipped", "Not asked: this connection has no From address.")
    elsewhere = [one for one in places if one.state == "verified" and one.region != here]
    facts = {"subject": "", "regions": [one.region for one in elsewhere]}
    if own is None or own.state == "unknown":
        why = own.why if own else None
        return Line("region", "sender", SENDER, "unknown", f"{spoken(here)} did not say.", why, facts=facts)
    if own.state == "verified":
        return Line(
            "region", "sender", SENDER, "ok", f"{own.sender} is verified in {place(here)}.", facts=facts
        )
    if elsewhere:
        names = " and ".join(spoken(one.region) for one in elsewhere[:3])
        sentence = f"{elsewhere[0].sender} is verified in {names}, not in {spoken(here)}."
        said = finding("sender-in-another-region", {"verified in": ", ".join(facts["regions"])}, here)
        return Line("region", "sender", SENDER, "fail", sentence, said, facts=facts)
    silent = _silent(places)
    if silent:
        sentence = f"Not verified in {spoken(here)}; {silent}, so it may be verified there."
        return Line("region", "sender", SENDER, "unknown", sentence, facts=facts)
    sentence = (
        "Its verification has not come through yet." if own.state == "waiting" else "No region knows it."
    )
    return Line(
        "region", "sender", SENDER, "fail", sentence, finding("sender-nowhere", region=here), facts=facts
    )


def _standing(places: Sequence[Place]) -> Line:
    with_senders = [one for one in places if one.senders]
    words = [
        f"{place(one.region)}: {one.senders} {'sender' if one.senders == 1 else 'senders'}, "
        f"{'production' if one.production else 'sandbox'}"
        for one in with_senders
    ]
    closed = sum(one.state == "not-enabled" for one in places)
    if closed:
        words.append(f"{closed} regions not enabled")
    if silent := _silent(places):
        words.append(silent)
    state = "ok" if with_senders else "unknown" if _silent(places) else "warn"
    sentence = "; ".join(words) + "." if words else "No region has a sender."
    facts = {"production": [one.region for one in with_senders if one.production]}
    return Line("region", "places", SANDBOX, state, sentence, facts=facts)


def _silent(places: Sequence[Place]) -> str:
    silent = [one.region for one in places if one.state == "unknown"]
    if not silent:
        return ""
    return f"{silent[0]} did not answer" if len(silent) == 1 else f"{len(silent)} regions did not answer"
