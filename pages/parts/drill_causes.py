"""Why a drill is stuck, on a screen: the culprit first with its button, then what cannot be known, then what it is not."""

import streamlit as st

from core import moment
from core.diagnosis import Context
from core.drill.stuck import FOUND, RULED_OUT, UNKNOWN, Cause, why_stuck
from core.members.actor import SignedIn
from core.members.roles import covers
from core.store.tables import Connection, Drill
from core.watch.mending import mend
from pages.parts.ago import ago, exact
from pages.parts.choice import PARAMETER
from pages.parts.desk import desk
from pages.parts.finding import finding
from pages.parts.looked import look_again, looked, seen_at
from pages.parts.plain import plain
from pages.parts.trouble import trouble

LOOKED, DONE = "drill-causes", "drill-mended"
RECENT = 900_000  # ms


def wanted(drill: Drill) -> bool:
    """Whether Amazon is asked without being told to: of a drill of earlier days somebody has to press Look again."""
    return drill.ended_at is None or moment.now() - drill.ended_at < RECENT or seen_at(LOOKED) is not None


def look(signed: SignedIn, drill: Drill) -> list[Cause]:
    """The causes, asked of Amazon once and kept for this browser session; empty when Amazon cannot be asked."""
    with trouble():
        return looked(
            LOOKED,
            (drill.id, signed.session_hash),
            lambda: why_stuck(desk(), drill, signed, moment.now()),
            "Asking Amazon where it stops …",
        )
    return []


def forget() -> None:
    """Ask Amazon anew at the next look."""
    look_again(LOOKED)


def done() -> None:
    """What the button did, said once."""
    if said := st.session_state.pop(DONE, ""):
        st.success(f"{plain(said)} Start the drill again to prove it.", icon=":material/build:")


def draw(signed: SignedIn, connection: Connection, drill: Drill, causes: list[Cause]) -> None:
    """Found ones open, the rest folded."""
    found = [one for one in causes if one.checked == FOUND]
    unknown = [one for one in causes if one.checked == UNKNOWN]
    ruled_out = [one for one in causes if one.checked == RULED_OUT]
    first = [
        one for one in causes[:1] if one.checked == UNKNOWN
    ]  # a doubt that goes before what may follow from it
    for number, one in enumerate([*first, *found]):
        finding(
            one.finding,
            key=f"cause-{number}",
            help_with=lambda one=one, number=number: _button(signed, connection, drill, one, number),
        )
    rest = [one for one in unknown if one not in first]
    if rest:
        with st.expander(f"Cannot be known from here ({len(rest)})"):
            for number, one in enumerate(rest):
                finding(one.finding, key=f"unknown-{number}")
    if ruled_out:
        with st.expander(f"Looked at, and not the cause ({len(ruled_out)})"):
            st.markdown("\n".join(f"- Not so: {plain(one.finding.title)}" for one in ruled_out))
    with st.container(horizontal=True, vertical_alignment="center"):
        at = seen_at(LOOKED)
        if st.button("Look for the cause" if at is None else "Look again", icon=":material/refresh:"):
            forget()
            look(signed, drill)
            if seen_at(LOOKED) is not None:  # else what went wrong stands here
                st.rerun()
        if at is not None:
            st.caption(f"Asked Amazon {ago(at)}.", help=exact(at), width="content")


def _button(signed: SignedIn, connection: Connection, drill: Drill, cause: Cause, number: int) -> None:
    """The button that mends it, an admin's; or the page where it is mended."""
    if cause.fix is None:
        return
    if not covers(signed.role, "admin"):
        st.caption("An admin can mend this here.")
    elif cause.fix.page:
        asked = {PARAMETER: connection.name}
        st.page_link(
            cause.fix.page, label=cause.fix.label, icon=":material/arrow_forward:", query_params=asked
        )
    elif st.button(
        cause.fix.label, key=f"mend-{cause.finding.reference}-{cause.where}", type="primary" if number == 0 and drill.state == "running" else "secondary", icon=":material/build:"
    ):  # fmt: skip
        with trouble(Context(region=connection.region, now=moment.now())):
            with st.spinner("Asking Amazon …"):
                st.session_state[DONE] = mend(
                    desk(), connection, cause.finding.reference, cause.where, signed, moment.now()
                )
            forget()
            st.rerun()
