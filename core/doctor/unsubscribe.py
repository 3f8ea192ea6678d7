"""Unsubscribing: who makes the links, whether their keys are here, and whether their page has a public address.

No link is opened here: that a reader gets to the page is not seen.
"""

from collections.abc import Iterator

from core.diagnosis import Diagnosis, finding
from core.doctor.line import Line
from core.doctor.patient import Patient
from core.errors import SesDeskError
from core.links import LinkKeys
from core.unsubscribe.chosen import Chosen
from core.unsubscribe.offer import chosen

GROUP = "unsubscribe"


def check(patient: Patient) -> Iterator[Line]:
    """The links, their page, and the headers of one-click unsubscribing."""
    decided = chosen(patient.desk.store, patient.connection)
    if decided.contact_list:
        words = f"Amazon writes the links and keeps the list {decided.contact_list}."
        yield Line(GROUP, "links", "Links", "ok", words)
        yield Line(GROUP, "page", "Page", "skipped", "Amazon shows its own page.")
    else:
        yield _links(patient)
        yield _page(patient, decided)
    yield _headers(decided)


def _links(patient: Patient) -> Line:
    """Nothing is made: a key would be, with the first link."""
    try:
        ring = LinkKeys(patient.desk.store, patient.desk.settings).for_opening()
    except SesDeskError as lost:
        said = finding("link-keys-lost", {"what": str(lost)})
        return Line(GROUP, "links", "Links", "fail", "Links in mail that was sent do not open.", said)
    if not ring.ids:
        return Line(GROUP, "links", "Links", "ok", "None was made yet; the first one makes its key.")
    return Line(GROUP, "links", "Links", "ok", "The keys of all links in sent mail are here.")


def _page(patient: Patient, decided: Chosen) -> Line:
    url = decided.look.elsewhere or patient.desk.settings.public_url
    said: Diagnosis | None = None
    if not url:
        said = finding("unsubscribe-no-public-url")
    elif not url.startswith("https://"):
        said = finding("unsubscribe-not-https", {"address": url})
    if said is not None:
        return Line(GROUP, "page", "Page", "warn", f"{said.title}.", said)
    words = (
        "A page of your own asks SES Desk."
        if decided.look.elsewhere
        else "SES Desk shows it, at its public address."
    )
    return Line(GROUP, "page", "Page", "ok", words)


def _headers(decided: Chosen) -> Line:
    label = "One-click headers"
    if not decided.look.on_tests and not decided.contact_list:
        return Line(GROUP, "headers", label, "warn", "Tests carry none.", finding("one-click-off"))
    words = "Every test carries List-Unsubscribe and List-Unsubscribe-Post. Other senders ask for theirs by the API."
    return Line(GROUP, "headers", label, "ok", words)
