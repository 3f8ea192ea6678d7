"""What a screen shows when drawing it failed: our own refusals as their sentence, a fault of ours with a number to look up."""

import secrets

import streamlit as st

from core.errors import SesDeskError
from core.log import log
from pages.parts.plain import plain


def broken(error: Exception) -> bool:
    """Streamlit calls this for whatever a page let through. True: we have said it, nothing else is to be shown."""
    if isinstance(error, SesDeskError):
        st.error(plain(str(error)), icon=":material/error:")
        return True
    number = secrets.token_hex(4)
    log.error("a screen could not be drawn", number=number, exc_info=error)
    st.error(
        "This screen could not be drawn: a fault in SES Desk, not in your account. What was stored is safe. "
        f"Reload the page; if it comes again, the server's log says more under **{number}**.",
        icon=":material/bug_report:",
    )
    return True
