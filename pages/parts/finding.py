"""One finding on a screen: what it is, what it means, whose side it is on, what to do. Drawn here and nowhere else."""

from collections.abc import Callable

import streamlit as st

from core.diagnosis.diagnosis import Diagnosis
from core.safe_text import safe_text
from pages.parts.ago import ago, exact
from pages.parts.plain import plain

LOOKS = {
    "fine": (":material/check_circle:", "green"),
    "yours": (":material/build:", "orange"),
    "admin": (":material/person:", "orange"),
    "amazon": (":material/cloud:", "blue"),
    "network": (":material/lan:", "orange"),
    "ours": (":material/bug_report:", "violet"),
}


def finding(
    diagnosis: Diagnosis,
    at: int | None = None,
    key: str | None = None,
    help_with: Callable[[], None] | None = None,
) -> None:
    """Draw one Diagnosis; `at` is when it was last seen, in milliseconds. Evidence is shown as plain text only.

    `help_with` draws what helps at once, a button or a link, above the small print.
    """
    icon, colour = LOOKS.get(diagnosis.whose_side, (":material/help:", "gray"))
    with st.container(border=True, key=key):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.markdown(f"**{plain(diagnosis.title)}**", width="content")
            st.badge(diagnosis.side, icon=icon, color=colour)
        st.markdown(plain(diagnosis.meaning))
        if diagnosis.steps:
            st.markdown(
                "\n".join(f"{number}. {plain(step)}" for number, step in enumerate(diagnosis.steps, 1))
            )
        if help_with is not None:
            help_with()
        if diagnosis.snippet:
            st.code(
                diagnosis.snippet,
                language="json" if diagnosis.snippet.lstrip().startswith("{") else None,
                wrap_lines=True,
            )
        if diagnosis.link.startswith("https://"):
            st.markdown(f"[Amazon's page about this]({diagnosis.link})")
        if diagnosis.evidence or diagnosis.engineers:
            with st.expander("For engineers", key=f"engineers-{key}" if key else None):
                _engineers(diagnosis)
        if at is not None:
            st.caption(f"Seen {ago(at)}", help=exact(at))


def _engineers(diagnosis: Diagnosis) -> None:
    """The second layer: what it is in the protocol's words, and what was said, word for word."""
    if diagnosis.engineers:
        st.markdown(plain(diagnosis.engineers))
    if diagnosis.sure == "remembered":
        st.caption("This is remembered, not read in Amazon's documentation: it may be otherwise.")
    if diagnosis.evidence:
        st.caption("What was said, word for word")
        st.code(
            "\n".join(f"{name}: {safe_text(said, 600)}" for name, said in diagnosis.evidence.items()),
            language=None,
            wrap_lines=True,
        )
    st.caption(f"Reference {diagnosis.reference}")
