"""One test on its way back: hops that tick, the word for where it stands, and what to do when it is stuck."""

import streamlit as st

from core.connect.journey import Journey
from core.safe_text import safe_markdown
from pages.parts.badge import badge

UNKNOWN = (
    "Amazon did not answer in time, so it is unknown whether this mail was sent. It is never sent again by itself: "
    "wait a minute and see whether it comes back, or send a new test."
)
STUCK = (
    "Amazon took the mail, but nothing has come back for over a minute. Look at **Listen**: is the subscription confirmed, "
    "and do the identity's notifications name the topic?"
)


def hops(title: str, to: str, journey: Journey) -> None:
    """Draw one test. `to` is the address as this member may see it."""
    with st.container(border=True, gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center"):
            badge("Waiting" if journey.word == "Sending" else journey.word)
            st.markdown(f"**{title}** · {safe_markdown(to, 120)}", width="content")
        if journey.word != "Refused":
            st.markdown(" → ".join(_hop(hop.name, hop.seconds) for hop in journey.hops))
        if journey.came:
            st.caption("Came back: " + ", then ".join(safe_markdown(words, 80) for words in journey.came))
        if journey.word == "Unknown":
            st.caption(UNKNOWN)
        elif journey.word == "Stuck":
            st.caption(STUCK)


def _hop(name: str, seconds: float | None) -> str:
    return f":gray[{name} …]" if seconds is None else f":green[✓] {name} {seconds:.1f} s"
