"""The region: where the sender is verified, in every region of Amazon's, and where the account is out of the sandbox."""

from collections.abc import Collection, Iterator, Sequence

from core.aws.finder import Place, elsewhere, same_amazon, search, sentence, silent
from core.connect.regions import place, spoken
from core.diagnosis import finding
from core.doctor import history
from core.doctor.line import Line
from core.doctor.patient import Patient
from core.store.rows import Source

SENDER, SANDBOX = "Sender's region", "Regions"
STEP = 8  # answers after which the line says how far it is
MODES = {True: "production", False: "sandbox", None: "sandbox or not is unknown"}


def check(patient: Patient) -> Iterator[Line]:
    """Where the sender is verified, as the regions answer; what the account may do in each region that has senders."""
    asked = same_amazon(patient.region)
    found: dict[str, Place] = {}
    told = False  # whether the sender's line has its result already
    yield Line("region", "sender", SENDER, "running", "Asking every region of Amazon's.")
    for one in search(patient.access, patient.connection.from_address, asked):
        first = one.region not in found
        found[one.region] = one
        if told or not first:
            continue
        if one.region == patient.region and one.state == "verified":
            told = True
            yield _sender(patient, [one])
        elif one.state == "verified" or len(found) % STEP == 0:
            yield Line("region", "sender", SENDER, "running", _so_far(found.values(), len(asked)))
    places = [found[region] for region in asked]
    if not told:
        yield _sender(patient, places)
    yield _standing(places)


def _so_far(places: Collection[Place], all_: int) -> str:
    verified = next((one for one in places if one.state == "verified"), None)
    words = f"{len(places)} of {all_} regions have answered."
    return f"{verified.sender} is verified in {place(verified.region)}. {words}" if verified else words


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
    others = elsewhere(places, here)
    facts = {"subject": "", "regions": [one.region for one in others]}
    if own is None or own.state == "unknown":
        why = own.why if own else None
        return Line("region", "sender", SENDER, "unknown", f"{spoken(here)} did not say.", why, facts=facts)
    if own.state == "verified":
        return Line(
            "region", "sender", SENDER, "ok", f"{own.sender} is verified in {place(here)}.", facts=facts
        )
    if others:
        said = finding("sender-in-another-region", {"verified in": ", ".join(facts["regions"])}, here)
        return Line("region", "sender", SENDER, "fail", sentence(others, here), said, facts=facts)
    if quiet := silent(places):
        words = f"Not verified in {spoken(here)}; {quiet}, so it may be verified there."
        return Line("region", "sender", SENDER, "unknown", words, facts=facts)
    words = "Its verification has not come through yet." if own.state == "waiting" else "No region knows it."
    return Line(
        "region", "sender", SENDER, "fail", words, finding("sender-nowhere", region=here), facts=facts
    )


def _standing(places: Sequence[Place]) -> Line:
    with_senders = [one for one in places if one.senders]
    words = [
        f"{place(one.region)}: {one.senders} {'sender' if one.senders == 1 else 'senders'}, {MODES[one.production]}"
        for one in with_senders
    ]
    closed = sum(one.state == "not-enabled" for one in places)
    if closed:
        words.append(f"{closed} regions not enabled")
    if quiet := silent(places):
        words.append(quiet)
    unsaid = next((one.why for one in with_senders if one.production is None), None)
    state = "unknown" if unsaid else "ok" if with_senders else "unknown" if quiet else "warn"
    sentence = "; ".join(words) + "." if words else "No region has a sender."
    facts = {"production": [one.region for one in with_senders if one.production]}
    return Line("region", "places", SANDBOX, state, sentence, unsaid, facts=facts)
