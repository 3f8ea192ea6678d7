"""Mending a weak link by one button. What no call can mend leads to the page that sets everything up again."""

from collections.abc import Callable
from dataclasses import dataclass

from core.chain import mends, ours, telling
from core.chain.mends import Broken
from core.connect import access
from core.desk import Desk
from core.errors import BadInput, SesDeskError
from core.members.actor import Actor
from core.members.roles import require, require_sight
from core.setup import saga
from core.store import audit, findings
from core.store.tables import Connection


@dataclass(frozen=True, slots=True)
class Fix:
    """The button's words; with a page it leads there and changes nothing by itself."""

    label: str
    page: str = ""


SET_UP = "setup.py"

FIXES: dict[str, Fix] = {
    "topic-policy-refuses-ses": Fix("Let SES publish to the topic"),
    "topic-encrypted": Fix("Switch the topic's encryption off"),
    "destination-disabled": Fix("Switch the event destination on"),
    "destination-types-missing": Fix("Add the missing kinds"),
    "destination-missing": Fix("Add the event destination"),
    "configuration-set-not-attached": Fix("Make it the sender's default"),
    "configuration-set-paused": Fix("Resume this configuration set"),
    "identity-topic-missing": Fix("Name the topic again"),
    "subscription-missing": Fix("Subscribe again"),
    "subscription-elsewhere": Fix("Subscribe this SES Desk"),
    "subscription-pending": Fix("Ask again and confirm"),
    "filter-policy-set": Fix("Remove the filter"),
    "raw-delivery-on": Fix("Switch raw delivery off"),
    "queue-policy-refuses": Fix("Let the topic into the queue"),
    "topic-not-pinned": Fix("Confirm the topic"),
    "signature-version-1": Fix("Sign the newer way"),
    "duplicate-feed": Fix("Switch the sender's own notifications off"),
    "topic-none": Fix("Set it up", SET_UP),
    "topic-gone": Fix("Set it up again", SET_UP),
    "topic-fifo": Fix("Set it up again", SET_UP),
    "topic-of-another-account": Fix("Set it up again", SET_UP),
    "wrong-region": Fix("Set it up again", SET_UP),
    "configuration-set-gone": Fix("Set it up again", SET_UP),
    "queue-gone": Fix("Set it up again", SET_UP),
}

_MENDS: dict[str, Callable[[Broken], str]] = {
    "topic-policy-refuses-ses": mends.let_ses_publish,
    "topic-encrypted": mends.unencrypt,
    "destination-disabled": mends.switch_destination_on,
    "destination-types-missing": mends.switch_destination_on,
    "destination-missing": mends.add_destination,
    "configuration-set-not-attached": mends.attach_set,
    "configuration-set-paused": mends.resume_set,
    "identity-topic-missing": mends.name_topic,
    "subscription-missing": mends.subscribe,
    "subscription-elsewhere": mends.subscribe,
    "subscription-pending": mends.subscribe,
    "filter-policy-set": mends.unfilter,
    "raw-delivery-on": mends.envelop,
    "queue-policy-refuses": mends.let_topic_in,
    "topic-not-pinned": mends.pin,
    "signature-version-1": mends.sign_newer,
    "duplicate-feed": telling.tell_once,
}


# With a set-up that stands these are mended by going through it again, so that all comes back as it was made.
_AGAIN = (
    "topic-gone", "configuration-set-gone", "queue-gone", "destination-missing", "subscription-missing",
    "subscription-elsewhere", "subscription-pending",
)  # fmt: skip


def fix_for(desk: Desk, connection: Connection, reference: str) -> Fix | None:
    """The button for a weak link here; what a standing set-up can make again needs no other page."""
    known = FIXES.get(reference)
    if known is not None and known.page and reference in _AGAIN and _standing(desk, connection):
        return Fix("Make it again")
    return known


def fix(desk: Desk, connection: Connection, reference: str, subject: str, actor: Actor, now: int) -> str:
    """Mend it; returns what was done as a sentence. Admin only. `subject`: what the weak link's evidence names under "where".

    The chain is read first, so that only what is wrong now is changed. Raises botocore's errors when Amazon refuses.
    """
    require(actor, "admin")
    require_sight(actor, connection.id or 0)
    again = reference in _AGAIN and _standing(desk, connection)
    mend = mends.set_up_again if again else _MENDS.get(reference)
    if mend is None:
        raise BadInput("This cannot be mended from here. Set up “Bounces and complaints” again.")
    found, wanted = ours.look(desk, connection)
    way = access.of(desk.store, desk.vault, desk.settings, connection)
    said = {"finding": reference, "subject": subject}
    try:
        done = mend(Broken(desk, connection, way, found, wanted, subject, actor, now))
    except SesDeskError:  # said before anything was called
        raise
    except Exception as error:  # some of its calls may have been taken
        with desk.store.write() as conn:
            stopped = {**said, "why": type(error).__name__}
            audit.append(conn, actor.name, "chain-mending-stopped", connection.name, stopped, now)
        raise
    with desk.store.write() as conn:
        audit.append(conn, actor.name, "chain-mended", connection.name, said, now)
        findings.resolve(conn, connection.id or 0, reference, subject, now)
    return done


def _standing(desk: Desk, connection: Connection) -> bool:
    """Whether a set-up stands that can be gone through again now."""
    shown = saga.current(desk.store, connection.id or 0)
    return shown is not None and not shown.busy and shown.state in ("done", "stopped")
