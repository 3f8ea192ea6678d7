"""One connection on Home: its word with the reasons, its meters, and the one next step."""

import streamlit as st

from core.connect.regions import spoken
from core.members import roles
from core.members.actor import SignedIn
from core.reports.home import State
from core.safe_text import safe_html
from pages.parts.ago import ago, exact
from pages.parts.badge import badge
from pages.parts.choice import PARAMETER
from pages.parts.meters import meters
from pages.parts.plain import plain

# step: who may take it, the sentence, the page, its label
NEXT = {
    "check": ("admin", "Ask Amazon how this account stands.", "connections.py", "Check this connection"),
    "listen": (
        "admin",
        "Let Amazon report deliveries too, so that rates can be known.",
        "setup.py",
        "Set up what Amazon reports",
    ),
    "test": (
        "operator",
        "Nothing has come in yet. Send a test and watch it come back.",
        "tests.py",
        "Send a test",
    ),
    "production": (
        "admin",
        "Ask Amazon for production access, so that mail reaches everybody.",
        "connections.py",
        "See how",
    ),
    "review": ("viewer", "See which days and which mail it comes from.", "review.py", "Look at the days"),
}


def card(signed: SignedIn, state: State) -> None:
    """Draw one connection."""
    connection = state.connection
    with st.container(border=True, key=f"card-{connection.id}"):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            with st.container(horizontal=True, vertical_alignment="center", width="content", gap="small"):
                st.html(
                    f'<h3 style="margin:0;padding:0">{safe_html(connection.name, 60)}</h3>', width="content"
                )
                badge(state.health.word)
                if connection.disabled:
                    badge("Disabled")
            checked = connection.checked_at
            st.caption(
                f"{spoken(connection.region)} · {f'checked {ago(checked)}' if checked else 'never checked'}",
                help=exact(checked) if checked else None,
                width="content",
            )
        _reasons(state)
        meters(state)
        _next(signed, state)


def _reasons(state: State) -> None:
    """The worst reason first, as a sentence; the others below it, quieter."""
    first, *others = dict.fromkeys(reason.sentence for reason in state.health.reasons)
    st.markdown(f"**{first}**")
    if others:
        st.caption("  \n".join(others))
    for sentence in state.notable:
        st.markdown(f":material/search: Worth a look: {plain(sentence)}")


def _next(signed: SignedIn, state: State) -> None:
    if state.next not in NEXT:
        return
    role, sentence, page, label = NEXT[state.next]
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"Next: {sentence}", width="content")
        if roles.covers(signed.role, role):
            st.page_link(
                page,
                label=label,
                icon=":material/arrow_forward:",
                query_params={PARAMETER: state.connection.name},
            )
        else:
            st.caption(f"An {role} can do this.")
