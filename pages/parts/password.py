"""Choosing a new password: under the name, and at the first sign-in with a one-time one."""

import streamlit as st

from core import moment
from core.errors import SesDeskError
from core.members import passwords
from core.members.actor import SignedIn
from pages import gate
from pages.parts.desk import desk
from pages.parts.plain import plain


def choose_first(signed: SignedIn) -> None:
    """All that somebody with a one-time password sees."""
    with st.container(horizontal_alignment="center"), st.container(width=440, key="gate"):
        st.header("Choose a password", anchor=False)
        st.caption(
            "You signed in with a one-time password. Choose your own now; after that everything is open to you."
        )
        change(signed, "The one-time password")
        if st.button("Sign out", type="tertiary"):
            gate.sign_out()


def change(signed: SignedIn, old_label: str = "Your password now") -> None:
    """The form and what it does. Every other session of the member ends; this browser is signed in anew."""
    with st.form("new-password", clear_on_submit=True):
        old = st.text_input(old_label, type="password", autocomplete="current-password")
        new = st.text_input(
            "New password",
            type="password",
            autocomplete="new-password",
            help="At least 12 characters. A few words in a row are good.",
        )
        again = st.text_input("New password again", type="password", autocomplete="new-password")
        pressed = st.form_submit_button("Change the password", type="primary")
    if not pressed:
        return
    if new != again:
        st.error("The two new passwords differ. Type the same one twice.")
        return
    try:
        passwords.change_own(desk().store, signed, old, new, gate.address(), moment.now())
    except SesDeskError as refused:
        st.error(plain(str(refused)))
        return
    gate.start_session(signed.member_id)
