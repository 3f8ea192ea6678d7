"""The link and headers for one address, to copy."""

import streamlit as st

from core.members.actor import SignedIn
from core.store.tables import Connection
from core.unsubscribe import changes
from core.unsubscribe.chosen import Chosen
from pages.parts.desk import desk
from pages.parts.trouble import trouble

ALL = "All mail"


def link(signed: SignedIn, connection: Connection, decided: Chosen) -> None:
    """Ask for an address; show what a mail to it carries."""
    st.markdown(
        "For one mail, or to look at it: the link of one address. It is the same each time, and it does not show the address. "
        "Whoever has it can unsubscribe that address, so do not publish it."
    )
    with (
        st.form(f"link-{connection.id}", border=False),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        address = st.text_input("Address", max_chars=320, placeholder="ada@example.com", width=320)
        titles = {ALL: "", **{f"{group.title} ({group.key})": group.key for group in decided.groups}}
        about = st.selectbox("About", list(titles), width=240) if decided.groups else ALL
        pressed = st.form_submit_button("Show the link")
    if not pressed:
        return
    mine = desk()
    with trouble():
        made = changes.link_for(mine.store, mine.settings, connection, address, titles[about], signed)
        st.caption("Link for the text")
        st.code(made.url, language=None, wrap_lines=True)
        st.caption("Headers")
        st.code(
            "\n".join(f"{name}: {value}" for name, value in made.headers.items()),
            language=None,
            wrap_lines=True,
        )
        st.caption(
            "Gmail, Yahoo and others show their own Unsubscribe button for these two headers (RFC 8058). "
            "Both must be there before the mail is signed (DKIM); Amazon signs after it took them."
        )
