"""The steps of a set-up on a screen: one line each, ticking, with its time and what is wrong under it."""

from collections.abc import Iterable

import streamlit as st

from core.setup.saga import StepLine
from pages.parts.ago import took
from pages.parts.finding import finding
from pages.parts.plain import plain

SIGNS = {
    "planned": (":gray[○]", "not yet"),
    "running": (":gray[…]", ""),
    "trying": (":gray[…]", "not known whether it was made"),
    "made": (":green[✓]", "made"),
    "changed": (":green[✓]", "changed"),
    "reused": (":green[✓]", "was there, is used"),
    "waiting": (":orange[◌]", "waits"),
    "failed": (":red[✗]", "did not work"),
    "undone": (":gray[↺]", "taken back"),
}


def steps(lines: Iterable[StepLine]) -> None:
    """Draw them in their order."""
    with st.container(gap="xsmall"):
        for line in lines:
            step(line)


def step(line: StepLine) -> None:
    """One of them."""
    sign, word = SIGNS.get(line.state, (":gray[?]", line.state))
    time = f" :gray[{took(line.seconds)}]" if line.seconds else ""
    said = plain(line.sentence) if line.sentence else word
    st.markdown(f"{sign} **{plain(line.label)}**{f': {said}' if said else ' …'}{time}")
    if line.finding is not None and line.state in ("failed", "waiting"):
        finding(line.finding)
