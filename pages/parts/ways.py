"""What helps with a finding at once: the button that mends it, or the page that does. For Home and for the Doctor."""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from core import moment, quarantine
from core.chain.fix import FIXES
from core.connect.moving import left_behind, switch_region, switched
from core.connect.regions import spoken
from core.diagnosis import Context, explain
from core.doctor.region import verified_in
from core.members import roles
from core.members.actor import SignedIn
from core.receiver.batch import UNREAD
from core.store.tables import Connection
from core.watch import links
from core.watch.changes import DRIFT
from core.watch.feed import DIFFER, LOST, SILENT
from core.watch.links import CHANGED
from core.watch.mending import mend
from pages.parts.choice import PARAMETER
from pages.parts.desk import desk
from pages.parts.finding import finding

ELSEWHERE = "sender-in-another-region"
DONE = "standing-done"  # what the last button said, for whoever draws next


@dataclass(frozen=True, slots=True)
class Way:
    """A page that helps, who may go there, and what to ask it for."""

    label: str
    page: str
    role: str
    tab: str = ""


DRILL = Way("Run the fire drill", "drill.py", "operator")
COUNTS = Way("Look at the days", "review.py", "viewer", "Amazon's own counts")
SET_UP = Way("Set it up again", "setup.py", "admin")
KEYS = Way("Give new keys", "connections.py", "admin")
REVIEW = Way("Look at the causes", "review.py", "viewer")
UNSUBSCRIBE = Way("Look at unsubscribing", "unsubscribing.py", "admin")
ROTATE = Way("Rotate the key", "rotation.py", "admin")
ANOTHER_KEY = Way("Use another key", "rotation.py", "admin")
SANDBOX = Way("Leave the sandbox", "production.py", "admin")
SENDERS = Way("Look at the records", "identities.py", "operator")
WAYS = {
    SILENT: DRILL,
    DIFFER: COUNTS,
    LOST: COUNTS,
    DRIFT: SET_UP,
    CHANGED: SET_UP,
    "unsubscribed-by-amazon": SET_UP,
    **dict.fromkeys(("sender-not-here", "sender-pending", "sender-failed", "sender-unsigned"), SENDERS),
    **dict.fromkeys(("sender-own-bounce-domain", "sender-freemail"), SENDERS),
    "nothing-listens": Way("Set it up", "setup.py", "admin"),
    "drill-not-passed": DRILL,
    "unknown-key": KEYS,
    "secret-does-not-match": KEYS,
    "token-expired": KEYS,
    "keys-missing": KEYS,
    "root-keys": ROTATE,
    **dict.fromkeys(("permission-missing", "denied-explicitly", "smtp-permission-missing"), ANOTHER_KEY),
    **dict.fromkeys(("in-sandbox", "recipient-not-verified", "production-access-missing"), SANDBOX),
    **dict.fromkeys(("key-old", "key-may-do-everything", "key-may-do-much", "rotation-not-ended"), ROTATE),
    "smtp-sign-in-refused": KEYS,
    "under-review": REVIEW,
    "sending-suspended": REVIEW,
    "unsubscribe-no-public-url": UNSUBSCRIBE,
    "unsubscribe-not-https": UNSUBSCRIBE,
    "one-click-off": UNSUBSCRIBE,
    "audit-changed": Way("Look at the audit trail", "audit.py", "admin"),
    "queue-not-readable": Way("Look at the queues", "setup.py", "admin", "Queues"),
    "queue-not-emptied": Way("Look at the queues", "setup.py", "admin", "Queues"),
}


def ways(
    signed: SignedIn,
    connection: Connection,
    reference: str,
    subject: str,
    key: str,
    more: Callable[[], None] | None = None,
) -> None:
    """The one button, or the page; an admin's where it changes Amazon. `key` tells this place from others on the screen.

    `more` draws another button in the same row.
    """
    fix, way = FIXES.get(reference), WAYS.get(reference)
    if way is None and reference.startswith("dns-"):
        way = SENDERS
    admin = roles.covers(signed.role, "admin")
    if fix is not None and fix.page:
        way = Way(fix.label, fix.page.rpartition("/")[2], "admin")
    if reference == ELSEWHERE and admin and (warned := left_behind(desk().store, connection)):
        st.warning(warned, icon=":material/key_off:")
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if fix is not None and not fix.page:
            if not admin:
                st.caption("An admin can mend this here.")
            elif st.button(fix.label, key=f"fix-{key}", icon=":material/build:"):
                _do(
                    lambda: mend(desk(), connection, reference, subject, signed, moment.now()),
                    connection,
                    key,
                )
        unread = reference == UNREAD and admin
        if unread and st.button("Read them again", key=f"read-{key}", icon=":material/replay:"):
            _do(
                lambda: quarantine.read_again(desk(), connection, signed, moment.now()).sentence,
                connection,
                key,
                "Reading them…",
            )
        if way is not None and roles.covers(signed.role, way.role):
            asked = {PARAMETER: connection.name, **({"tab": way.tab} if way.tab else {})}
            st.page_link(way.page, label=way.label, icon=":material/arrow_forward:", query_params=asked)
        if reference == ELSEWHERE and admin:
            _switch(signed, connection, key)
        keep = reference == DRIFT and admin
        if keep and st.button("Keep it as it is", key=f"keep-{key}", icon=":material/done:"):
            _do(lambda: links.accept(desk(), connection, signed, moment.now()), connection, key)
        if more is not None:
            more()
    if refused := st.session_state.get(_refused(connection, key)):
        finding(refused, key=_refused(connection, key))


def _switch(signed: SignedIn, connection: Connection, key: str) -> None:
    """One button for each region where the sender is verified, as the last round of the Doctor found them."""
    for region in verified_in(desk().store, connection.id or 0)[:3]:
        if st.button(f"Switch to {spoken(region)}", key=f"switch-{region}-{key}", icon=":material/public:"):
            _do(lambda region=region: _moved(signed, connection, region), connection, key)


def _moved(signed: SignedIn, connection: Connection, region: str) -> str:
    return switched(switch_region(desk().store, connection, region, signed, moment.now()))


def _do(act: Callable[[], str], connection: Connection, key: str, doing: str = "Asking Amazon…") -> None:
    """Do it with a spinner; what Amazon says against it is explained in its place, also when the page redraws itself."""
    st.session_state.pop(_refused(connection, key), None)
    try:
        with st.spinner(doing):
            st.session_state[DONE] = act()
    except Exception as error:
        explained = explain(error, Context(region=connection.region, now=moment.now()))
        st.session_state[_refused(connection, key)] = explained
        return
    st.rerun()


def _refused(connection: Connection, key: str) -> str:
    return f"refused-{connection.id}-{key}"
