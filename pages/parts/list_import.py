"""Adding to the suppression list: a few addresses by hand, or a file that is looked at first and imported whole or not at all."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from core import moment
from core.errors import BadInput
from core.lists import entries, importing
from core.lists.encoding import CHOICES, named
from core.lists.importing import Line, Looked
from core.members.actor import SignedIn
from core.safe_text import csv_cell, safe_text
from core.store.tables import Connection
from pages.parts.desk import desk
from pages.parts.list_words import DONE, many
from pages.parts.outcome import outcome
from pages.parts.plain import plain

LOOKED, TAKEN = "lists-looked", "lists-taken"
DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars", "": "one address a line"}


def add(signed: SignedIn, connection: Connection) -> None:
    """By hand, or from a file."""
    _taken()
    looked: tuple[int, str, Looked] | None = st.session_state.get(LOOKED)
    if looked is not None and looked[0] == connection.id:
        _preview(signed, connection, looked[1], looked[2])
        return
    _by_hand(signed, connection)
    st.subheader("From a file", anchor=False)
    st.caption(
        "CSV or plain text, up to a million lines, in any common encoding. You see what was understood before anything changes."
    )
    file = st.file_uploader(
        "A file of addresses", type=["csv", "txt", "tsv"], max_upload_size=100, key="list-file"
    )
    if file is not None and st.button("Look at this file", icon=":material/visibility:"):
        try:
            with st.spinner("Reading the file…"):
                seen = importing.look(desk(), connection, file, signed)
        except BadInput as refused:
            st.error(plain(refused.message), icon=":material/error:")
            return
        st.session_state[LOOKED] = (connection.id, file.name, seen)
        st.rerun()


def _by_hand(signed: SignedIn, connection: Connection) -> None:
    st.subheader("By hand", anchor=False)
    with st.form("list-add", border=False):
        text = st.text_area(
            "Addresses", max_chars=200_000, height=110, placeholder="One a line, or with commas"
        )
        note = st.text_input("Note (optional)", max_chars=200, placeholder="Who asked, and when")
        pressed = st.form_submit_button("Add to the list", type="primary")
    if pressed:
        try:
            put, known = entries.add(desk().store, connection, text, note, signed, moment.now())
        except BadInput as refused:
            st.error(plain(refused.message), icon=":material/error:")
            return
        st.session_state[DONE] = f"{many(put)} added." + (
            f" {many(known)} stood there already." if known else ""
        )
        st.rerun()


def _preview(signed: SignedIn, connection: Connection, name: str, looked: Looked) -> None:
    """What the file holds, line by line at its beginning, and what is wrong with it."""
    count = outcome(TAKEN).count
    st.subheader("What the file holds", anchor=False)
    form = looked.form
    column = f", addresses in column {form.column + 1}" if form.delimiter else ""
    heading = plain(safe_text(form.heading, 60))
    first = f" The first line is a heading: {heading}." if form.header else ""
    within = "1 line" if looked.lines == 1 else f"{looked.lines:,} lines"
    st.markdown(
        f"**{many(looked.addresses)}** in {within}. Read as {named(form.encoding)}, "
        f"{DELIMITERS.get(form.delimiter, 'one address a line')}{column}.{first}"
    )
    _encoding(signed, connection, name, looked)
    if looked.repeated:
        st.caption(
            "1 line repeats an address; it is imported once."
            if looked.repeated == 1
            else f"{looked.repeated:,} lines repeat an address; each address is imported once."
        )
    _table(
        looked.preview,
        "The first lines, as they were understood",
        ("Line", "What stands there", "Read as"),
    )
    if looked.faulty:
        _faults(looked)
    with st.container(horizontal=True):
        if st.button(f"Import {many(looked.addresses)}", type="primary", icon=":material/playlist_add:"):
            _take(signed, connection, name, looked, count)
        if st.button("Leave it"):
            importing.forget(desk(), looked.key)
            del st.session_state[LOOKED]
            st.rerun()
    if looked.addresses > 100_000:
        st.caption(
            "All of them go in at once. Meanwhile Amazon is asked to send its reports a little later; none is lost."
        )


def _encoding(signed: SignedIn, connection: Connection, name: str, looked: Looked) -> None:
    """The choice of how the file is written; it is read again as soon as another is chosen."""
    known = looked.form.encoding
    chosen = st.selectbox(
        "How the file is written (encoding)", list(dict.fromkeys([known, *CHOICES])), format_func=named, width=320,
        key=f"list-encoding-{looked.key}", help="Change it when letters look wrong below.",
    )  # fmt: skip
    if looked.form.guessed:
        st.caption("This is a guess: the file does not say. Addresses that depend on it are left out.")
    if chosen == known:
        return
    try:
        with st.spinner("Reading the file…"):
            seen = importing.look_again(desk(), connection, looked, chosen, signed)
    except BadInput as refused:
        st.error(plain(refused.message), icon=":material/error:")
        return
    st.session_state[LOOKED] = (connection.id, name, seen)
    st.rerun()


def _faults(looked: Looked) -> None:
    lines = "1 entry" if looked.faulty == 1 else f"{looked.faulty:,} entries"
    st.warning(f"{lines} cannot be read and will be left out.", icon=":material/warning:")
    _table(
        looked.faults,
        "The first lines that are left out, and why",
        ("Line", "What stands there", "Left out because"),
    )
    st.download_button(
        "Download all of these lines",
        importing.faults(desk(), looked),
        file_name="left-out.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
    )


def _table(lines: Sequence[Line], alt: str, columns: Sequence[str]) -> None:
    rows = [
        {
            "Line": line.number,
            "What stands there": csv_cell(safe_text(line.cell, 200)),
            "Read as": csv_cell(safe_text(line.address, 320)) or "left out",
            "Left out because": line.fault,
        }
        for line in lines
    ]
    narrow = {"Line": st.column_config.NumberColumn(width=70)}
    st.dataframe(pd.DataFrame(rows), hide_index=True, column_order=columns, column_config=narrow, alt=alt)


def _take(signed: SignedIn, connection: Connection, name: str, looked: Looked, count: int) -> None:
    taken = outcome(TAKEN)
    with st.spinner(f"Importing {many(looked.addresses)}…"), taken.turn(count) as first:
        if first:
            put, known = importing.take(desk(), connection, looked, name, signed, moment.now())
            there = f" {many(known)} stood there already." if known else ""
            taken.keep(f"{many(put)} imported.{there}")
    st.rerun()


def _taken() -> None:
    """An import that came to its end, perhaps while its page was drawn anew: it is said, and its file is gone."""
    taken = outcome(TAKEN)
    if taken.said is not None:
        st.session_state.pop(LOOKED, None)
        st.session_state[DONE] = taken.said
        taken.forget(taken.said)
        st.rerun()
