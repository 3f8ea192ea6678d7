"""Messages that were put aside from a queue: the reason, the message as it came, and what can be done with it."""

import streamlit as st

from core import moment
from core.members.actor import SignedIn
from core.members.roles import covers
from core.queues import put_aside as core_put_aside
from core.safe_text import safe_text
from core.store import poison, queues
from core.store.tables import Connection, Poison
from pages.parts.ago import ago
from pages.parts.desk import desk
from pages.parts.plain import plain
from pages.parts.trouble import trouble

SHOWN = 20
LONGEST = 4_000  # characters of a message on the screen


def put_aside(signed: SignedIn, connection: Connection) -> None:
    """Twenty to a page, the newest first; nothing where there are none. Bodies may hold addresses: admins only."""
    trail: list[int | None] = st.session_state.setdefault(f"poison-trail-{connection.id}", [None])
    found = poison.of_connection(desk().store, connection.id or 0, SHOWN + 1, trail[-1])
    while not found and len(trail) > 1:  # the last of this page was dealt with
        trail.pop()
        found = poison.of_connection(desk().store, connection.id or 0, SHOWN + 1, trail[-1])
    if not found or not covers(signed.role, "admin"):
        return
    every = sum(
        poison.count(desk().store, one.id or 0)
        for one in queues.of_connection(desk().store, connection.id or 0)
    )
    st.markdown(f"**Put aside: {every:,} message{'' if every == 1 else 's'}**")
    st.caption("They could not be taken in, and were taken off the queue so that they hold up nothing else.")
    for one in found[:SHOWN]:
        _message(signed, connection, one)
    _turn(trail, found[SHOWN - 1].id if len(found) > SHOWN else None)


def _turn(trail: list[int | None], following: int | None) -> None:
    """The way to older ones and back, where there are more than fit a page."""
    if len(trail) == 1 and following is None:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        newer = st.button(
            "Newer", icon=":material/chevron_left:", disabled=len(trail) == 1, key="poison-newer"
        )
        older = st.button(
            "Older", icon=":material/chevron_right:", disabled=following is None, key="poison-older"
        )
        st.caption(f"Page {len(trail)}", width="content")
    if newer:
        trail.pop()
        st.rerun()
    if older:
        trail.append(following)
        st.rerun()


def _message(signed: SignedIn, connection: Connection, one: Poison) -> None:
    with st.container(border=True, key=f"poison-{one.id}"):
        st.markdown(plain(one.reason))
        st.caption(f"Came {ago(one.received_at)} · {len(one.body.encode('utf-8', 'replace')):,} bytes")
        with st.expander("The message as it came"):
            st.code(safe_text(one.body, LONGEST), language=None, wrap_lines=True)
        with st.container(horizontal=True):
            again = st.button("Take it in again", key=f"again-{one.id}", icon=":material/replay:")
            forget = st.button("Forget it", key=f"forget-{one.id}", icon=":material/delete:", type="tertiary")
    if again or forget:
        with trouble():
            _do(signed, connection, one, again)


def _do(signed: SignedIn, connection: Connection, one: Poison, again: bool) -> None:
    about = desk(), connection, one.id or 0, signed, moment.now()
    if again:
        new = core_put_aside.again(*about)
        said = "It was taken in." if new else "It was here already: it had come another way."
    else:
        core_put_aside.forget(*about)
        said = "It is forgotten."
    st.session_state[f"queues-said-{connection.id}"] = said
    st.rerun()
