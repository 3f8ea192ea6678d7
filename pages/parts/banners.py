"""What must be said on every screen: the vault is locked; some of what is shown is demo data, and one click removes it."""

import streamlit as st

from core import moment
from core.errors import SesDeskError
from core.members import roles
from core.members.actor import SignedIn
from core.safe_text import safe_markdown
from pages.parts.badge import badge_words
from pages.parts.choice import visible_connections
from pages.parts.desk import desk
from pages.parts.plain import plain


def banners(signed: SignedIn) -> None:
    """Draw what applies just now; nothing on a quiet day."""
    vault = desk().vault
    if vault.state != "open":
        st.error(
            f"{vault.why} Everything that needs no Amazon key still works, and events are still stored.",
            icon=":material/lock:",
        )
    shown = visible_connections(signed)
    demos = [one for one in shown if one.demo]
    if demos:
        _demo(signed, "This is" if len(shown) == len(demos) else f"{safe_markdown(demos[0].name)} is")


def _demo(signed: SignedIn, begins: str) -> None:
    """One line, so that the answer of the screen stays above the fold."""
    with st.container(
        horizontal=True,
        vertical_alignment="center",
        horizontal_alignment="distribute",
        gap="small",
        key="demo-banner",
    ):
        mark = badge_words("Demo")
        st.markdown(
            f"{mark} {begins} a demo account with made-up mail. No mail leaves this machine.", width="content"
        )
        if roles.covers(signed.role, "admin") and st.button(
            "Remove the demo", icon=":material/delete:", type="tertiary"
        ):
            _remove(signed)


def _remove(signed: SignedIn) -> None:
    from core.connect import demo

    try:
        with st.spinner("Removing the demo account and its mail…"):
            demo.close_demo(desk().store, desk().settings, signed, moment.now())
    except SesDeskError as refused:
        st.error(plain(str(refused)))
        return
    st.query_params.clear()
    st.rerun()
