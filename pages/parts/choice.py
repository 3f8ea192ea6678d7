"""Which connection a screen is about: one choice, kept in the URL, among those the member may see."""

import streamlit as st

from core.members import roles
from core.members.actor import SignedIn
from core.safe_text import safe_markdown
from core.store import connections
from core.store.tables import Connection
from pages.parts.desk import desk

PARAMETER = "connection"
ALONE = "choice-alone"


def visible_connections(signed: SignedIn) -> list[Connection]:
    """The connections this member may see, by name."""
    return sorted(roles.visible(signed, connections.all(desk().store)), key=lambda one: one.name.lower())


def connection_choice(
    signed: SignedIn, label: str = "Connection", everything: str | None = None
) -> Connection | None:
    """The chosen connection. With one connection nothing is asked. `everything` offers all of them under that name (None).

    No connection at all: None; the page says what to do then. One that was chosen and is gone is never another instead.
    """
    shown = visible_connections(signed)
    if not shown:
        return None
    names = ([everything] if everything else []) + [one.name for one in shown]
    asked = st.query_params.get(PARAMETER) or _before(shown)
    if asked is not None and asked not in names:
        picked = _another(label, names, asked)
    elif len(names) == 1:
        st.session_state[ALONE] = (shown[0].id, shown[0].name)
        return shown[0]
    else:
        start = names.index(asked) if asked else 0
        picked = st.selectbox(label, names, index=start, key=f"choice-{label}", width=320)
    st.session_state.pop(ALONE, None)
    if picked == everything:
        st.query_params.pop(PARAMETER, None)
        return None
    if picked != st.query_params.get(PARAMETER):
        st.query_params[PARAMETER] = picked
    return next(one for one in shown if one.name == picked)


def _before(shown: list[Connection]) -> str | None:
    """The connection these screens were about while it was the only one, by the name it has now, or had."""
    number, name = st.session_state.get(ALONE, (None, None))
    return next((one.name for one in shown if one.id == number), name)


def _another(label: str, names: list[str], gone: str) -> str:
    """Ask for another one, and do nothing before: the button that was pressed was meant for the one that is gone."""
    st.warning(
        f"There is no connection {safe_markdown(gone, 64)} here. It was renamed or removed, or is not yours to see.",
        icon=":material/link_off:",
    )
    picked = st.selectbox(
        label,
        names,
        index=None,
        key=f"choice-{label}-instead-of-{gone}",
        placeholder="Choose another one",
        width=320,
    )
    if picked is None:
        st.stop()
    return str(picked)
