"""What SES Desk made in the account, beside what is there now; each can be taken back by itself."""

import streamlit as st

from core import moment
from core.diagnosis import Context
from core.members.actor import SignedIn
from core.safe_text import safe_markdown
from core.setup import saga
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
            connection.id,
            lambda: saga.made(setup_run.at_hand(), connection, moment.now()),
            "Comparing with your account …",
        )
        if not found:
            st.caption("SES Desk made nothing in this account, or all of it was taken back.")
            return
        for one in found:
            with (
                st.container(border=True, key=f"made-{one.set_up_id}-{abs(hash(one.key))}"),
                st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"),
            ):
                with st.container(gap="xsmall", width="stretch"):
                    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                        st.markdown(f"**{plain(one.label)}**", width="content")
                        badge("Incorrect" if one.drift else "Verified", help=one.drift or "As it was set.")
                    st.caption(
                        f"{safe_markdown(one.subject, 200)} · {STATES.get(one.state, one.state)} {ago(one.at)}",
                        help=exact(one.at),
                    )
                    if one.drift:
                        st.markdown(plain(one.drift))
                if st.button("Undo this", key=f"undo-{one.set_up_id}-{one.key}"):
                    undo(connection, one.set_up_id, one.key, one.label)
        at = seen_at("made")
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(f"Compared {ago(at)}." if at else "", width="content")
            if st.button("Compare again", type="tertiary"):
                look_again("made")
                st.rerun()
