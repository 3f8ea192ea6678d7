"""One address on the suppression list: found by typing it, why it is there, taking it off, and taking that back."""

import streamlit as st

from core import moment
from core.errors import BadInput
from core.lists import entries
from core.lists.entries import Found, Why
from core.members.actor import SignedIn
from core.safe_text import safe_markdown, safe_text
from core.store.tables import Connection
from pages import gate
from pages.parts.ago import ago, exact
from pages.parts.desk import desk
from pages.parts.list_words import DONE, NAMED, REASONS, UNDO, many
from pages.parts.plain import plain
from pages.parts.trouble import trouble

WHYS = (
    "The mailbox works again",
    "This person asked for mail again",
    "It was put there by mistake",
    "Something else",
)
ASKED = frozenset(("unsubscribe", "complaint"))


def done(signed: SignedIn, connection: Connection) -> None:
    """Say what the last action did; a removal can be taken back here, beside the list it was taken off."""
    words = st.session_state.pop(DONE, None)
    if words:
        st.success(words, icon=":material/check_circle:")
    undo = st.session_state.get(UNDO)
    if undo is not None and undo[0].id == connection.id:
        _, addresses, removed_at, said = undo
        with st.container(horizontal=True, vertical_alignment="center", key="list-undo"):
            st.markdown(f":material/check_circle: {said}", width="content")
            if st.button("Put back what was taken off", icon=":material/undo:"):
                back = entries.put_back(desk().store, connection, addresses, removed_at, signed, moment.now())
                del st.session_state[UNDO]
                st.session_state[DONE] = f"{many(back)} came back to the list, for the reasons from before."
                st.rerun()
            if st.button("Fine", type="tertiary"):
                del st.session_state[UNDO]
                st.rerun()


def search(signed: SignedIn, connection: Connection) -> None:
    """One address: is it on the list, and why."""
    typed = st.text_input(
        "Find an address", max_chars=320, placeholder="somebody@example.com", key="list-find", width=420
    )
    if not typed.strip():
        return
    try:
        found = entries.find(desk().store, connection, typed, signed)
    except BadInput as refused:
        st.error(plain(refused.message), icon=":material/error:")
        return
    with st.container(border=True, key="list-found"):
        _told(found)
        if found.suppressed and st.button("Take it off the list", icon=":material/playlist_remove:"):
            remove(connection, [found.address], {one.reason for one in found.why if one.until is None})


def _told(found: Found) -> None:
    name = safe_markdown(found.address, 320)
    if found.suppressed:
        st.markdown(f":material/block: {name} **gets no mail.**")
    elif found.why:
        st.markdown(f":material/check_circle: {name} **may be mailed.** It was on the list once.")
    else:
        st.markdown(f":material/check_circle: {name} **may be mailed.** It was never on this list.")
    for why in found.why:
        _why(why, found.address)


def _why(why: Why, address: str) -> None:
    until = f", until {exact(why.until)}" if why.until else ""
    st.markdown(f"**{REASONS.get(why.reason, 'Listed')}** {ago(why.since)}{until}", help=exact(why.since))
    event = why.event
    if event is not None:
        kind = " · ".join(
            part
            for part in (event.type, event.bounce_type, event.bounce_subtype or event.feedback_type)
            if part
        )
        st.caption(
            f"The event behind it: {plain(safe_text(kind, 120))}, message {safe_markdown(event.message_id, 120)}"
        )
        if event.recipient != address:
            st.caption(
                f"It names {safe_markdown(event.recipient, 320)}, to which this mail was forwarded: it went to one address alone."
            )
        if event.diagnostic_code:
            st.code(safe_text(event.diagnostic_code, 600), language=None, wrap_lines=True)
    if why.note:
        st.caption(f"Note: {plain(safe_text(why.note, 200))}")


@st.dialog("Take off the suppression list")
def remove(connection: Connection, addresses: list[str], reasons: set[str]) -> None:
    """Says what it means, asks why, and leaves a way back."""
    signed = gate.require_member("operator")
    few = ", ".join(safe_markdown(each, 320) for each in addresses) if len(addresses) <= NAMED else ""
    named = few or f"**{many(len(addresses))}**"
    st.markdown(f"{named} may get mail again at once. Only a new event puts an address back by itself.")
    if reasons & ASKED:
        st.warning(
            "Somebody here asked for no more mail, or complained. Mail them again only if they asked for it.",
            icon=":material/warning:",
        )
    with st.form("list-remove", border=False):
        why = st.radio("Why?", WHYS)
        more = st.text_input(
            "In your own words", max_chars=200, help="Kept in the audit trail, without addresses."
        )
        pressed = st.form_submit_button("Take off the list", type="primary")
    if pressed:
        with trouble():
            said = more if why == WHYS[-1] else f"{why}. {more}".strip()
            now = moment.now()
            gone = entries.remove(desk().store, connection, addresses, said, signed, now)
            st.session_state[UNDO] = (connection, addresses, now, f"{many(gone)} taken off the list.")
            st.rerun()
