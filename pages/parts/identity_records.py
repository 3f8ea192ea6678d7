"""The records: wanted beside found, to copy; what is wrong first and open, what is in order in one line each."""

import streamlit as st

from core.identities.overview import Overview
from core.identities.row import VERIFIED, Row
from core.safe_text import safe_text
from pages.parts.ago import exact
from pages.parts.badge import badge_words
from pages.parts.finding import finding
from pages.parts.plain import plain

NOT_NEEDED = ":gray-badge[:material/remove: Not needed]"
HEADER = "Header"


def records(seen: Overview) -> None:
    """Every row of the sender."""
    if not seen.details.is_domain:
        st.caption(
            "An address is verified by a link in a mail. DKIM belongs to its domain: add that to sign in your name."
        )
    good = [row for row in seen.rows if row.good]
    for row in seen.rows:
        if not row.good:
            _open(row, seen.since.get(row.key))
    if good and len(good) < len(seen.rows):
        st.markdown("**In order**")
    for row in good:
        _closed(row)
    _to_hand_on(seen)


def _open(row: Row, drift: tuple[int, int] | None) -> None:
    """What is to be done about, whole."""
    with st.container(border=True, key=f"record-{row.key}"):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.markdown(f"**{row.label}**", width="content")
            st.markdown(badge_words(row.state), width="content")
        st.markdown(" ".join(plain(said) for said in (row.sentence, row.note) if said))
        if drift is not None:
            st.markdown(
                f":red[:material/trending_down:] Was right on {exact(drift[0])}; failing since {exact(drift[1])}."
            )
        _record(row)
        for number, hint in enumerate(row.hints, 1):
            finding(hint, key=f"record-finding-{row.key}-{number}")


def _closed(row: Row) -> None:
    """One line that opens."""
    state = NOT_NEEDED if row.state != VERIFIED else badge_words(row.state)
    with st.expander(f"{state} **{row.label}**", key=f"record-{row.key}"):
        st.markdown(" ".join(plain(said) for said in (row.sentence, row.note) if said))
        _record(row)


def _record(row: Row) -> None:
    """Name and value each with a copy button, and beside them what is there."""
    wanted = "\n".join(safe_text(line, 600) for line in row.wanted.split("\n"))
    if row.kind == HEADER:
        st.caption("Headers that each mail carries")
        st.code(wanted, language=None, wrap_lines=True)
        return
    st.caption(f"Name of the {row.kind} record")
    st.code(safe_text(row.name, 300), language=None, wrap_lines=True)
    left, right = st.columns(2)
    with left:
        st.caption("Wanted")
        st.code(wanted, language=None, wrap_lines=True)
    with right:
        st.caption("Found")
        st.code(
            "\n".join(safe_text(value, 600) for value in row.found) or "Nothing",
            language=None,
            wrap_lines=True,
        )


def _to_hand_on(seen: Overview) -> None:
    """All records as text, for whoever runs the DNS."""
    rows = [row for row in seen.rows if row.kind != HEADER and (row.needed or row.found)]
    if rows:
        with st.expander(
            "All records as text, for whoever runs your DNS", icon=":material/forward_to_inbox:"
        ):
            lines = [
                f"{row.kind:6}{safe_text(row.name, 300)}\n      {safe_text(row.wanted, 600)}" for row in rows
            ]
            st.code("\n\n".join(lines), language=None, wrap_lines=True)
    st.caption(
        "Records are published where the domain's DNS is kept: often the registrar or the web host. A change is seen "
        "everywhere within minutes, sometimes within a day. Some forms add the domain to a name by themselves."
    )
