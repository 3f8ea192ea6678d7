"""Check a mail: will it land, and will it look right?"""

import streamlit as st

from pages.gate import require_member
from pages.parts import letter_after, letter_before
from pages.parts.layout import heading

BEFORE, AFTER = "Before the send", "After it arrived"

signed = require_member("operator")
heading(
    "Check a mail",
    "Will it land, and will it look right? Nothing is sent and nothing is stored. The answer stays in this tab until you close it.",
)
which = st.segmented_control(
    "When", [BEFORE, AFTER], default=BEFORE, required=True, key="letter-when", label_visibility="collapsed"
)
if which == AFTER:
    letter_after.form()
else:
    letter_before.form(signed)
