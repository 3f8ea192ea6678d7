"""Starting a round of the Doctor, and watching it run."""

from typing import Any

import streamlit as st

from core import moment
from core.diagnosis import Context
from core.doctor import round as rounds
from core.doctor.groups import GROUPS
from core.doctor.history import Round
from core.doctor.line import Line
from core.members.actor import SignedIn
from core.store.tables import Connection
from pages.parts.ago import ago, exact
from pages.parts.desk import desk
from pages.parts.doctor_lines import ASKED, ask, group
from pages.parts.plain import plain
from pages.parts.trouble import trouble

EVERYTHING: tuple[str, ...] = ()


def asked(connection: Connection) -> tuple[str, ...] | None:
    """What this run of the page was asked to look at; None: nothing."""
    wish = st.session_state.pop(ASKED, None)
    return wish[1] if wish and wish[0] == connection.id else None


def button(connection: Connection, last: Round | None, busy: bool) -> None:
    """The one button, and when it was last pressed."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Check everything",
            type="primary",
            icon=":material/stethoscope:",
            key="doctor-all",
            disabled=busy,
            on_click=ask,
            args=(connection, EVERYTHING),
        )
        if last is not None:
            who = f"by {plain(last.member)}" if last.member else "by itself, as every day"
            st.caption(f"Last checked {ago(last.at)}, {who}.", help=exact(last.at), width="content")


def run(signed: SignedIn, connection: Connection, last: Round | None, only: tuple[str, ...]) -> None:
    """The round, live, group by group; then the page is drawn anew from what was kept."""
    found: dict[str, dict[str, Line]] = {name: {} for name in GROUPS}
    for line in last.lines if last and only else ():
        found[line.group][line.key] = line
    wanted = {name.partition("/")[0] for name in only} or set(GROUPS)
    heard: set[str] = set()
    progress = st.progress(0.0, "Asking …")
    places: dict[str, Any] = {name: st.empty() for name in GROUPS}
    for name, place in places.items():
        if not only or found[name]:
            with place.container():
                group(name, list(found[name].values()), waiting=not only)
    done = False
    with trouble(Context(region=connection.region)):
        for line in rounds.round(desk(), connection, signed, moment.now(), only):
            found[line.group][line.key] = line
            if line.ended:
                heard.add(line.group)
            progress.progress(min(0.95, len(heard) / len(wanted)), f"{GROUPS[line.group]} …")
            with places[line.group].container():
                group(line.group, list(found[line.group].values()))
        done = True
    if done:
        st.rerun()
    progress.empty()
    st.button(
        "Try again", key="doctor-again", icon=":material/refresh:", on_click=ask, args=(connection, only)
    )
