"""A sentence at the field: forms that are emptied on sending say on the next run which box was wrong, and how to mend it."""

import streamlit as st

from core.errors import BadInput
from pages.parts.plain import plain


def note(form: str, refused: BadInput) -> None:
    """Remember what is wrong, for the next run of this form. Holds our sentence and the name of the box, never what was typed."""
    st.session_state[f"said-{form}"] = (refused.field, refused.message)


def said(form: str, *fields: str) -> None:
    """Under a box: what is wrong with it, once."""
    field, message = st.session_state.get(f"said-{form}", (None, ""))
    if message and (field in fields or (not fields and field is None)):
        st.markdown(f":red[:material/error: {plain(message)}]")


def rest(form: str, *drawn: str) -> None:
    """Under the form: what is wrong with no box that was drawn. Then everything said is forgotten."""
    field, message = st.session_state.pop(f"said-{form}", (None, ""))
    if message and field not in drawn:
        st.error(plain(message), icon=":material/error:")
