"""Tests: does mail go out, and does Amazon's answer come back?"""

import streamlit as st

from pages.gate import require_member
from pages.parts import testing
from pages.parts.choice import connection_choice
from pages.parts.demo import offer_demo
from pages.parts.layout import empty, heading

signed = require_member("operator")
heading("Tests", "Send a test and watch Amazon's answer come back.")
connection = connection_choice(signed)
if connection is None:
    empty("There is no connection yet to send with.", "Connect an account", "connect.py")
    offer_demo(signed)
elif connection.disabled:
    st.info(
        "This connection is disabled: it sends nothing. An admin can enable it under Connections.",
        icon=":material/pause_circle:",
    )
    testing.came_back(connection)
else:
    everything, came = st.container(), st.container()
    subject, body = testing.letter()
    testing.cards(signed, connection, subject, body)
    testing.person(signed, connection, subject, body)
    with everything:
        testing.send_all(signed, connection, subject, body)
    with came:
        testing.came_back(connection)
