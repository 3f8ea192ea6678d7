"""What was noticed about a mail: the worst first, each with what it means and what to do; what is right, in one fold."""

from collections.abc import Sequence

import streamlit as st

from core.letters.point import Point
from core.safe_text import safe_markdown
from pages.parts.plain import plain

SIGNS = {
    "ok": ":green[:material/check_circle:]",
    "warn": ":orange[:material/warning:]",
    "fail": ":red[:material/cancel:]",
    "unknown": ":gray[:material/help:]",
}
WORDS = {"ok": "In order", "warn": "Look at this", "fail": "Wrong", "unknown": "Couldn't check"}


def summary(points: Sequence[Point]) -> None:
    """How many of each, in a sentence with shapes and words."""
    counts = [
        (state, sum(1 for each in points if each.state == state))
        for state in ("fail", "warn", "unknown", "ok")
    ]
    st.markdown(
        " · ".join(f"{SIGNS[state]} **{count}** {_word(state, count)}" for state, count in counts if count)
    )


def _word(state: str, count: int) -> str:
    things = {"fail": "to fix", "warn": "to look at", "unknown": "not known", "ok": "in order"}
    return things[state]


def clear(shown: str) -> None:
    """A button that forgets the answer held under this name."""
    if st.button("Clear the answer", icon=":material/close:", type="tertiary", key=f"clear-{shown}"):
        st.session_state.pop(shown, None)
        st.rerun()


def points(found: Sequence[Point]) -> None:
    """Everything to act on stands open; what is in order in one fold."""
    right = [each for each in found if each.state == "ok"]
    for each in found:
        if each.state != "ok":
            point(each)
    if right and len(right) == len(found):
        for each in right:
            point(each)
    elif right:
        with st.expander(f"{len(right)} in order", icon=":material/check_circle:"):
            for each in right:
                point(each)


def point(one: Point) -> None:
    """One point: its sign and word, the meaning, the steps, and what was seen."""
    unknown = "Couldn't check. " if one.state == "unknown" else ""
    st.markdown(f"{SIGNS[one.state]} **{plain(one.title)}**  \n{unknown}{plain(one.meaning)}")
    if one.steps:
        lines = [f"{number}. {plain(step)}" for number, step in enumerate(one.steps, 1)]
        st.markdown("\n".join(lines) if len(lines) > 1 else f"**What to do:** {plain(one.steps[0])}")
    small = []
    if one.whose_side not in ("yours", "fine"):
        small.append(one.side)
    if seen := [each for each in one.seen if each]:
        small.append("Seen: " + ", ".join(safe_markdown(each, 160) for each in seen))
    if one.link.startswith("https://"):
        small.append(f"[Amazon's page about this]({one.link})")
    if small:
        st.caption(" · ".join(small))
