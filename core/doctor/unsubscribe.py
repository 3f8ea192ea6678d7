"""Unsubscribing: who makes the links, whether their keys are here, and whether a link opens at the public address.

With a public address a link is made and looked at, never pressed. Pages that others show are not opened.
"""

from collections.abc import Iterator

from core.diagnosis import Diagnosis, finding
from core.doctor.line import Line
from core.doctor.link_opened import open_one
from core.doctor.patient import Patient
from core.errors import SesDeskError
from core.links import LinkKeys
from core.setup.callback_check import shown
from core.setup.callback_wire import Wire, Wrong
from core.unsubscribe.chosen import Chosen
from core.unsubscribe.offer import chosen

GROUP = "unsubscribe"


def check(patient: Patient, wire: Wire | None = None) -> Iterator[Line]:
    """The links, their page, and the headers of one-click unsubscribing."""
    decided = chosen(patient.desk.store, patient.connection)
    if decided.contact_list:
        words = f"Amazon writes the links and keeps the list {decided.contact_list}."
        yield Line(GROUP, "links", "Links", "ok", words)
        yield Line(GROUP, "page", "Page", "skipped", "Amazon shows its own page.")
    else:
        yield _links(patient)
        yield Line(GROUP, "page", "Page", "running")
        yield _page(patient, decided, wire)
    yield _headers(decided)


def _links(patient: Patient) -> Line:
    try:
        ring = LinkKeys(patient.desk.store, patient.desk.settings).for_opening()
    except SesDeskError as lost:
        said = finding("link-keys-lost", {"what": str(lost)})
        return Line(GROUP, "links", "Links", "fail", "Links in mail that was sent do not open.", said)
    if not ring.ids:
        return Line(GROUP, "links", "Links", "ok", "None was made yet; the first one makes its key.")
    return Line(GROUP, "links", "Links", "ok", "The keys of all links in sent mail are here.")


def _page(patient: Patient, decided: Chosen, wire: Wire | None) -> Line:
    """What was seen of the page, in `facts` whether the reader's own link was opened."""
    urls = [patient.desk.settings.public_url, *filter(None, [decided.look.elsewhere])]
    said: Diagnosis | None = None
    if not urls[0]:
        said = finding("unsubscribe-no-public-url")
    elif plain := [url for url in urls if not url.startswith("https://")]:
        said = finding("unsubscribe-not-https", {"address": shown(plain[0])})
    if said is not None:
        return Line(GROUP, "page", "Page", "warn", f"{said.title}.", said)
    return _opened(patient, decided, wire)


def _opened(patient: Patient, decided: Chosen, wire: Wire | None) -> Line:
    """Mail programs press at our own address in either case, so that is looked at."""
    try:
        open_one(patient, wire)
    except Wrong as wrong:
        address = patient.desk.settings.public_url
        said = finding(wrong.reference, {"address": shown(address), **wrong.evidence}, patient.region)
        state = "unknown" if said.whose_side == "ours" else "fail"
        facts = {"subject": shown(address)}
        return Line(GROUP, "page", "Page", state, f"A link was tried: {said.title}.", said, facts=facts)
    if decided.look.elsewhere:
        words = "The link of mail programs opens. Your own page, where readers get to, was not opened."
        return Line(GROUP, "page", "Page", "ok", words, facts={"opened": False})
    words = "A link was opened at the public address: SES Desk showed its page and knew the link."
    return Line(GROUP, "page", "Page", "ok", words, facts={"opened": True})


def _headers(decided: Chosen) -> Line:
    label = "One-click headers"
    if not decided.look.on_tests and not decided.contact_list:
        return Line(GROUP, "headers", label, "warn", "Tests carry none.", finding("one-click-off"))
    words = "Every test carries List-Unsubscribe and List-Unsubscribe-Post. Other senders ask for theirs by the API."
    return Line(GROUP, "headers", label, "ok", words)
