"""What was read from Amazon for a screen, kept in this browser's session for a few minutes: looking costs calls."""

from collections.abc import Callable
from typing import TypeVar

import streamlit as st

from core import moment

T = TypeVar("T")
KEEP = 300_000  # milliseconds


def looked(name: str, about: object, make: Callable[[], T], saying: str) -> T:
    """What `make` gave for exactly this, no older than five minutes; else asked now, with a word about it."""
    held = st.session_state.get(f"looked-{name}")
    if held is not None and held[0] == about and moment.now() - held[1] < KEEP:
        found: T = held[2]
        return found
    with st.spinner(saying, show_time=True):
        found = make()
    st.session_state[f"looked-{name}"] = (about, moment.now(), found)
    return found


def seen_at(name: str, about: object = None) -> int | None:
    """When it was read, in milliseconds; with `about` only if it was read about exactly this."""
    held = st.session_state.get(f"looked-{name}")
    return None if held is None or (about is not None and held[0] != about) else held[1]


def look_again(*names: str) -> None:
    """Forget it: the next look asks Amazon."""
    for name in names:
        st.session_state.pop(f"looked-{name}", None)
