"""What must be said on every screen: the vault is locked; some of what is shown is demo data, and one click removes it."""

import streamlit as st

from core import moment
from core.errors import SesDeskError
from core.members import roles
from core.members.actor import SignedIn
from pages.parts.choice import visible_connections
from pages.parts.desk import desk


def banners(signed: SignedIn) -> None:
    """Draw what applies just now; nothing on a quiet day."""
    vault = desk().vault
    if vault.state != "open":
        st.error(f"{vault.why} Everything that needs no Amazon key still works, and events are still stored.", icon=":material/lock:")
    if any(one.demo for one in visible_connections(signed)):
        _demo(signed)


def _demo(signed: SignedIn) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center", horizontal_alignment="distribute", key="demo-banner"):
        st.markdown(":violet-badge[:material/science: Demo] This is a demo account with made-up mail. No mail leaves this machine.", width="content")
        if roles.covers(signed.role, "admin") and st.button("Remove the demo", icon=":material/delete:"):
            _remove(signed)


def _remove(signed: SignedIn) -> None:
    from core.connect import demo

    try:
        with st.spinner("Removing the demo account and its mail…"):
            demo.close_demo(desk().store, desk().settings, signed, moment.now())
    except SesDeskError as refused:
        st.error(str(refused))
        return
    st.query_params.clear()
    st.rerun()
