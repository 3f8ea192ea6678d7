"""Quick check: do these keys work? Nothing is saved unless it is kept."""

import streamlit as st

from core.connect.letter import address
from core.connect.quick_check import quick_check
from core.errors import BadInput
from pages.gate import require_member
from pages.parts import check_lines, fields
from pages.parts.desk import desk
from pages.parts.layout import heading
from pages.parts.steps import Done, done_lines
from pages.walk import draft as drafts
from pages.walk import elsewhere, endpoint, keys
from pages.walk.checking import checked

FORM = 640  # pixels
KIND = "quick-check"
signed = require_member("admin")
draft = drafts.load(signed, KIND)
chosen, typed = drafts.endpoint_of(draft), drafts.credentials_of(draft)
heading(
    "Quick check", "Do these keys work? The answer takes seconds, and nothing is saved unless you keep it."
)

if chosen is None or typed is None:
    with st.form(KIND, clear_on_submit=True, border=False, width=FORM):
        where, held = endpoint.boxes(KIND, chosen), keys.boxes(KIND, draft, smtp=True)
        sender = st.text_input(
            "From address (optional)",
            draft.get("sender", ""),
            max_chars=320,
            placeholder="news@example.com",
            help="Also checks that it may send.",
        )
        fields.said(KIND, "from_address")
        pressed = st.form_submit_button("Check these keys", type="primary")
    fields.rest(KIND, "endpoint", "from_address", *keys.DRAWN_SMTP)
    if pressed:
        right: drafts.Draft = {}  # what need not be filled again when a later box is wrong
        try:
            right["endpoint"] = drafts.endpoint_parts(where.read())
            right["sender"] = address(sender, "from_address") if sender.strip() else None
            drafts.keep(signed, KIND, right, **drafts.credentials_parts(held.read()))
        except BadInput as refused:
            fields.note(KIND, refused)
            drafts.keep(signed, KIND, {**draft, **right}, **held.worth_keeping(refused))
        st.rerun()
    if (filled := keys.from_csv(KIND)) is not None:
        drafts.keep(signed, KIND, draft, **filled)
        st.rerun()
else:
    done_lines(
        [
            Done("Endpoint", endpoint.said(chosen)),
            Done("Keys", f"ending in {typed.hint}" if typed.hint else "this machine's own role"),
        ]
    )
    lines = checked(
        signed,
        KIND,
        draft,
        lambda: quick_check(desk().settings, chosen, typed, draft.get("sender", ""), signed),
    )
    regions = next((line.facts.get("regions", ()) for line in lines if line.key == "sender"), ())
    if regions and (there := elsewhere.switches(regions)):
        drafts.keep(signed, KIND, draft, endpoint=drafts.endpoint_parts(chosen.moved(there)), lines=None)
        st.rerun()
    passed = check_lines.passed(lines)
    keys_at_fault = not passed and check_lines.yours(lines)
    with st.container(horizontal=True):
        if passed and st.button("Keep as a connection", type="primary"):
            drafts.keep(signed, "connect", {k: v for k, v in draft.items() if k != "sender"}, sure=True)
            drafts.forget(signed, KIND)
            st.switch_page("connect.py")
        if not passed and st.button("Check again", type="secondary" if keys_at_fault else "primary"):
            drafts.keep(signed, KIND, draft, lines=None)
            st.rerun()
        if st.button("Check other keys", type="primary" if keys_at_fault else "secondary"):
            drafts.forget(signed, KIND)
            st.rerun()
