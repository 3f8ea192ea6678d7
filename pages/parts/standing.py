"""What stands on Home: each finding once, newest first, with the button that mends it or the page that does."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace

import streamlit as st

from core.diagnosis import finding as explained
from core.diagnosis.diagnosis import Diagnosis
from core.members import roles
from core.members.actor import SignedIn
from core.store import findings
from core.store.tables import Connection, FindingRow
from core.watch.proved import NOT_PASSED, THE_MACHINE
from pages.parts.desk import desk
from pages.parts.finding import finding
from pages.parts.plain import plain
from pages.parts.ways import DONE, ways

MOST = 20


def standing(signed: SignedIn, connections: Sequence[Connection]) -> None:
    """Draw what stands for these connections; nothing when nothing does."""
    seen = [one.id or 0 for one in connections]
    if roles.covers(signed.role, "operator"):  # who may call the Doctor may read what it says of the machine
        seen.append(THE_MACHINE)
    rows = _once(findings.standing(desk().store, seen)) if connections else []
    by_id = {THE_MACHINE: connections[0], **{one.id or 0: one for one in connections}} if connections else {}
    if said := st.session_state.pop(DONE, ""):
        st.success(plain(said), icon=":material/check_circle:")
    told = [(row, _said(row, by_id)) for row in rows]
    quiet = [(row, said) for row, said in told if _quiet(row)]
    open_ones = [(row, said) for row, said in told if said.whose_side != "fine" and not _quiet(row)]
    if open_ones:
        st.subheader("What was found", anchor=False)
    for row, said in open_ones[:MOST]:
        _draw(signed, by_id[row.connection_id], row, said)
    if len(open_ones) > MOST:
        st.caption(f"{len(open_ones) - MOST} older ones stand below these.")
    for row, said in quiet:
        _mention(signed, by_id[row.connection_id], row, said)
    fine = [(row, said) for row, said in told if said.whose_side == "fine"]
    if fine:
        with st.expander(f"Good to know: nothing to do ({len(fine)})"):
            for row, said in fine[:MOST]:
                _draw(signed, by_id[row.connection_id], row, said)


def _said(row: FindingRow, connections: Mapping[int, Connection]) -> Diagnosis:
    """In words; with several connections it says which one is meant."""
    connection = connections[row.connection_id]
    evidence = {**({"about": row.subject} if row.subject else {}), **json.loads(row.evidence)}
    said = explained(row.reference, evidence, connection.region)
    if row.connection_id == THE_MACHINE:
        return replace(said, title=f"This machine: {said.title}")
    several = len(connections) > 2  # the machine is one of them
    return replace(said, title=f"{connection.name}: {said.title}") if several else said


def _quiet(row: FindingRow) -> bool:
    """Whether a line is enough: nothing is wrong, something was only never proved."""
    return row.reference == NOT_PASSED and "last" not in json.loads(row.evidence)


def _mention(signed: SignedIn, connection: Connection, row: FindingRow, said: Diagnosis) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"finding-{row.id}"):
        st.caption(f":material/info: {plain(said.title)}: no fire drill has passed yet.", width="content")
        ways(signed, connection, row.reference, row.subject, str(row.id))


def _draw(signed: SignedIn, connection: Connection, row: FindingRow, said: Diagnosis) -> None:
    finding(
        said,
        row.last_at,
        f"finding-{row.id}",
        lambda: ways(signed, connection, row.reference, row.subject, str(row.id)),
    )


def _once(rows: Sequence[FindingRow]) -> list[FindingRow]:
    """What is known of a named thing goes before the same said of the feed as a whole."""
    named = {(row.connection_id, row.reference) for row in rows if row.subject}
    return [row for row in rows if row.subject or (row.connection_id, row.reference) not in named]
