"""Adding a domain or an address: one box, one button, and what comes next."""

import streamlit as st

from core import moment
from core.connect.regions import place
from core.diagnosis import Context
from core.errors import BadInput
from core.identities import change
from core.members import roles
from core.members.actor import SignedIn
from core.safe_text import safe_markdown
from core.store.tables import Connection
from pages.parts import fields, identity_choice
from pages.parts.desk import desk
from pages.parts.identity_told import DONE
from pages.parts.trouble import trouble


def add(signed: SignedIn, connection: Connection) -> None:
    """The form, for admins."""
    if not roles.covers(signed.role, "admin"):
        return
    form = f"add-sender-{connection.id}"
    with st.expander("Add a domain or an address", icon=":material/add:", expanded=form_open(form)):
        st.caption(
            f"It counts in {place(connection.region)} only. A domain is the better choice: it covers every address in it, "
            "and mail is signed in your name."
        )
        with st.form(form, border=False):
            text = st.text_input("Domain or address", max_chars=320, placeholder="example.com", width=480)
            fields.said(form, "name")
            pressed = st.form_submit_button("Add this sender", type="primary")
        fields.rest(form, "name")
    if pressed:
        _add(signed, connection, form, text)


def form_open(form: str) -> bool:
    """Whether something is to be said inside."""
    return f"said-{form}" in st.session_state


def _add(signed: SignedIn, connection: Connection, form: str, text: str) -> None:
    with (
        trouble(Context(region=connection.region, service="ses", operation="CreateEmailIdentity")),
        st.spinner("Asking Amazon …"),
    ):
        try:
            added = change.add(desk(), connection, text, signed, moment.now())
        except BadInput as refused:
            fields.note(form, refused)
            st.rerun()
        more = (
            "Publish the records below with whoever runs its DNS."
            if added.is_domain
            else "Amazon has mailed a link to it: open it within 24 hours, then check again."
        )
        st.session_state[DONE] = f"Amazon knows {safe_markdown(added.name, 80)} now. {more}"
        identity_choice.forget(connection, added.name)
        st.rerun()
