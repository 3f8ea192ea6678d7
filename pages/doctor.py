"""Doctor: one button looks at everything of a connection, line by line, and says what to do."""

import streamlit as st

from core.doctor import history
from pages.gate import require_member
from pages.parts import doctor_lines, doctor_round, doctor_told
from pages.parts.choice import connection_choice
from pages.parts.demo import offer_demo
from pages.parts.desk import desk
from pages.parts.layout import empty, heading

signed = require_member("operator")
heading("Doctor", "Looks at everything between you and the inbox. It sends nothing and changes nothing.")
connection = connection_choice(signed)
if connection is None:
    empty("There is no connection yet to look at.", "Connect an account", "connect.py")
    offer_demo(signed)
elif connection.disabled:
    st.info(
        "This connection is disabled: Amazon is not asked. An admin can enable it under Connections.",
        icon=":material/pause_circle:",
    )
else:
    last = history.last(desk().store, connection.id or 0)
    asked = doctor_round.asked(connection)
    doctor_round.button(connection, last, busy=asked is not None)
    if asked is not None:
        doctor_round.run(signed, connection, last, asked)
    elif last is None:
        doctor_told.never()
    else:
        doctor_told.verdict(last)
        doctor_told.changes(connection)
        doctor_lines.groups(signed, connection, last.lines, recheck=True)
        doctor_told.report(connection, last)
        doctor_told.past(connection)
