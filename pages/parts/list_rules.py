"""When an address is put on the list by itself; an admin sets the rules for transient bounces."""

import streamlit as st

from core import moment
from core.errors import BadInput
from core.lists import rules as core
from core.members import roles
from core.members.actor import SignedIn
from core.store.tables import Connection
from pages.parts.desk import desk
from pages.parts.list_words import DONE
from pages.parts.plain import plain

SUBTYPES = {
    "MailboxFull": "Mailbox full",
    "General": "For the time being, no reason told",
    "MessageTooLarge": "Message too large",
    "ContentRejected": "Content refused",
    "AttachmentRejected": "Attachment refused",
    "CustomTimeoutExceeded": "Your own time limit passed",
}


def rules(signed: SignedIn, connection: Connection) -> None:
    """What always holds, and what may be set."""
    st.markdown(
        "- **At once:** a permanent bounce, a complaint by one person, an unsubscribe.\n"
        "- **Never:** test mail and drills, a complaint that was taken back, one that several people may have made, "
        "and an address the mail did not go to."
    )
    held = core.rules(desk().store, connection)
    admin = roles.covers(signed.role, "admin")
    st.subheader("Transient bounces", anchor=False)
    st.caption(
        "One says little. Several messages within some weeks say that nobody reads the mailbox. 0 is off."
    )
    wanted: dict[str, tuple[int, int]] = {}
    with st.form("list-rules", border=False):
        for subtype, words in SUBTYPES.items():
            times, days = held.get(subtype, (0, 30))
            with st.container(horizontal=True, vertical_alignment="bottom", key=f"rule-{subtype}"):
                number = st.number_input(
                    f"{words} ({subtype}): messages",
                    0,
                    100,
                    times,
                    key=f"times-{subtype}-{connection.id}",
                    width=380,
                    disabled=not admin,
                )
                span = st.number_input(
                    "within days",
                    1,
                    365,
                    days,
                    key=f"days-{subtype}-{connection.id}",
                    width=160,
                    disabled=not admin,
                )
            if number:
                wanted[subtype] = (int(number), int(span))
        pressed = st.form_submit_button("Save these rules", type="primary", disabled=not admin)
    if not admin:
        st.caption("An admin can change these.")
    if pressed:
        try:
            core.set_rules(desk().store, connection, wanted, signed, moment.now())
        except BadInput as refused:
            st.error(plain(refused.message), icon=":material/error:")
            return
        st.session_state[DONE] = "These rules hold from now on. What is on the list stays there."
        st.rerun()
