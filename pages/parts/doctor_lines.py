"""The lines of a round, group by group: a tick, a sentence, and what to do under it."""

from collections.abc import Collection, Sequence

import streamlit as st

from core import moment
from core.doctor.groups import GROUPS
from core.doctor.line import BAD, Line
from core.members.actor import SignedIn
from core.store.tables import Connection
from pages.parts.ago import exact, took
from pages.parts.finding import finding
from pages.parts.plain import plain
from pages.parts.ways import ways

ASKED = "doctor-asked"
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
FAILED = {"keys/who": "Key"}  # a cross before "Amazon knows the key" would say two things at once
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
    """One group. With a connection also what to do, and "Check again"; without one it is only watched, drawn over and over."""
    state = "waiting" if waiting else worst(lines)
    with st.container(border=True, key=f"doctor-{name}" if connection is not None else None):
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
    label = FAILED.get(line.name, line.label) if line.state == "fail" else line.label
    said = [plain(line.sentence)] if line.sentence else []
    if line.state == "unknown" and not line.sentence.startswith("Cannot be known"):
        said.insert(0, f"{WORDS['unknown']}.")
    if line.seconds:
        said.append(f":gray[{took(line.seconds)}]")
    if line.state in BAD and line.since is not None and moment.now() - line.since > 2 * moment.MINUTE:
        said.append(f":gray[· so since {minute(line.since)}]")
    st.markdown(f"{SIGNS[line.state]} **{plain(label)}**{': ' if said else ''}{' '.join(said)}")
    if line.finding is not None and line.state == "skipped" and line.finding.snippet and signed is not None:
        with st.expander("What to add to the user's policy", key=f"doctor-statement-{line.group}-{line.key}"):
            st.code(line.finding.snippet, language="json", wrap_lines=True)
    if line.finding is None or line.state not in (*BAD, "unknown") or connection is None or signed is None:
        return
    told, subject, key = line.finding, str(line.facts.get("subject", "")), f"{line.group}-{line.key}"
    more = (lambda: again(connection, line.name, line.label, "Check this again")) if recheck else None
    finding(
        told,
        key=f"doctor-finding-{key}",
        help_with=lambda: ways(signed, connection, told.reference, subject, key, more),
    )


def again(connection: Connection, name: str, label: str, words: str = "") -> None:
    """Have one group or line looked at again."""
    st.button(
        words,
        key=f"again-{name.replace('/', '-')}",
        type="tertiary",
        icon=":material/refresh:",
        help=None if words else f"Check again: {label}",
        on_click=ask,
        args=(connection, (name,)),
    )


def ask(connection: Connection, only: Collection[str]) -> None:
    """Have the next run of the page do a round: everything, or these groups or lines."""
    st.session_state[ASKED] = (connection.id, tuple(only))


def minute(at: int) -> str:
    """A moment to the minute: `24 November 2026, 14:03 UTC`."""
    return f"{exact(at)[:-7]} UTC"


def worst(lines: Sequence[Line]) -> str:
    """The state a group is called after. Nothing yet is "waiting"; unknown is never in order."""
    states = {line.state for line in lines}
    return next((state for state in WORST if state in states), "waiting")
