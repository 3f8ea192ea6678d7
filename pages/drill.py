"""Fire drill: do bounces and complaints surely come back? Proved hop by hop; what is broken is named and mended."""

import streamlit as st

from pages.gate import require_member
from pages.parts import drill
from pages.parts.choice import connection_choice
from pages.parts.demo import offer_demo
from pages.parts.layout import empty, heading

signed = require_member("operator")
heading("Fire drill", "Do bounces and complaints surely come back? This proves it, hop by hop.")
connection = connection_choice(signed)
if connection is None:
    empty("There is no connection yet to drill.", "Connect an account", "connect.py")
    offer_demo(signed)
elif connection.disabled:
    st.info(
        "This connection is disabled: it sends nothing. An admin can enable it under Connections.",
        icon=":material/pause_circle:",
    )
else:
    seen = drill.look(connection)
    drill.last_passed(connection)
    drill.start(signed, connection, seen)
    drill.newest(signed, connection, seen)
