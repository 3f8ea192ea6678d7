"""What an action came to, kept where a second press cannot cut it short.

A second press starts another run beside the one at work, which ends at its next word to the screen or to the session
state. So get the outcome first, act within its turn, and keep there what is to be said: neither is such a word.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import streamlit as st

SECOND_PRESS = 2.0  # seconds within which a press is the second half of a double one


class Outcome:
    """What is to be said of an action, and how often it was done. A form named after the count is empty after each success."""

    def __init__(self) -> None:
        self.count = 0
        self.said: Any = None
        self._turn = threading.Lock()

    @contextmanager
    def turn(self, count: int) -> Iterator[bool]:
        """Only one run acts at a time. Gives whether the action is still to be done: none succeeded since `count` was read."""
        with self._turn:
            yield self.count == count

    def keep(self, said: Any = None) -> None:
        """The action succeeded, and this is to be said."""
        self.said = said
        self.count += 1

    def drawn(self) -> None:
        """It was said. It goes in a moment: a second press draws the screen anew, and must find it still."""
        if self.said is not None:
            timer = threading.Timer(SECOND_PRESS, self.forget, (self.said,))
            timer.daemon = True
            timer.start()

    def forget(self, said: Any) -> None:
        """This was dealt with."""
        if self.said is said:
            self.said = None


def outcome(name: str) -> Outcome:
    """The one of this name in this browser's session."""
    kept: Outcome = st.session_state.setdefault(f"outcome-{name}", Outcome())
    return kept
