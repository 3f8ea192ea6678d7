"""Behind the figures: mailbox providers, reasons, single messages, and every number as a table."""

from collections.abc import Sequence

import streamlit as st

from core.charts.bars import reasons, reasons_alt
from core.charts.layout import CONFIG
from core.charts.palette import palette
from core.charts.providers import held_up, held_up_alt
from core.members.actor import SignedIn
from core.reports.held_up import held_up_by_provider
from core.reports.labels import provider
from core.reports.reasons import reasons_of
from core.safe_text import safe_text
from core.store.rates import rates
from core.store.tag_names import tag_names
from pages.parts.counts import counts
from pages.parts.desk import desk
from pages.parts.explorer import explorer
from pages.parts.rate_table import rate_table
from pages.parts.review_filters import Filters

BY = {
    "Day": "day",
    "Identity": "identity",
    "Configuration set": "configuration_set",
    "Mailbox provider": "mailbox_provider",
    "Domain": "recipient_domain",
}


def tabs(signed: SignedIn, chosen: Filters) -> None:
    """Only the open one is read and drawn."""
    names = ("Providers", "Reasons", "Messages", "Table", "Amazon's own counts")
    for tab, draw in zip(
        st.tabs(names, key="tab", on_change="rerun", bind="query-params"),
        (_providers, _reasons, explorer, _table, counts),
        strict=True,
    ):
        if tab.open:
            with tab:
                draw(signed, chosen)


def _providers(_: SignedIn, chosen: Filters) -> None:
    store, ids = desk().store, [chosen.connection.id or 0]
    days, series = held_up_by_provider(store, ids, chosen.period, chosen.identities)
    if series:
        st.markdown("**Mail held up per day, by mailbox provider**")
        st.plotly_chart(
            held_up(days, series, palette(st.context.theme.type)),
            theme=None,
            config=CONFIG,
            alt=held_up_alt(days, series),
            key="held-up",
        )
        st.caption(
            "Held up: the provider takes the mail later, or refused it for now. Days with fewer than 20 mails to a provider are left out."
        )
    rows = rates(
        store,
        ids,
        chosen.period.first,
        chosen.period.last,
        by="mailbox_provider",
        identities=chosen.identities,
    )
    rate_table(rows, "mailbox_provider", "Mailbox provider", provider)


def _reasons(_: SignedIn, chosen: Filters) -> None:
    table = reasons_of(desk().store, [chosen.connection.id or 0], chosen.period, chosen.identities)
    if table.empty:
        st.caption("Nothing bounced in these days.")
        return
    st.markdown("**Why mail bounced**")
    st.plotly_chart(
        reasons(table, palette(st.context.theme.type)),
        theme=None,
        config=CONFIG,
        alt=reasons_alt(table),
        key="reasons",
    )
    st.caption(
        "Counted in recipients. Permanent bounces never get through: take these addresses off. Temporary ones may."
    )


def _table(_: SignedIn, chosen: Filters) -> None:
    names = tag_names(desk().store, [chosen.connection.id or 0])
    heading = (
        st.segmented_control(
            "One row per",
            [*BY, *(["Tag"] if names else [])],
            default="Day",
            required=True,
            key="by",
            bind="query-params",
        )
        or "Day"
    )
    by = BY.get(heading) or f"tag:{_tag(names)}"
    rows = rates(
        desk().store,
        [chosen.connection.id or 0],
        chosen.period.first,
        chosen.period.last,
        by=by,
        identities=chosen.identities,
    )
    rate_table(
        rows[::-1] if by == "day" else rows,
        by.partition(":")[0],
        heading,
        provider if by == "mailbox_provider" else None,
    )


def _tag(names: Sequence[str]) -> str:
    """One tag by its name."""
    return (
        st.selectbox(
            "Tag",
            names,
            key="tag",
            bind="query-params",
            format_func=lambda name: safe_text(name, 60),
            width=280,
        )
        or names[0]
    )
