"""Your account: who you are here, your password, and where you are signed in."""

import streamlit as st

from core import moment
from core.errors import SesDeskError
from core.members import sessions
from core.safe_text import safe_markdown, safe_text
from pages import gate
from pages.parts import ago, desk, exact, heading, password
from pages.parts.plain import plain

ROLES = {
    "admin": "An admin may do everything, and sees every connection.",
    "operator": "An operator may send tests and work on findings.",
    "viewer": "A viewer may look. Addresses of recipients are masked.",
}

BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrom", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


def browser(agent: str) -> str:
    """`Firefox on Windows`, or what the browser calls itself when we do not know it."""
    name = next((word for sign, word in BROWSERS if sign in agent), "")
    system = next((word for sign, word in SYSTEMS if sign in agent), "")
    if name and system:
        return f"{name} on {system}"
    return safe_text(agent, 60) or "A browser that gave no name"


signed = gate.require_member()
heading("Your account", f"You are signed in as {safe_markdown(signed.name)}. {ROLES[signed.role]}")
left, right = st.columns(2, gap="large")

with left:
    st.subheader("Password", anchor=False)
    st.caption("A new password signs you out everywhere else.")
    password.change(signed)

with right:
    st.subheader("Where you are signed in", anchor=False)
    st.caption("A sign-in ends after 30 minutes without use, and after 12 hours.")
    for session in sessions.list_sessions(desk().store, signed, signed.member_id, moment.now()):
        here = session.token_hash == signed.session_hash
        with st.container(
            border=True, horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"
        ):
            with st.container(width="stretch", gap=None):
                st.text(browser(session.user_agent))
                st.caption(
                    f"{safe_text(session.address, 45)} · used {ago(session.seen_at)}",
                    help=f"Since {exact(session.created_at)}",
                )
            if here:
                st.badge("This browser", color="green", icon=":material/check:")
            elif st.button("Sign it out", key=f"end-{session.token_hash}"):
                try:
                    sessions.end_session(desk().store, signed, session.token_hash, moment.now())
                except SesDeskError as refused:
                    st.error(plain(str(refused)))
                st.rerun()
    with st.container(horizontal=True):
        if st.button("Sign out", icon=":material/logout:"):
            gate.sign_out()
        if st.button("Sign out everywhere"):
            sessions.sign_out_everywhere(desk().store, signed, signed.member_id, moment.now())
            gate.sign_out()
