"""What the review is about: connection, days, identity. All of it in the URL, so that a link shows the same."""

from dataclasses import dataclass
from datetime import timedelta

import streamlit as st

from core.charts.words import date_of
from core.errors import BadInput
from core.members.actor import SignedIn
from core.period import Period, between, last_days
from core.reports.review import identities_of
from core.safe_text import safe_text
from core.store.tables import Connection
from pages.parts.choice import connection_choice
from pages.parts.desk import desk
from pages.parts.plain import plain

SPANS = {"7 days": 7, "30 days": 30, "90 days": 90}
CUSTOM = "Custom"
EVERY = "All identities"


@dataclass(frozen=True, slots=True)
class Filters:
    """What was chosen."""

    connection: Connection
    period: Period
    identities: tuple[str, ...] | None = None  # None = all


def filters(signed: SignedIn, now: int) -> Filters | None:
    """What the member chose. None when there is no connection, or the dates are not both chosen yet."""
    row = st.container(horizontal=True, vertical_alignment="top", gap="medium")
    with row:
        connection = connection_choice(signed)
        span = st.segmented_control(
            "Days", [*SPANS, CUSTOM], default="30 days", required=True, key="days", bind="query-params"
        )
    if connection is None:
        return None
    period = _custom(now) if span == CUSTOM else last_days(SPANS.get(span or "", 30), now)
    if period is None:
        return None
    with row:
        return Filters(connection, period, _identity(connection, period))


def _custom(now: int) -> Period | None:
    today = date_of(now // 86_400_000)
    chosen = st.date_input(
        "From and to, both included", (today - timedelta(days=29), today), max_value=today, key="dates",
        bind="query-params", format="DD/MM/YYYY", width=320,
    )  # fmt: skip
    if not isinstance(chosen, tuple) or len(chosen) != 2:
        st.caption("Choose the last day too.")
        return None
    first, last = chosen
    try:
        return between(first.isoformat(), last.isoformat(), now)
    except BadInput as refused:
        st.error(plain(str(refused)))
        return None


def _identity(connection: Connection, period: Period) -> tuple[str, ...] | None:
    """One identity, or None for all. Asked only where there are several."""
    known = identities_of(desk().store, [connection.id or 0], period)
    if len(known) < 2:
        return None
    picked = st.selectbox(
        "Identity", [EVERY, *known], key="identity", bind="query-params", format_func=lambda name: safe_text(name, 60), width=260,
        help="The domain or address the mail was sent from.",
    )  # fmt: skip
    return (picked,) if picked in known else None
