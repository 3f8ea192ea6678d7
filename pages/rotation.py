"""Rotate the key: a second one goes in, is tested and takes over, then the first is switched off. Goes on where it was left."""

import streamlit as st

from core.rotation import kept
from pages.gate import require_member
from pages.parts import rotation, rotation_end, rotation_enter
from pages.parts.choice import connection_choice
from pages.parts.demo import offer_demo
from pages.parts.desk import desk
from pages.parts.layout import empty, heading

signed = require_member("admin")
heading(
    "Rotate the key", "A second key goes in, is tested and takes over. Then the first one is switched off."
)
connection = connection_choice(signed)
if connection is None:
    empty("There is no connection yet whose key could be rotated.", "Connect an account", "connect.py")
    offer_demo(signed)
elif connection.disabled:
    st.info(
        "This connection is disabled: Amazon is not asked. Enable it under Connections first.",
        icon=":material/pause_circle:",
    )
else:
    rotation.done()
    row = kept.find(desk().store, connection)
    rotation.place(row)
    if row is None:
        rotation_enter.enter(signed, connection)
    elif row.step == kept.ENTERED:
        rotation.prove(signed, connection, row)
    elif row.step == kept.TESTED:
        rotation.switch(signed, connection, row)
    elif row.step == kept.SWITCHED:
        rotation_end.disable(signed, connection, row)
    else:
        rotation_end.finish(signed, connection, row)
