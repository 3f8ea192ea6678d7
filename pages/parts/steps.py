"""The head of a walk: where we are, and each finished step as one line with a way back."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from pages.parts.layout import heading


@dataclass(frozen=True, slots=True)
class Done:
    """A finished step: its name, what was chosen in the reader's words, and the step it goes back to ("" = cannot)."""

    name: str
    chosen: str
    back: str = ""


def head(title: str, number: int, of: int, sentence: str) -> None:
    """One heading with the place in the walk, one sentence."""
    heading(title)
    st.progress(number / of, text=f"Step {number} of {of}")
    st.markdown(sentence)


def done_lines(done: Sequence[Done]) -> str | None:
    """The finished steps, one line each; gives the step somebody wants to change, or None."""
    asked = None
    with st.container(gap=None):
        for step in done:
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.markdown(f":green[✓] **{step.name}** · {step.chosen}", width="content")
                if step.back and st.button(
                    "Change", key=f"change-{step.back}", type="tertiary", help=f"Change {step.name.lower()}"
                ):
                    asked = step.back
    return asked
