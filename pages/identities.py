"""Domains and addresses: what each sender has published, what is missing, and what the large receivers ask."""

import streamlit as st

from pages.gate import require_member
from pages.parts import identity_add, identity_choice, identity_records, identity_settings, identity_told
from pages.parts.choice import connection_choice
from pages.parts.demo import offer_demo
from pages.parts.layout import empty, heading

signed = require_member("operator")
heading(
    "Domains and addresses", "Whether the world can tell that mail from you is from you: record by record."
)
connection = connection_choice(signed)
if connection is None:
    empty("There is no connection yet whose senders could be shown.", "Connect an account", "connect.py")
    offer_demo(signed)
elif connection.disabled:
    st.info(
        "This connection is disabled: Amazon is not asked. An admin can enable it under Connections.",
        icon=":material/pause_circle:",
    )
else:
    with st.container():  # one place for what comes and goes, so that the tabs stay as they are
        identity_told.done()
    chosen = identity_choice.choice(signed, connection)
    identity_add.add(signed, connection)
    if chosen is not None:
        seen = identity_choice.seen(signed, connection, chosen)
        if seen is not None:
            identity_told.verdict(connection, seen)
            records, asked, settings = st.tabs(["Records", "Gmail, Yahoo, Microsoft", "Settings"])
            with records:
                identity_records.records(seen)
            with asked:
                identity_told.checklist(seen)
            with settings:
                identity_settings.settings(signed, connection, seen)
