"""A part of a page that refreshes itself, and still asks who is looking each time."""

from collections.abc import Callable
from typing import Concatenate, ParamSpec

import streamlit as st

from core.members.actor import SignedIn
from pages import gate

P = ParamSpec("P")


def live(
    every: float | None, role: str = "viewer"
) -> Callable[[Callable[Concatenate[SignedIn, P], None]], Callable[P, None]]:
    """Decorate a function of (signed, …): it redraws by itself every so many seconds, with the member as of that moment.

    A fragment runs without its page's first line, and a page left open is no sign of use. Whoever was signed out meanwhile is sent to the sign-in; a role that
    was taken away shows so at once. Call it without `signed`.
    """

    def decorate(draw: Callable[Concatenate[SignedIn, P], None]) -> Callable[P, None]:
        @st.fragment(run_every=every)
        def part(*args: P.args, **kwargs: P.kwargs) -> None:
            if gate.signed_in(touch=False) is None:
                st.rerun(scope="app")
            draw(gate.require_member(role, touch=False), *args, **kwargs)

        return part

    return decorate
