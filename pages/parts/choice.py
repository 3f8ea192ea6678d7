"""Which connection a screen is about: one choice, kept in the URL, among those the member may see."""

import streamlit as st

from core.members import roles
from core.members.actor import SignedIn
from core.store import connections
from core.store.tables import Connection
from pages.parts.desk import desk

PARAMETER = "connection"


def visible_connections(signed: SignedIn) -> list[Connection]:
    """The connections this member may see, by name."""
    return sorted(roles.visible(signed, connections.all(desk().store)), key=lambda one: one.name.lower())


def connection_choice(
    signed: SignedIn, label: str = "Connection", everything: str | None = None
) -> Connection | None:
    """The chosen connection. With one connection nothing is asked. `everything` offers all of them under that name (None).

    No connection at all: None; the page says what to do then.
    """
    shown = visible_connections(signed)
    if not shown or (len(shown) == 1 and everything is None):
        return shown[0] if shown else None
    names = ([everything] if everything else []) + [one.name for one in shown]
    asked = st.query_params.get(PARAMETER)
    start = names.index(asked) if asked in names else 0
    picked = st.selectbox(label, names, index=start, key=f"choice-{label}", width=320)
    if picked == everything:
        st.query_params.pop(PARAMETER, None)
        return None
    if picked != asked:
        st.query_params[PARAMETER] = picked
    return next(one for one in shown if one.name == picked)
