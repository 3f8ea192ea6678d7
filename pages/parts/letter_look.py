"""How a mail looks: at a desk and on a phone, side by side where there is room."""

import streamlit as st

from core.letters.examine import Examined
from core.letters.preview import DESKTOP, PHONE, preview
from core.safe_text import safe_markdown

HEIGHT = 520


def look(examined: Examined) -> None:
    """Both previews. Nothing in them can run, load or lead anywhere."""
    if not examined.look:
        return
    st.subheader("How it looks", anchor=False)
    st.markdown(f"**Subject:** {safe_markdown(examined.subject or '(none)', 160)}")
    desk, phone = st.columns([17, 10], gap="medium")
    for place, title, width in ((desk, "Desktop", DESKTOP), (phone, "Phone", PHONE)):
        with place:
            st.markdown(f"**{title}**")
            with st.container(border=True):
                st.iframe(
                    preview(examined.look, width),
                    height=HEIGHT,
                    alt=f"The mail as it looks: {title.lower()}",
                )
    st.caption(
        "Pictures from the web and links are off here, and style sheets are left out: nobody learns that you looked."
    )
