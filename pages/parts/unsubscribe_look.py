"""How the unsubscribe page looks: name, sentence, two colours, and beside them the page itself."""

import streamlit as st

from core import moment
from core.members.actor import SignedIn
from core.store.tables import Connection
from core.unsubscribe import changes, page
from core.unsubscribe.chosen import Chosen, Look
from pages.parts.desk import desk
from pages.parts.trouble import trouble

DONE = "unsubscribe-done"


def done() -> None:
    """Say what the last change did."""
    words = st.session_state.pop(DONE, None)
    if words:
        st.success(words, icon=":material/check_circle:")


def finish(words: str) -> None:
    """Remember what was done for the next run, and draw everything anew."""
    st.session_state[DONE] = words
    st.rerun()


def look(signed: SignedIn, connection: Connection, decided: Chosen) -> None:
    """The form, and the page as people see it."""
    form, shown = st.columns(2, gap="large")
    with form:
        _form(signed, connection, decided.look)
    with shown:
        st.markdown("**What people see**")
        with st.container(border=True):
            st.iframe(page.preview(decided), height=460, alt="The unsubscribe page as people see it")
        st.caption(
            "Opening it changes nothing; only the button does. It follows the reader's light or dark setting."
        )


def _form(signed: SignedIn, connection: Connection, kept: Look) -> None:
    number = connection.id
    with st.form(f"look-{number}", border=False):
        name = st.text_input(
            "Name people know you by", value=kept.name, max_chars=80, placeholder="Example Shop"
        )
        sentence = st.text_area(
            "Sentence above the button (optional)", value=kept.sentence, max_chars=300, height=90,
            placeholder="Press the button, and you will get no more mail from us.",
        )  # fmt: skip
        with st.container(horizontal=True):
            button = st.color_picker("Button", value=kept.button)
            paper = st.color_picker(
                "Background",
                value=kept.paper,
                help="Where the reader's device is set to dark, the page is dark.",
            )
        on_tests = st.checkbox(
            "Tests to a person carry the link and the headers", value=kept.on_tests,
            help="Pressing it in a test works as it does in real mail: the address joins the suppression list.",
        )  # fmt: skip
        elsewhere = st.text_input(
            "Address of a page of your own (optional)", value=kept.elsewhere, max_chars=300,
            placeholder="https://www.example.com/unsubscribe.html",
            help="The link in the text then leads there. The header stays ours: mail programs press it by themselves.",
        )  # fmt: skip
        pressed = st.form_submit_button("Save the page", type="primary")
    if pressed:
        asked = Look(name, sentence, button, paper, on_tests, elsewhere)
        with trouble():
            changes.change_page(desk().store, connection, asked, signed, moment.now())
            finish("The page was saved. Links that were sent show it too.")
