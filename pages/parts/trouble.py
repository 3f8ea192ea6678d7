"""When a core call fails: our own refusals as their sentence, everything else explained. Never a raw exception text."""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from core.diagnosis import Context, explain
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
    except OURS as refused:
        st.error(plain(str(refused)), icon=":material/error:")
    except Exception as error:
        explained = explain(error, context or Context())
        if not explained.known:
            log.error("an error without words", exc_info=error)
        finding(explained)
