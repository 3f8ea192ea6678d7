"""Connect: from nothing to a working connection in four screens. Leaving and coming back goes on where it was."""

import streamlit as st

from pages.gate import require_member
from pages.parts.choice import PARAMETER, visible_connections
from pages.parts.demo import offer_demo
from pages.parts.outcome import outcome
from pages.walk.listening import listening
from pages.walk.screens import SAVED, Walk

signed = require_member("admin")
asked = st.query_params.get(PARAMETER)
connection = next((one for one in visible_connections(signed) if one.name == asked), None)
if connection is None:
    walk = Walk(signed)
    saved = walk.draw()
    if saved:
        st.query_params[PARAMETER] = saved.name
        st.rerun()
    if walk.endpoint is None:
        offer_demo(signed)
else:
    outcome(SAVED).drawn()
    listening(signed, connection)
