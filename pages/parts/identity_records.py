"""The records: wanted beside found, to copy; what is wrong first, what is in order in one line each."""

import streamlit as st

from core.identities.overview import Overview
from core.identities.row import VERIFIED, Row
from core.safe_text import safe_text
from core.store.tables import Connection
from pages.parts.ago import exact
from pages.parts.badge import badge_words
from pages.parts.finding import finding
from pages.parts.plain import plain

NOT_NEEDED = ":gray-badge[:material/remove: Not needed]"


def records(connection: Connection, seen: Overview) -> None:
    """Every row of the sender."""
    if not seen.details.is_domain:
        st.caption(
            "An address is verified by a link in a mail. DKIM belongs to its domain: add that to sign in your name."
        )
    for row in sorted(seen.rows, key=lambda each: each.good):
        _row(row, seen.since.get(row.key))
    st.caption(
        "Publish these where the domain's DNS is kept: often the registrar or the web host. A change is seen everywhere "
        "within minutes, sometimes within a day. Some forms add the domain to a name by themselves."
    )


def _row(row: Row, drift: tuple[int, int] | None) -> None:
    with st.container(border=True, key=f"record-{row.key}"):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.markdown(f"**{row.label}**", width="content")
            st.markdown(_state(row), width="content")
        said = [plain(row.sentence), plain(row.note)] if row.note else [plain(row.sentence)]
        st.markdown(" ".join(said))
        if drift is not None:
            st.markdown(
                f":red[:material/trending_down:] Was right on {exact(drift[0])}; failing since {exact(drift[1])}."
            )
        if row.good:
            with st.expander("The record", key=f"record-more-{row.key}"):
                _record(row)
            return
        _record(row)
        if row.hints:
            finding(row.hints[0], key=f"record-finding-{row.key}")
        for number, hint in enumerate(row.hints[1:], 2):
            with st.expander(f"Also: {safe_text(hint.title, 80)}", key=f"record-also-{row.key}-{number}"):
                finding(hint, key=f"record-finding-{row.key}-{number}")


def _state(row: Row) -> str:
    return NOT_NEEDED if row.good and row.state != VERIFIED else badge_words(row.state)


def _record(row: Row) -> None:
    """Name and value each with a copy button, and beside them what is there."""
    st.caption(f"{'Header' if row.kind == 'Header' else f'Name of the {row.kind} record'}")
    st.code(safe_text(row.name, 300), language=None, wrap_lines=True)
    wanted, found = st.columns(2)
    with wanted:
        st.caption("Wanted")
        st.code(
            "\n".join(safe_text(line, 600) for line in row.wanted.split("\n")), language=None, wrap_lines=True
        )
    if row.kind == "Header":
        return
    with found:
        st.caption("Found")
        text = "\n".join(safe_text(value, 600) for value in row.found) or "Nothing"
        st.code(text, language=None, wrap_lines=True)
