"""What SES Desk made in the account, beside what is there now; each can be taken back by itself."""

import streamlit as st

from core import moment
from core.diagnosis import Context
from core.members.actor import SignedIn
from core.safe_text import safe_markdown, safe_text
from core.setup import saga
from core.setup.saga import Made
from core.store.tables import Connection
from pages.parts import setup_run
from pages.parts.ago import ago, exact
from pages.parts.badge import badge
from pages.parts.looked import look_again, looked, seen_at
from pages.parts.plain import plain
from pages.parts.setup_standing import undo
from pages.parts.trouble import trouble

STATES = {"made": "made", "changed": "changed", "trying": "perhaps made"}


def made(signed: SignedIn, connection: Connection) -> None:
    """The list, newest last, as it was made."""
    with trouble(Context(region=connection.region)):
        found = looked(
            "made",
            (connection.id, connection.region),
            lambda: saga.made(setup_run.at_hand(), connection, moment.now()),
            "Comparing with your account …",
        )
        if not found:
            st.caption(
                "SES Desk made nothing in this account, or all of it was taken back. **Set it up for me** begins."
            )
            return
        with st.container(border=True, key="setup-made", gap="small"):
            for one in found:
                _row(connection, one)
        at = seen_at("made")
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(f"Compared {ago(at)}." if at else "", width="content")
            if st.button("Compare again", type="tertiary"):
                look_again("made")
                st.rerun()


def _row(connection: Connection, one: Made) -> None:
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        with st.container(gap="xxsmall", width="stretch"):
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.markdown(f"**{plain(one.label)}**", width="content")
                badge("Incorrect" if one.drift else "Verified", help=one.drift or "As it was set.")
            named = "" if one.subject in one.label else f"{plain(safe_text(_name(one.subject), 120))} · "
            st.caption(
                f"{named}{STATES.get(one.state, one.state)} {ago(one.at)}",
                help=f"{safe_markdown(one.subject, 300)}, {exact(one.at)}",
            )
            if one.drift:
                st.markdown(plain(one.drift))
        key = f"undo-{one.set_up_id}-{one.key}"
        if st.button("Undo this", key=key, type="tertiary", help=f"Undo: {safe_text(one.label, 60)}"):
            undo(connection, one.set_up_id, one.key, one.label)


def _name(subject: str) -> str:
    """The last part of an ARN or of a queue's URL, which a person knows it by."""
    if subject.count(":") >= 5:
        return subject.split(":", 5)[5].partition(":")[0]
    return subject.rpartition("/")[2] if "://" in subject else subject
