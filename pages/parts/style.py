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
/* What is chosen in a row of tabs or days: the accent reads only at 3.8:1 on the dark page, the link's colour at 9:1. */
:is([role="tab"][aria-selected="true"], [data-testid="stBaseButton-segmented_controlActive"]) p { color: light-dark(#0a5f7c, #74cbe6); }
/* The demo's line: quiet, but never to be overlooked. */
.st-key-demo-banner { border-bottom: 1px solid #8a63c444; padding-bottom: 0.25rem; }
/* The sign-in form is a library's, which has no primary button. White on this reads at 5.7:1 in both themes. */
.st-key-gate [data-testid="stBaseButton-secondaryFormSubmit"] { background: #0b6e8f; border-color: #0b6e8f; color: #fff; }
.st-key-gate [data-testid="stBaseButton-secondaryFormSubmit"]:hover { background: #095b77; border-color: #095b77; color: #fff; }
.st-key-gate [data-testid="stHeaderActionElements"] { display: none; }
"""


def style() -> None:
    """Put the CSS on the page. Called once per run, by the frame."""
    st.html(f"<style>{CSS}</style>")
