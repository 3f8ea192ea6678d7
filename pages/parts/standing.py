"""What stands on Home: each finding once, newest first, with the button that mends it or the page that does."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import streamlit as st

from core import moment
from core.chain.fix import FIXES
from core.diagnosis import Context, explain
from core.diagnosis import finding as explained
from core.members import roles
from core.members.actor import SignedIn
from core.store import findings
from core.store.tables import Connection, FindingRow
from core.watch import links
from core.watch.changes import DRIFT
from core.watch.feed import DIFFER, LOST, SILENT
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
WAYS = {SILENT: DRILL, DIFFER: COUNTS, LOST: COUNTS, DRIFT: SET_UP, "unsubscribed-by-amazon": SET_UP}


def standing(signed: SignedIn, connections: Sequence[Connection]) -> None:
    """Draw what stands for these connections; nothing when nothing does."""
    rows = _once(findings.standing(desk().store, [one.id or 0 for one in connections]))
    by_id = {one.id: one for one in connections}
    if said := st.session_state.pop(DONE, ""):
        st.success(plain(said), icon=":material/check_circle:")
    if rows:
        st.subheader("What was found", anchor=False)
    for row in rows[:MOST]:
        connection = by_id[row.connection_id]
        evidence = {**({"about": row.subject} if row.subject else {}), **json.loads(row.evidence)}
        if len(by_id) > 1:
            evidence = {"connection": connection.name, **evidence}
        finding(
            explained(row.reference, evidence, connection.region), row.last_at, key=f"finding-{row.id}",
            help_with=lambda row=row, connection=connection: _help(signed, connection, row),
        )  # fmt: skip
    if len(rows) > MOST:
        st.caption(f"{len(rows) - MOST} older ones stand below these.")


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
        if way is not None and roles.covers(signed.role, way.role):
            asked = {PARAMETER: connection.name, **({"tab": way.tab} if way.tab else {})}
            st.page_link(way.page, label=way.label, icon=":material/arrow_forward:", query_params=asked)
        keep = row.reference == DRIFT and roles.covers(signed.role, "admin")
        if keep and st.button("Keep it as it is", key=f"keep-{row.id}", icon=":material/done:"):
            _do(lambda: links.accept(desk(), connection, signed, moment.now()), connection)


def _do(act: Callable[[], str], connection: Connection) -> None:
    """Do it with a spinner; what Amazon says against it is explained in its place."""
    try:
        with st.spinner("Asking Amazon…"):
            st.session_state[DONE] = act()
    except Exception as error:
        finding(
            explain(error, Context(region=connection.region, now=moment.now())),
            key=f"refused-{connection.id}",
        )
        return
    st.rerun()
