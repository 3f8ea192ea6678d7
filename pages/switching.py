"""SMTP or HTTP: try the other way beside this one, compare, switch, and switch back."""

import streamlit as st

from pages.gate import require_member
from pages.parts import switching
from pages.parts.choice import connection_choice
from pages.parts.demo import offer_demo
from pages.parts.layout import empty, heading

signed = require_member("admin")
heading("SMTP or HTTP", "Send the same test both ways, compare, and switch. The way back stays open.")
connection = connection_choice(signed)
if connection is None:
    empty("There is no connection yet to switch.", "Connect an account", "connect.py")
    offer_demo(signed)
elif connection.disabled:
    st.info(
        "This connection is disabled: it sends nothing. Enable it under Connections first.",
        icon=":material/pause_circle:",
    )
else:
    switching.done()
    both = switching.now(connection)
    if both is not None and not both.ready:
        switching.keys(signed, connection, both)
    elif both is not None:
        switching.compare(signed, connection, both)
        switching.switch(signed, connection, both)
        switching.back(signed, connection)
