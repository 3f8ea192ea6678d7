"""A sender that is verified in another region: the sentence, and a button for the switch there."""

from collections.abc import Sequence

import streamlit as st

from core.connect.regions import spoken
from pages.parts.plain import plain

MOST = 3


def offer(sentence: str, regions: Sequence[str]) -> str | None:
    """Say where it is; gives the region whose button was pressed."""
    if not regions:
        st.info(plain(sentence), icon=":material/info:")
        return None
    with st.container(border=True, key="elsewhere"):
        st.markdown(f":material/public: **{plain(sentence)}**")
        return switches(regions)


def switches(regions: Sequence[str]) -> str | None:
    """A button for each region; gives the one that was pressed."""
    pressed = None
    with st.container(horizontal=True):
        for number, region in enumerate(regions[:MOST]):
            kind = "secondary" if number else "primary"
            if st.button(f"Switch to {spoken(region)}", key=f"elsewhere-{region}", type=kind):
                pressed = region
    return pressed
