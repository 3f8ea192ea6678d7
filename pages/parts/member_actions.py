"""What an admin does with members: add, change, disable, remove, give a one-time password. The service checks each again."""

from collections.abc import Callable, Mapping

import streamlit as st

from core import moment
from core.errors import SesDeskError
from core.members import passwords, people
from core.members.actor import SignedIn
from core.safe_text import safe_markdown
from core.store.people import Person
from pages import gate
from pages.parts.desk import desk
from pages.parts.outcome import outcome
from pages.parts.plain import plain

ALL = "Every connection"
OWN = "Your own password"
DONE, MADE = "members-done", "members-made"


def done() -> None:
    """Say what the last action did."""
    words = outcome(DONE).said
    if words:
        st.success(words, icon=":material/check_circle:")


def drawn() -> None:
    """The page is on the screen as a whole: what was said goes in a moment, a one-time password above all."""
    outcome(DONE).drawn()
    outcome(MADE).drawn()


def add(signed: SignedIn, roles: Mapping[str, str], connections: Mapping[int, str]) -> None:
    """The form for a new member. Asks for the admin's own password: a signed-in screen left alone makes nobody."""
    made = outcome(MADE)
    count = made.count
    with st.form(f"add-member-{count}"):
        left, right = st.columns(2)
        name = left.text_input(
            "Name",
            max_chars=64,
            autocomplete="off",
            help="2 to 64 characters: letters, digits, and . _ - + @",
        )
        role = right.selectbox("Role", list(roles), format_func=roles.__getitem__)
        seen = st.multiselect(
            "Connections they see", list(connections), format_func=connections.__getitem__, placeholder=ALL
        )
        own = st.text_input(OWN, type="password", autocomplete="current-password")
        pressed = st.form_submit_button("Add the member", type="primary")
    if pressed and made.said is None:
        try:
            with made.turn(count) as first:
                if first:
                    passwords.again(desk().store, signed, own, gate.address(), moment.now())
                    added = people.add(desk().store, signed, name, role, moment.now(), seen or None)
                    words = f"{safe_markdown(added.name)} was added. Hand over this one-time password:"
                    made.keep((None, words, added.one_time_password))
        except SesDeskError as refused:
            st.error(plain(str(refused)))
            return
        st.rerun()
    one_time(None)


def change(
    signed: SignedIn, person: Person, roles: Mapping[str, str], connections: Mapping[int, str]
) -> None:
    """Everything that can be changed of one member, in one fold."""
    _role(signed, person, roles, connections)
    _reset(signed, person)
    store, now, who = desk().store, moment.now(), safe_markdown(person.name)
    if person.disabled:
        if st.button("Let in again", key=f"enable-{person.id}"):
            _do(
                lambda: people.enable(store, signed, person.id, person.version, now),
                f"{who} may sign in again.",
            )
    elif st.button("Disable", key=f"disable-{person.id}", help="Keeps the member, but lets them in no more."):
        _do(
            lambda: people.disable(store, signed, person.id, person.version, now),
            f"{who} is disabled and signed out.",
        )
    if st.button(
        "Remove this member",
        key=f"remove-{person.id}",
        help="Ends their sign-ins. What they did stays in the audit trail.",
    ):
        _do(lambda: people.remove(store, signed, person.id, now), f"{who} was removed.")


def _role(signed: SignedIn, person: Person, roles: Mapping[str, str], connections: Mapping[int, str]) -> None:
    names, granted = list(roles), sorted(set(connections) & set(person.connections or ()))
    with st.form(f"role-{person.id}-{person.version}", border=False):
        role = st.selectbox("Role", names, names.index(person.role), format_func=roles.__getitem__)
        seen = st.multiselect(
            "Connections they see",
            list(connections),
            granted,
            format_func=connections.__getitem__,
            placeholder=ALL,
        )
        pressed = st.form_submit_button("Save")
    if not pressed:
        return

    def act() -> None:
        version = person.version
        if role != person.role:
            people.change_role(desk().store, signed, person.id, role, version, moment.now())
            version += 1
        if role != "admin" and seen != granted:
            people.change_grants(desk().store, signed, person.id, seen or None, version, moment.now())

    _do(act, f"{safe_markdown(person.name)} was changed.")


def _reset(signed: SignedIn, person: Person) -> None:
    made = outcome(MADE)
    count = made.count
    with st.form(f"reset-{person.id}-{count}", border=False):
        own = st.text_input(OWN, type="password", autocomplete="current-password")
        pressed = st.form_submit_button("Make a one-time password")
    if pressed and made.said is None:
        try:
            with made.turn(count) as first:
                if first:
                    passwords.again(desk().store, signed, own, gate.address(), moment.now())
                    password = passwords.set_password(desk().store, signed, person.id, None, moment.now())
                    words = f"All sign-ins of {safe_markdown(person.name)} ended. Hand over this one-time password:"
                    made.keep((person.id, words, password))
        except SesDeskError as refused:
            st.error(plain(str(refused)))
            return
        if person.id != signed.member_id:  # whoever did it to themselves is signed out: there is no next run
            st.rerun()


def one_time(member: int | None) -> None:
    """The password that was just made for a member, None for a new one. Shown once, and never again."""
    said = outcome(MADE).said
    if said is None or said[0] != member:
        return
    words, password = said[1:]
    st.success(words, icon=":material/key:")
    if password:
        st.code(password, language=None)
    st.caption("Shown only now. It must be changed at the first sign-in.")


def _do(act: Callable[[], None], words: str) -> None:
    """Run one action; say what it did on the next run, or why not on this one."""
    said = outcome(DONE)
    try:
        act()
    except SesDeskError as refused:
        st.error(plain(str(refused)))
        return
    said.keep(words)
    st.rerun()
