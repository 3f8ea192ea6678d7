"""What a round comes to: the verdict in a sentence, what changed, the report to copy, and the rounds before."""

from collections.abc import Sequence

import streamlit as st

from core.doctor import history
from core.doctor.groups import GROUPS
from core.doctor.history import Change, Round
from core.doctor.line import Line
from core.doctor.report import report as text
from core.store.tables import Connection
from pages.parts.ago import exact
from pages.parts.desk import desk
from pages.parts.doctor_lines import SIGNS, WORDS, minute
from pages.parts.plain import plain

SHOWN = 20


def never() -> None:
    """Before the first round."""
    with st.container(border=True):
        st.markdown("Nothing was checked here yet.")
        st.caption("A check takes a few seconds, fifteen at most.")


def verdict(last: Round) -> None:
    """How it stands, in one sentence, and what is to be looked at by name; unknown is never called healthy."""
    wrong, look, open_, fine = (
        count(last.lines, "fail"), count(last.lines, "warn"), count(last.lines, "unknown"), count(last.lines, "ok"),
    )  # fmt: skip
    bad = dict.fromkeys(
        plain(line.label) for state in ("fail", "warn") for line in last.lines if line.state == state
    )
    rest = f"{fine} of {len(last.lines)} lines are in order" + (
        f", {open_} could not be checked." if open_ else "."
    )
    if wrong:
        st.error(f"**{_things(wrong + look)} to do:** {', '.join(bad)}. {rest}", icon=":material/cancel:")
    elif look:
        st.warning(f"**{_things(look)} to look at:** {', '.join(bad)}. {rest}", icon=":material/warning:")
    elif open_:
        words = "**Nothing wrong was found, but not everything could be checked.**"
        st.info(f"{words} {rest}", icon=":material/help:")
    else:
        st.success(f"**Everything that was checked is in order.** {rest}", icon=":material/check_circle:")


def changes(connection: Connection) -> None:
    """What is otherwise than in the round before; what broke stands first."""
    found = history.changed(desk().store, connection.id or 0)
    if not found:
        return
    with st.container(border=True, key="doctor-changes"):
        st.markdown("##### What changed since the round before")
        for one in found:
            st.markdown(_changed(one))


def _changed(one: Change) -> str:
    line = one.line
    label = f"**{plain(line.label)}**"
    if one.was_right:
        return f"{SIGNS[line.state]} {label} was right, now failing since {minute(one.at)}. {plain(line.sentence)}"
    if line.state == "ok":
        return f"{SIGNS['ok']} {label} is in order now. {plain(line.sentence)}"
    return f"{SIGNS[line.state]} {label} is otherwise now. {plain(line.sentence)}"


def report(connection: Connection, last: Round) -> None:
    """The round as text, with the button that copies it."""
    with st.expander("Copy the report", icon=":material/content_copy:"):
        st.caption("Without secrets and without anybody's address, for a colleague or for whoever helps you.")
        st.code(text(last.lines, exact(last.at), connection.name), language=None, wrap_lines=True)


def past(connection: Connection) -> None:
    """The rounds before, each in a line; one that is chosen shows its own lines."""
    found = history.rounds(desk().store, connection.id or 0, SHOWN)
    if len(found) < 2:
        return
    with st.expander("Earlier rounds", icon=":material/history:"):
        rows = [
            {
                "When": exact(one.at), "By": one.member or "itself", WORDS["fail"]: count(one.lines, "fail"),
                WORDS["warn"]: count(one.lines, "warn"), WORDS["unknown"]: count(one.lines, "unknown"),
                WORDS["ok"]: count(one.lines, "ok"),
            }
            for one in found
        ]  # fmt: skip
        st.dataframe(
            rows, hide_index=True, alt="The earlier rounds and how many lines each found in which state"
        )
        earlier = {one.at: one for one in found[1:]}
        chosen = st.selectbox(
            "Open a round",
            list(earlier),
            index=None,
            format_func=exact,
            placeholder="Choose when",
            key=f"doctor-past-{connection.id}",
        )
        if chosen in earlier:
            for line in earlier[chosen].lines:
                label = f"**{plain(GROUPS[line.group])}, {plain(line.label)}**"
                st.markdown(f"{SIGNS[line.state]} {label}: {plain(line.sentence or WORDS[line.state])}")


def count(lines: Sequence[Line], state: str) -> int:
    """How many lines are in a state."""
    return sum(line.state == state for line in lines)


def _things(number: int) -> str:
    return "One thing" if number == 1 else f"{number} things"
