"""Amazon's own subscription management instead of our links: chosen, or not."""

import streamlit as st

from core import moment
from core.aws.contacts import ContactList
from core.diagnosis import Context
from core.members.actor import SignedIn
from core.safe_text import safe_markdown
from core.store.tables import Connection
from core.unsubscribe import amazons, changes
from core.unsubscribe.chosen import Chosen
from pages.parts.desk import desk
from pages.parts.trouble import trouble
from pages.parts.unsubscribe_look import finish

WHOLE = "The whole list"


def amazon(signed: SignedIn, connection: Connection, decided: Chosen) -> None:
    """What it is, what it costs, and the switch."""
    st.markdown(
        "Amazon can keep the list of who wants what (contact list), write the links, and refuse mail to people who left. "
        "SES Desk needs no public address for it.\n"
        "- Amazon must sign your mail (Easy DKIM), and each mail must go to one person.\n"
        "- Who leaves everything there joins the suppression list here. For that, Amazon must report *Subscription* events.\n"
        "- Who leaves a topic there that is named like a group here leaves that group too. Other topics stay with Amazon."
    )
    if decided.contact_list:
        topic = f", topic {safe_markdown(decided.contact_topic)}" if decided.contact_topic else ""
        st.markdown(f"In use: contact list {safe_markdown(decided.contact_list)}{topic}.")
        if st.button("Use our own links again", key=f"ours-{connection.id}"):
            with trouble():
                changes.let_amazon(desk().store, connection, "", "", signed, moment.now())
                finish("Tests carry our own links again.")
        return
    seen = f"contact-list-{connection.id}"
    if st.button("Look for a contact list", key=f"look-{connection.id}", disabled=connection.disabled):
        with (
            trouble(Context(region=connection.region, service="ses", operation="ListContactLists")),
            st.spinner("Asking Amazon …"),
        ):
            st.session_state[seen] = (amazons.there(desk(), connection, signed),)
    if seen in st.session_state:
        (there,) = st.session_state[seen]
        (_use if there else _make)(signed, connection, there)


def _use(signed: SignedIn, connection: Connection, there: ContactList) -> None:
    st.markdown(f"Amazon has the contact list {safe_markdown(there.name)} in this account.")
    with st.form(f"use-{connection.id}", border=False):
        topic = st.selectbox("Tests are about", [WHOLE, *there.topics], width=320)
        pressed = st.form_submit_button("Let Amazon manage the links")
    if pressed:
        with trouble():
            kept = "" if topic == WHOLE else topic
            changes.let_amazon(desk().store, connection, there.name, kept, signed, moment.now())
            finish("Tests to a person carry Amazon's link now.")


def _make(signed: SignedIn, connection: Connection, there: ContactList | None) -> None:
    st.markdown("There is no contact list in this account yet. An account may have one in each region.")
    with st.form(f"make-{connection.id}", border=False):
        name = st.text_input("Name", value=amazons.NAME, max_chars=64, width=320)
        pressed = st.form_submit_button("Make this contact list")
    if pressed:
        with trouble(Context(region=connection.region, service="ses", operation="CreateContactList")):
            made = amazons.make(desk(), connection, name.strip(), signed, moment.now())
            st.session_state[f"contact-list-{connection.id}"] = (made,)
            finish(
                f"Amazon has the contact list {safe_markdown(made.name)} now, with a topic for each group."
            )
