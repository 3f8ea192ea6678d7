"""The lines of a round, group by group: a tick, a sentence, and what to do under it."""

from collections.abc import Sequence

import streamlit as st

from core.doctor.groups import GROUPS
from core.doctor.line import Line
from core.members.actor import SignedIn
from core.store.tables import Connection
from pages.parts.ago import ago, exact, took
from pages.parts.finding import finding
from pages.parts.plain import plain
from pages.parts.ways import ways

SIGNS = {
    "waiting": ":gray[:material/schedule:]",
    "running": ":gray[:material/progress_activity:]",
    "ok": ":green[:material/check_circle:]",
    "warn": ":orange[:material/warning:]",
    "fail": ":red[:material/cancel:]",
    "unknown": ":gray[:material/help:]",
    "skipped": ":gray[:material/remove:]",
}
WORDS = {
    "waiting": "Waiting",
    "running": "Asking …",
    "ok": "In order",
    "warn": "Look at this",
    "fail": "Wrong",
    "unknown": "Couldn't check",
    "skipped": "Not asked",
}
WORST = ("running", "fail", "warn", "unknown", "ok", "skipped", "waiting")  # what a group is called after


def groups(signed: SignedIn, connection: Connection, lines: Sequence[Line], recheck: bool) -> None:
    """Every group of a kept round that has lines, with its buttons."""
    for name in GROUPS:
        mine = [line for line in lines if line.group == name]
        if mine:
            group(name, mine, signed, connection, recheck)


def group(
    name: str,
    lines: Sequence[Line],
    signed: SignedIn | None = None,
    connection: Connection | None = None,
    recheck: bool = False,
    waiting: bool = False,
) -> None:
    """One group. With a connection also what helps, and "Check again"; without one it is only watched."""
    state = "waiting" if waiting else worst(lines)
    with st.container(border=True, key=f"doctor-{name}"):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.markdown(f"##### {GROUPS[name]}", width="content")
            with st.container(horizontal=True, vertical_alignment="center", width="content"):
                st.markdown(f"{SIGNS[state]} {WORDS[state]}", width="content")
                if recheck and connection is not None:
                    again(connection, name, GROUPS[name])
        for line in lines:
            draw(line, signed, connection, recheck)


def draw(line: Line, signed: SignedIn | None, connection: Connection | None, recheck: bool) -> None:
    """One line, with its finding when something is to be done."""
    said = f" {plain(line.sentence)}" if line.sentence else ""
    time = f" :gray[{took(line.seconds)}]" if line.seconds else ""
    words = f"{SIGNS[line.state]} **{plain(line.label)}**{' · ' + WORDS[line.state] if line.state == 'unknown' else ''}{said}{time}"
    asks = recheck and connection is not None and line.state in ("warn", "fail", "unknown")
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(words, width="stretch", help=_since(line))
        if asks and connection is not None:
            again(connection, line.name, line.label)
    if line.finding is None or line.state not in ("warn", "fail", "unknown"):
        return
    shown, its = line.finding, line
    helps = None
    if signed is not None and connection is not None:
        subject = str(its.facts.get("subject", ""))
        key = f"{its.group}-{its.key}"
        helps = lambda: ways(signed, connection, shown.reference, subject, key)  # noqa: E731
    finding(shown, key=f"doctor-finding-{its.group}-{its.key}", help_with=helps)


def again(connection: Connection, name: str, label: str) -> None:
    """Have one group or line looked at again."""
    from pages.parts.doctor_round import ask

    st.button(
        "",
        key=f"again-{name}",
        type="tertiary",
        icon=":material/refresh:",
        help=f"Check again: {label}",
        on_click=ask,
        args=(connection, (name,)),
    )


def worst(lines: Sequence[Line]) -> str:
    """The state a group is called after. Nothing yet is "waiting"; unknown is never in order."""
    states = {line.state for line in lines}
    return next((state for state in WORST if state in states), "waiting")


def _since(line: Line) -> str | None:
    if line.since is None or not line.ended:
        return None
    return f"{WORDS[line.state]} since {ago(line.since)}: {exact(line.since)}"
