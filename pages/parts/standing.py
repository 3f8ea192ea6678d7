"""What stands on Home: each finding once, newest first, with the button that mends it or the page that does."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import streamlit as st

from core import moment, quarantine
from core.chain.fix import FIXES
from core.diagnosis import Context, explain
from core.diagnosis import finding as explained
from core.diagnosis.diagnosis import Diagnosis
from core.members import roles
from core.members.actor import SignedIn
from core.receiver.intake import UNREAD
from core.store import findings
from core.store.tables import Connection, FindingRow
from core.watch import links
from core.watch.changes import DRIFT
from core.watch.feed import DIFFER, LOST, SILENT
from core.watch.links import CHANGED
from core.watch.mending import mend
from pages.parts.choice import PARAMETER
from pages.parts.desk import desk
from pages.parts.finding import finding
from pages.parts.plain import plain

DONE = "standing-done"
MOST = 20


@dataclass(frozen=True, slots=True)
class Way:
    """A page that helps, who may go there, and what to ask it for."""

    label: str
    page: str
    role: str
    tab: str = ""


DRILL = Way("Run the fire drill", "drill.py", "operator")
COUNTS = Way("Look at the days", "review.py", "viewer", "Amazon's own counts")
SET_UP = Way("Set it up again", "setup.py", "admin")
WAYS = {
    SILENT: DRILL,
    DIFFER: COUNTS,
    LOST: COUNTS,
    DRIFT: SET_UP,
    CHANGED: SET_UP,
    "unsubscribed-by-amazon": SET_UP,
}


def standing(signed: SignedIn, connections: Sequence[Connection]) -> None:
    """Draw what stands for these connections; nothing when nothing does."""
    rows = _once(findings.standing(desk().store, [one.id or 0 for one in connections]))
    by_id = {one.id: one for one in connections}
    if said := st.session_state.pop(DONE, ""):
        st.success(plain(said), icon=":material/check_circle:")
    told = [(row, _said(row, by_id)) for row in rows]
    open_ones = [(row, said) for row, said in told if said.whose_side != "fine"]
    if open_ones:
        st.subheader("What was found", anchor=False)
    for row, said in open_ones[:MOST]:
        _draw(signed, by_id[row.connection_id], row, said)
    if len(open_ones) > MOST:
        st.caption(f"{len(open_ones) - MOST} older ones stand below these.")
    fine = [(row, said) for row, said in told if said.whose_side == "fine"]
    if fine:
        with st.expander(f"Good to know: nothing to do ({len(fine)})"):
            for row, said in fine[:MOST]:
                _draw(signed, by_id[row.connection_id], row, said)


def _said(row: FindingRow, connections: Mapping[int | None, Connection]) -> Diagnosis:
    """In words; with several connections it says which one is meant."""
    connection = connections[row.connection_id]
    evidence = {**({"about": row.subject} if row.subject else {}), **json.loads(row.evidence)}
    said = explained(row.reference, evidence, connection.region)
    return replace(said, title=f"{connection.name}: {said.title}") if len(connections) > 1 else said


def _draw(signed: SignedIn, connection: Connection, row: FindingRow, said: Diagnosis) -> None:
    finding(said, row.last_at, f"finding-{row.id}", lambda: _help(signed, connection, row))


def _once(rows: Sequence[FindingRow]) -> list[FindingRow]:
    """What is known of a named thing goes before the same said of the feed as a whole."""
    named = {(row.connection_id, row.reference) for row in rows if row.subject}
    return [row for row in rows if row.subject or (row.connection_id, row.reference) not in named]


def _help(signed: SignedIn, connection: Connection, row: FindingRow) -> None:
    """The one button, or the page; an admin's where it changes Amazon."""
    fix, way = FIXES.get(row.reference), WAYS.get(row.reference)
    if fix is not None and fix.page:
        way = Way(fix.label, fix.page.rpartition("/")[2], "admin")
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if fix is not None and not fix.page:
            if not roles.covers(signed.role, "admin"):
                st.caption("An admin can mend this here.")
            elif st.button(fix.label, key=f"fix-{row.id}", icon=":material/build:"):
                _do(
                    lambda: mend(desk(), connection, row.reference, row.subject, signed, moment.now()),
                    connection,
                )
        unread = row.reference == UNREAD and roles.covers(signed.role, "admin")
        if unread and st.button("Read them again", key=f"read-{row.id}", icon=":material/replay:"):
            _do(
                lambda: quarantine.read_again(desk(), connection, signed, moment.now()).sentence,
                connection,
                "Reading them…",
            )
        if way is not None and roles.covers(signed.role, way.role):
            asked = {PARAMETER: connection.name, **({"tab": way.tab} if way.tab else {})}
            st.page_link(way.page, label=way.label, icon=":material/arrow_forward:", query_params=asked)
        keep = row.reference == DRIFT and roles.covers(signed.role, "admin")
        if keep and st.button("Keep it as it is", key=f"keep-{row.id}", icon=":material/done:"):
            _do(lambda: links.accept(desk(), connection, signed, moment.now()), connection)


def _do(act: Callable[[], str], connection: Connection, doing: str = "Asking Amazon…") -> None:
    """Do it with a spinner; what Amazon says against it is explained in its place."""
    try:
        with st.spinner(doing):
            st.session_state[DONE] = act()
    except Exception as error:
        finding(
            explain(error, Context(region=connection.region, now=moment.now())),
            key=f"refused-{connection.id}",
        )
        return
    st.rerun()
