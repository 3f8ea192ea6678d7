"""Bounces and complaints: one button makes, in Amazon, what reports bounces and complaints back; it is proved after."""

import streamlit as st

from core.setup import saga
from pages.gate import require_member
from pages.parts import queues, setup_hand, setup_made, setup_plan, setup_run, setup_stack, setup_standing
from pages.parts.choice import connection_choice
from pages.parts.demo import offer_demo
from pages.parts.desk import desk
from pages.parts.layout import empty, heading

WAYS = {
    "What SES Desk made": setup_made.made,
    "Queues": queues.queues,
    "By hand": setup_hand.manual,
    "CloudFormation": setup_stack.cloud_formation,
}

signed = require_member("admin")
heading(
    "Bounces and complaints",
    "Amazon knows which mail bounced and who complained. This makes it tell SES Desk.",
)
connection = connection_choice(signed)
if connection is None:
    empty("There is no connection yet to set this up for.", "Connect an account", "connect.py")
    offer_demo(signed)
elif connection.disabled:
    st.info(
        "This connection is disabled: Amazon is not asked. An admin can enable it under Connections.",
        icon=":material/pause_circle:",
    )
else:
    shown = saga.current(desk().store, connection.id or 0)
    anew = f"setup-anew-{connection.id}"
    if setup_run.under_way(connection):
        st.session_state.pop(anew, None)
        setup_run.progress(connection)
    elif shown is None or st.session_state.get(anew):
        setup_run.trouble(connection)
        if shown is not None and st.button("Keep what stands", icon=":material/arrow_back:"):
            st.session_state.pop(anew, None)
            st.rerun()
        setup_plan.begin(signed, connection)
    else:
        setup_standing.standing(signed, connection, shown)
    if not setup_run.under_way(connection):
        names = tuple(WAYS)
        for tab, draw in zip(
            st.tabs(names, key="ways", on_change="rerun", bind="query-params"), WAYS.values(), strict=True
        ):
            if tab.open:
                with tab:
                    draw(signed, connection)
