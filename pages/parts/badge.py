"""States as badges: always a word and a shape, never a colour alone. One name for each state, everywhere."""

import streamlit as st

# word: colour of the theme, icon
LOOKS = {
    "Healthy": ("green", ":material/check_circle:"),
    "At risk": ("orange", ":material/warning:"),
    "In danger": ("red", ":material/dangerous:"),
    "Not checked yet": ("gray", ":material/help:"),
    "Too few to judge": ("gray", ":material/hourglass_empty:"),
    "Cannot be known": ("gray", ":material/visibility_off:"),
    "Verified": ("green", ":material/check_circle:"),
    "Missing": ("orange", ":material/remove_circle:"),
    "Incorrect": ("red", ":material/cancel:"),
    "Couldn't check": ("gray", ":material/help:"),
    "Waiting": ("gray", ":material/schedule:"),
    "Arrived": ("green", ":material/check_circle:"),
    "Stuck": ("red", ":material/error:"),
    "Refused": ("red", ":material/cancel:"),
    "Demo": ("violet", ":material/science:"),
    "Disabled": ("gray", ":material/pause_circle:"),
}


def badge(word: str, help: str | None = None) -> None:
    """The badge of a state. A word that is no state of ours is drawn grey with a question mark: unknown is never healthy."""
    colour, icon = LOOKS.get(word, ("gray", ":material/help:"))
    st.badge(word, icon=icon, color=colour, help=help)


def badge_words(word: str) -> str:
    """The same as Markdown, to stand inside a sentence or a heading. Only for the words above, never for foreign text."""
    colour, icon = LOOKS.get(word, ("gray", ":material/help:"))
    return f":{colour}-badge[{icon} {word}]"
