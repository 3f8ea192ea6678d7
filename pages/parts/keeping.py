"""The boxes that say for how long a connection keeps what came in."""

import streamlit as st

from core.connect.retention import LEAST_EVENT_DAYS, MOST_DAYS, Kept, kept
from core.store.dropping import EXACT
from core.store.tables import Connection
from pages.parts.desk import desk


def keeping(connection: Connection) -> Kept:
    """Two boxes inside the caller's form; what stands in them when it is sent."""
    now = kept(desk().store, connection)
    st.markdown("**How long it is kept**")
    texts, events = st.columns(2, vertical_alignment="bottom")
    days = texts.number_input("Amazon's own words, days", 0, MOST_DAYS, now.message_days)
    single = events.number_input("Single events, days", 0, MOST_DAYS, now.event_days)
    st.caption(
        f"0 is for ever; events at least {LEAST_EVENT_DAYS}. What is older goes within minutes and does not come back. Rates, "
        "charts and the suppression list stay. A rule for transient bounces sees only events that are kept."
    )
    if desk().store.dialect == "postgresql":
        st.caption(
            f"On PostgreSQL events go by whole months: one, at most two months later. Below {EXACT} days they go to the day."
        )
    return Kept(int(days), int(single))
