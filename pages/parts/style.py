"""The little CSS that Streamlit's own components and theme cannot give, in this one place."""

import streamlit as st

CSS = """
/* The page: readable lines on a wide screen, no wasted margin on a phone. */
.stMainBlockContainer { max-width: 1120px; padding-top: 4.5rem; padding-bottom: 4rem; }
@media (max-width: 640px) { .stMainBlockContainer { padding-left: 1rem; padding-right: 1rem; padding-top: 4rem; } }
/* The table's own download quotes no formulas; ours does. */
[data-testid="stElementToolbarButton"]:has(button[aria-label*="ownload"]) { display: none; }
/* Captions carry meaning here: second rank, not faint. */
[data-testid="stCaptionContainer"] { opacity: 1; }
"""


def style() -> None:
    """Put the CSS on the page. Called once per run, by the frame."""
    st.html(f"<style>{CSS}</style>")
