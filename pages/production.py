"""Leave the sandbox: is the account ready, what to write to Amazon, and how the review stands."""

import streamlit as st

from pages.gate import require_member
from pages.parts import production
from pages.parts.choice import connection_choice
from pages.parts.demo import offer_demo
from pages.parts.layout import empty, heading

signed = require_member("admin")
heading(
    "Leave the sandbox", "What Amazon's reviewers look for, from facts; and the request, drafted from them."
)
connection = connection_choice(signed)
if connection is None:
    empty("There is no connection yet.", "Connect an account", "connect.py")
    offer_demo(signed)
elif connection.disabled:
    st.info(
        "This connection is disabled: Amazon is not asked. Enable it under Connections first.",
        icon=":material/pause_circle:",
    )
else:
    asked = production.way(connection)
    stands = production.state(connection, asked) if asked is not None else None
    if asked is not None and stands is not None and not stands.production:
        found = production.readiness(connection, asked)
        if stands.review not in ("PENDING", "DENIED"):
            production.request(signed, connection, found)
