"""The groups of mail that people may leave one by one."""

import streamlit as st

from core import moment
from core.members.actor import SignedIn
from core.safe_text import safe_markdown
from core.store.tables import Connection
from core.unsubscribe import changes
from core.unsubscribe.chosen import Chosen
from pages.parts.desk import desk
from pages.parts.trouble import trouble
from pages.parts.unsubscribe_look import finish


def groups(signed: SignedIn, connection: Connection, decided: Chosen) -> None:
    """Those there are, and one more."""
    st.markdown(
        "Do you send several kinds of mail? People can leave one and keep the others. Put the group's name into the link, "
        "and ask with it before you send. A link without a group is about all mail."
    )
    for group in decided.groups:
        with st.container(
            border=True, horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"
        ):
            st.markdown(
                f"{safe_markdown(group.title, 80)} · in links: {safe_markdown(group.key, 40)}",
                width="content",
            )
            if st.button(
                "Remove this group", key=f"remove-group-{connection.id}-{group.key}", icon=":material/delete:"
            ):
                remove(connection, group.key, group.title)
    if not decided.groups:
        st.caption("There are no groups: whoever leaves, leaves everything.")
    with (
        st.form(f"group-{connection.id}-{len(decided.groups)}", border=False),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        title = st.text_input("Title, as people read it", max_chars=80, placeholder="Newsletter", width=280)
        key = st.text_input("Name in links", max_chars=40, placeholder="news", width=180)
        pressed = st.form_submit_button("Add this group")
    if pressed:
        with trouble():
            changes.add_group(desk().store, connection, key, title, signed, moment.now())
            finish(f"People can leave {safe_markdown(title, 80)} by itself now.")


@st.dialog("Remove this group")
def remove(connection: Connection, key: str, title: str) -> None:
    """What becomes of links that were sent is said first."""
    from pages.gate import require_member

    signed = require_member("admin")
    st.markdown(
        f"Links for {safe_markdown(title, 80)} in mail that was sent go on working. From now on they leave **all** mail, "
        "so that nobody who wants to go is kept. Who left this group is remembered, should you add it again."
    )
    if st.button("Remove this group", type="primary", key="really-remove-group"):
        with trouble():
            changes.remove_group(desk().store, connection, key, signed, moment.now())
            finish(f"{safe_markdown(title, 80)} was taken off the page.")
