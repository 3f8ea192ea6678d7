"""Members: who may sign in, what they may do, and which connections they see."""

import streamlit as st

from core.members import people
from core.members.actor import SignedIn
from core.safe_text import safe_markdown, safe_text
from core.store.people import Person
from pages import gate
from pages.parts import desk, heading, member_actions, visible_connections

ROLES = {"viewer": "Viewer: may look", "operator": "Operator: also sends tests", "admin": "Admin: everything"}

signed = gate.require_member("admin")
heading("Members", "Who may sign in here. A change of role ends the sign-ins of that member.")
connections = {one.id: one.name for one in visible_connections(signed) if one.id is not None}


def row(signed: SignedIn, person: Person) -> None:
    """One member: who, what they may do, what they see, and a way to change it."""
    with st.container(
        border=True, horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"
    ):
        with st.container(width="stretch", gap=None):
            st.text(safe_text(person.name) + (" (you)" if person.id == signed.member_id else ""))
            st.caption(f"{ROLES[person.role]} · sees {sees(person)}")
        if person.disabled:
            st.badge("Disabled", icon=":material/pause_circle:", color="gray")
        elif person.must_change:
            st.badge("One-time password", icon=":material/key:", color="orange")
        with st.popover("Change", icon=":material/edit:"):
            member_actions.change(signed, person, ROLES, connections)


def sees(person: Person) -> str:
    """Which connections, in words."""
    if person.connections is None:
        return "every connection"
    names = [safe_markdown(connections[one]) for one in sorted(person.connections) if one in connections]
    return ", ".join(names) or "no connection"


member_actions.done()
listed = st.container()
st.space("small")
st.subheader("Add a member", anchor=False)
member_actions.add(signed, ROLES, connections)
with listed:
    for person in people.list_members(desk().store, signed):
        row(signed, person)
        member_actions.one_time(person.id)
member_actions.drawn()
