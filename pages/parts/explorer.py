"""Single messages: every event of the period, newest first, found by recipient or message id."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from core.events.address import normalise
from core.events.event import TYPES, UNKNOWN
from core.members import roles
from core.members.actor import SignedIn
from core.moment import rfc3339
from core.safe_text import csv_cell, mask, mask_inside, safe_text
from core.store.explorer import EventFilter, ExplorerEvent, events
from pages.parts.desk import desk
from pages.parts.review_filters import Filters

ROWS = 50
COLUMNS = {
    "Why": st.column_config.TextColumn(width=190, help="Amazon's words: the kind of bounce, and its reason."),
    "Counts": st.column_config.CheckboxColumn(
        width=70, help="Whether this event stands in the bounce or the complaint rate."
    ),
}


def explorer(signed: SignedIn, chosen: Filters) -> None:
    """Draw one page of events. Viewers see masked addresses, so they find by message id and kind only."""
    sees = roles.covers(signed.role, "operator")
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        kinds = st.multiselect(
            "What happened", [*TYPES, UNKNOWN], default=["Bounce", "Complaint"], key="kinds", width=360
        )
        recipient = (
            st.text_input(
                "Recipient", key="recipient", max_chars=320, placeholder="somebody@example.com", width=240
            )
            if sees
            else ""
        )
        message = st.text_input("Message id", key="message", max_chars=200, width=240)
    wanted = EventFilter(
        message_id=message.strip() or None,
        recipient=normalise(recipient) if recipient.strip() else None,
        types=tuple(kinds),
        since=chosen.period.since,
        until=chosen.period.until,
        identities=chosen.identities or (),
    )
    trail = _trail((chosen.connection.id, wanted))
    page = events(desk().store, [chosen.connection.id or 0], wanted, ROWS, trail[-1])
    if not page.events:
        st.caption("Nothing like this happened in these days.")
        return
    st.dataframe(
        _table(page.events, sees),
        hide_index=True,
        key="events",
        height=420,
        column_config=COLUMNS,
        alt=f"{len(page.events)} events, newest first",
    )
    st.caption("“Counts” marks what stands in a rate. Days here are those of the event, in UTC.")
    _turn(trail, page.next)


def _table(shown: Sequence[ExplorerEvent], sees: bool) -> pd.DataFrame:
    """Text from outside is cleaned, and cannot run as a formula when copied out."""
    return pd.DataFrame([_line(one, sees) for one in shown])


def _line(one: ExplorerEvent, sees: bool) -> dict[str, object]:
    said = one.diagnostic_code or one.feedback_type or ""
    words = {
        "When (UTC)": rfc3339(one.occurred_at)[:19].replace("T", " "),
        "What": safe_text(one.type, 40),
        "Recipient": safe_text(one.recipient if sees else mask(one.recipient), 120),
        "Why": safe_text(" · ".join(part for part in (one.bounce_type, one.bounce_subtype) if part), 80),
        "In the other server's words": safe_text(said if sees else mask_inside(said), 400),
        "Identity": safe_text(one.identity, 80),
        "Configuration set": safe_text(one.configuration_set, 64),
        "Tags": safe_text(
            ", ".join(f"{name}: {' / '.join(values)}" for name, values in one.tags.items()), 200
        ),
        "Marks": ", ".join(one.flags),
        "Message id": safe_text(one.message_id, 200),
    }
    cells: dict[str, object] = {name: csv_cell(text) for name, text in words.items()}
    return {**dict(list(cells.items())[:4]), "Counts": one.counts, **dict(list(cells.items())[4:])}


def _trail(about: object) -> list[str | None]:
    """The cursors of the pages turned so far; begins anew when the question changes."""
    kept = st.session_state.get("explorer")
    if kept is None or kept[0] != repr(about):
        kept = st.session_state["explorer"] = (repr(about), [None])
    trail: list[str | None] = kept[1]
    return trail


def _turn(trail: list[str | None], following: str | None) -> None:
    if len(trail) == 1 and following is None:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button("Newer events", icon=":material/chevron_left:", disabled=len(trail) == 1):
            trail.pop()
            st.rerun()
        if st.button("Older events", icon=":material/chevron_right:", disabled=following is None):
            trail.append(following)
            st.rerun()
        st.caption(f"Page {len(trail)}", width="content")
