"""What anybody sees who is not signed in: the sign-in, or on a fresh machine the making of the first admin."""

from pathlib import Path

import streamlit as st

from core import moment
from core.errors import SesDeskError
from core.members import first
from pages import gate
from pages.parts.desk import desk
from pages.parts.plain import plain

MARK = str(Path(__file__).resolve().parent / "mark.svg")


def entrance() -> None:
    """Draw the one or the other; nothing else is on the screen."""
    with st.container(horizontal_alignment="center"), st.container(width=440, key="gate"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.image(MARK, width=40)
            st.header("SES Desk", anchor=False, width="content")
        st.caption("Know whether your Amazon SES mail arrives.")
        if first.needed(desk().store):
            _make_first_admin()
        else:
            gate.ask_name_and_password()


def _make_first_admin() -> None:
    st.write(
        "This is a new SES Desk. The terminal that started it shows a one-time code: with it you make the first admin."
    )
    with st.form("first-admin", border=True):
        code = st.text_input(
            "Set-up code", help="Printed once by `make run`, right after the address.", autocomplete="off"
        )
        name = st.text_input(
            "Your name here",
            max_chars=64,
            autocomplete="username",
            help="Letters, digits, dot, dash: you sign in with it.",
        )
        password = st.text_input(
            "Password",
            type="password",
            autocomplete="new-password",
            help="At least 12 characters. A few words are fine.",
        )
        again = st.text_input("Password again", type="password", autocomplete="new-password")
        pressed = st.form_submit_button("Make the first admin", type="primary", width="stretch")
    if not pressed:
        return
    if password != again:
        st.error("The two passwords differ. Type the same one twice.")
        return
    try:
        member = first.make_first_admin(desk().store, code, name, password, moment.now())
    except SesDeskError as refused:
        st.error(plain(str(refused)))
        return
    if member is not None:
        gate.start_session(member)
