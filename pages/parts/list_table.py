"""The suppression list as a table, newest change first, page by page; operators may take off and export."""

import tempfile
from collections.abc import Sequence

import pandas as pd
import streamlit as st

from core import moment
from core.lists.exporting import export, pack
from core.members import roles
from core.members.actor import SignedIn
from core.moment import rfc3339
from core.safe_text import csv_cell, mask, mask_inside, safe_text
from core.store import suppressions
from core.store.tables import Connection, Suppression
from pages.parts.desk import desk
from pages.parts.list_entry import remove
from pages.parts.list_words import REASONS, many, of_these

ROWS = 50
COUNTED = 100_001
LONG = 20_000  # addresses; beyond it the export is packed


def table(signed: SignedIn, connection: Connection) -> None:
    """One page of the list. Viewers see masked addresses."""
    roles.require_sight(signed, connection.id or 0)
    sees, store, number = roles.covers(signed.role, "operator"), desk().store, connection.id or 0
    total = suppressions.count(store, number, COUNTED)
    if not total:
        st.markdown("Nobody is on the list. Whoever bounces for good or complains is put on it by itself.")
        return
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
        reason = st.selectbox(
            "Reason", ["", *REASONS], format_func=lambda one: REASONS.get(one, "All"), width=220
        )
        st.markdown(f"**{_total(total)}** on the list", width="content")
        if sees:
            _export(signed, connection, total)
    trail = _trail((number, reason))
    rows = suppressions.newest(store, number, ROWS + 1, trail[-1], reason)
    shown = rows[:ROWS]
    if not shown:
        st.caption("Nobody is on the list for this reason.")
        return
    picked = _draw(connection, shown, sees)
    if (
        sees
        and picked
        and st.button(f"Take {many(len(picked))} off the list", icon=":material/playlist_remove:")
    ):
        remove(connection, [one.address for one in picked], {one.reason for one in picked})
    _turn(trail, (shown[-1].changed_at, shown[-1].address) if len(rows) > ROWS else None)


def _total(total: int) -> str:
    return f"More than {COUNTED - 1:,} addresses" if total == COUNTED else many(total)


def _draw(connection: Connection, shown: Sequence[Suppression], sees: bool) -> list[Suppression]:
    """The rows; returns those that were picked. Picks are places, so they end when other rows are shown."""
    frame = pd.DataFrame([_line(one, sees) for one in shown])
    options = {"hide_index": True, "height": 420, "alt": f"{len(shown)} addresses, the newest change first"}
    if not sees:
        st.dataframe(frame, key="list-rows-masked", **options)
        return []
    key = of_these("list-rows", connection, [(one.address, one.reason) for one in shown])
    chosen = st.dataframe(frame, key=key, on_select="rerun", selection_mode="multi-row", **options)
    return [shown[place] for place in chosen.selection.rows if place < len(shown)]


def _line(one: Suppression, sees: bool) -> dict[str, object]:
    """Text from outside is cleaned, and cannot run as a formula when copied out."""
    words = {
        "Address": safe_text(one.address if sees else mask(one.address), 320),
        "Why": REASONS.get(one.reason, one.reason),
        "Since (UTC)": rfc3339(one.since)[:16].replace("T", " "),
        "Changed (UTC)": rfc3339(one.changed_at)[:16].replace("T", " "),
        "Note": safe_text(one.note if sees else mask_inside(one.note), 120),
    }
    return {name: csv_cell(text) for name, text in words.items()}


def _export(signed: SignedIn, connection: Connection, total: int) -> None:
    """As CSV; a long list packed, so that it takes little memory here."""
    store, name = desk(), "suppression-list.csv"
    long = total > LONG

    def plain_csv() -> bytes:
        return b"".join(export(store, connection, signed, moment.now()))

    def packed() -> bytes:
        with tempfile.TemporaryFile() as file:
            pack(export(store, connection, signed, moment.now()), name, file)
            return file.read()

    st.download_button(
        "Export as CSV (zip)" if long else "Export as CSV",
        packed if long else plain_csv,
        file_name="suppression-list.zip" if long else name,
        mime="application/zip" if long else "text/csv",
        icon=":material/download:",
        on_click="ignore",
    )


def _trail(about: object) -> list[tuple[int, str] | None]:
    """The keys of the pages turned so far; begins anew when the question changes."""
    kept = st.session_state.get("list-trail")
    if kept is None or kept[0] != repr(about):
        kept = st.session_state["list-trail"] = (repr(about), [None])
    trail: list[tuple[int, str] | None] = kept[1]
    return trail


def _turn(trail: list[tuple[int, str] | None], following: tuple[int, str] | None) -> None:
    if len(trail) == 1 and following is None:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button("Newer", icon=":material/chevron_left:", disabled=len(trail) == 1):
            trail.pop()
            st.rerun()
        if st.button("Older", icon=":material/chevron_right:", disabled=following is None):
            trail.append(following)
            st.rerun()
        st.caption(f"Page {len(trail)}", width="content")
