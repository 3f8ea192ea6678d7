"""An unsubscribe link opened over the public address, as a reader's browser does: looked at, never pressed.

The link is about an address of Amazon's mailbox simulator, which is nobody's. Who answers is known by a question that only
this SES Desk can put and answer; a sign-in page, another program and a page that does not know the link are told apart.
"""

import time

from core import moment
from core.doctor.patient import Patient
from core.errors import SesDeskError
from core.links import LinkKeys
from core.links.url import PATH
from core.receiver import hello
from core.setup import callback_wire
from core.setup.callback_wire import PAGES, Said, Wire, Wrong
from core.unsubscribe.offer import offer

NOBODY = "success@simulator.amazonses.com"
PATIENCE = 10.0  # seconds, for everything together; a line of the Doctor has 15
MARK = "x-ses-desk"
# What is said in other words of a link than of the callback, because its readers are people and not Amazon.
OWN_WORDS = {
    "callback-localhost": "unsubscribe-not-public",
    "callback-private": "unsubscribe-not-public",
    "callback-certificate": "unsubscribe-certificate",
    "callback-redirects": "unsubscribe-redirects",
    "callback-not-ours": "unsubscribe-not-ours",
}


def open_one(patient: Patient, wire: Wire | None = None) -> None:
    """Make a link, look at it, and see that our own page knows it. Raises Wrong, in the words for readers."""
    try:
        _look(patient, wire or Wire(), time.monotonic() + PATIENCE)
    except Wrong as wrong:
        raise Wrong(OWN_WORDS.get(wrong.reference, wrong.reference), wrong.evidence) from wrong


def _look(patient: Patient, wire: Wire, until: float) -> None:
    desk = patient.desk
    place = callback_wire.place(desk.settings.public_url)
    addresses = callback_wire.public_addresses(place, wire, until)
    try:
        keys = LinkKeys(desk.store, desk.settings)
        url = offer(desk.store, desk.settings, keys, patient.connection, NOBODY).headers["List-Unsubscribe"]
        token = url.strip("<>").rpartition("/")[2]
        asked = hello.ask(desk.store, moment.now())  # who answers compares it with the clock of just now
        opens, shut = (hello.of_link(desk.store, asked, known) for known in (True, False))
    except SesDeskError as error:
        raise Wrong("callback-not-checked", {"reason": str(error)}) from error
    said = callback_wire.get(place, addresses, f"{place.path}{PATH}{token}?hello={asked}", wire, until)
    judge(said, opens, shut)


def judge(said: Said, opens: str, shut: str) -> None:
    """Raises Wrong unless this very SES Desk showed the page of a link that it knows."""
    seen = {"http": str(said.status)}
    mark = said.headers.get(MARK, "")
    page = said.headers.get("content-type", "").startswith(PAGES) and b"<form" in said.body
    if said.status == 200 and page and mark == opens:
        return
    if said.status == 200 and mark == shut:
        raise Wrong("unsubscribe-link-unknown", seen)
    if said.status in (301, 302, 303, 307, 308):
        raise Wrong("callback-redirects", seen)
    if said.status in (401, 403, 407, 511) or b"password" in said.body.lower():
        raise Wrong("callback-login", seen)
    if said.status in (502, 503, 504):
        raise Wrong("callback-unavailable", seen)
    raise Wrong("callback-not-ours", seen)
