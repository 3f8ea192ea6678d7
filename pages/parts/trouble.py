"""When a core call fails: our own refusals as their sentence, everything else explained. Never a raw exception text."""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from core.diagnosis import Context, explain
from core.diagnosis.diagnosis import Diagnosis
from core.errors import BadInput, Conflict, Locked, NotAllowed, NotFound, Unavailable
from core.log import log
from pages.parts.finding import finding
from pages.parts.plain import plain

OURS = (BadInput, Conflict, Locked, NotAllowed, NotFound, Unavailable)


@contextmanager
def trouble(context: Context | None = None) -> Iterator[None]:
    """Draw what goes wrong inside instead of raising it."""
    try:
        yield
    except Exception as error:
        _draw(_said(error, context))


@contextmanager
def lasting_trouble(name: str, context: Context | None = None) -> Iterator[None]:
    """The same in a part that redraws itself: what went wrong stays until this is tried again. `still_troubled` draws it."""
    st.session_state.pop(f"trouble-{name}", None)
    try:
        yield
    except Exception as error:
        st.session_state[f"trouble-{name}"] = _said(error, context)


def still_troubled(name: str) -> None:
    """What went wrong at the last try."""
    if said := st.session_state.get(f"trouble-{name}"):
        _draw(said)


def _said(error: Exception, context: Context | None) -> Diagnosis | str:
    if isinstance(error, OURS):
        return str(error)
    explained = explain(error, context or Context())
    if not explained.known:
        log.error("an error without words", exc_info=error)
    return explained


def _draw(said: Diagnosis | str) -> None:
    if isinstance(said, str):
        st.error(plain(said), icon=":material/error:")
    else:
        finding(said)
