"""Home: is our mail all right? One card per connection, what to do next, and what was found."""

import streamlit as st

from core import moment
from core.members import roles
from core.members.actor import SignedIn
from core.reports.home import state
from pages import gate
from pages.parts import desk, heading, live, visible_connections
from pages.parts.card import card
from pages.parts.demo import offer_demo
from pages.parts.standing import standing
from pages.parts.trouble import trouble


@live(15)
def connections_now(signed: SignedIn) -> None:
    """Every connection with its findings; redraws itself."""
    now = moment.now()
    shown = visible_connections(signed)
    if not shown:
        st.rerun(scope="app")  # the last one was removed: the page begins anew
    for connection in shown:
        with trouble():
            card(signed, state(desk().store, connection, now))
    st.caption(
        "Rates of the last 30 days (UTC), from the events that came in here. Amazon judges by a volume of its own, so its figures may differ."
    )
    with trouble():
        standing(signed, shown)


def begin(signed: SignedIn) -> None:
    """Nothing is connected yet: the two ways to begin."""
    st.markdown("No Amazon SES account is connected yet. Connecting one takes about five minutes.")
    if roles.covers(signed.role, "admin"):
        if st.button("Connect an account", type="primary", icon=":material/add_link:"):
            st.switch_page("connect.py")
        offer_demo(signed)
    else:
        st.caption("An admin can connect one.")


signed = gate.require_member()
heading("Is our mail all right?")
mine = visible_connections(signed)
if not mine:
    begin(signed)
elif any(one.demo for one in mine):
    offer_demo(signed)  # while it is being made ready, its progress; else nothing
if mine:
    connections_now()
