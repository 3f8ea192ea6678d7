"""Behind the figures: mailbox providers, reasons, single messages, and every number as a table."""

from collections.abc import Sequence

import streamlit as st
from core.store.rates import rates
from pages.parts.explorer import explorer

from core.charts.bars import reasons, reasons_alt
from core.charts.layout import CONFIG
from core.charts.palette import palette
from core.charts.providers import held_up, held_up_alt
from core.members.actor import SignedIn
from core.reports.held_up import held_up_by_provider
from core.reports.labels import provider
from core.reports.reasons import reasons_of
from pages.parts.desk import desk
from pages.parts.rate_table import rate_table
from pages.parts.review_filters import Filters

BY = {"Day": "day", "Identity": "identity", "Configuration set": "configuration_set", "Mailbox provider": "mailbox_provider", "Domain": "recipient_domain"}


def tabs(signed: SignedIn, chosen: Filters, identities: Sequence[str] | None) -> None:
    """Only the open one is read and drawn."""
    names = ("Providers", "Reasons", "Messages", "Table")
    for tab, draw in zip(st.tabs(names, key="tab", on_change="rerun"), (_providers, _reasons, explorer, _table), strict=True):
        if tab.open:
            with tab:
                draw(signed, chosen, identities)


def _providers(_: SignedIn, chosen: Filters, identities: Sequence[str] | None) -> None:
    store, ids = desk().store, [chosen.connection.id or 0]
    days, series = held_up_by_provider(store, ids, chosen.period, identities)
    if series:
        st.markdown("**Mail held up per day, by mailbox provider**")
        st.plotly_chart(
            held_up(days, series, palette(st.context.theme.type)), theme=None, config=CONFIG, alt=held_up_alt(days, series), key="held-up"
        )
        st.caption("Held up: the provider takes the mail later, or refused it for now. Days with fewer than 20 mails to a provider are left out.")
    rows = rates(store, ids, chosen.period.first, chosen.period.last, by="mailbox_provider", identities=identities)
    rate_table(rows, "mailbox_provider", "Mailbox provider", provider)


def _reasons(_: SignedIn, chosen: Filters, identities: Sequence[str] | None) -> None:
    table = reasons_of(desk().store, [chosen.connection.id or 0], chosen.period, identities)
    if table.empty:
        st.caption("Nothing bounced in these days.")
        return
    st.markdown("**Why mail bounced**")
    st.plotly_chart(reasons(table, palette(st.context.theme.type)), theme=None, config=CONFIG, alt=reasons_alt(table), key="reasons")
    st.caption("Counted in recipients. Permanent bounces never get through: take these addresses off. Temporary ones may.")


def _table(_: SignedIn, chosen: Filters, identities: Sequence[str] | None) -> None:
    heading = st.segmented_control("One row per", list(BY), default="Day", required=True, key="by", bind="query-params") or "Day"
    by = BY[heading]
    rows = rates(desk().store, [chosen.connection.id or 0], chosen.period.first, chosen.period.last, by=by, identities=identities)
    rate_table(rows[::-1] if by == "day" else rows, by, heading, provider if by == "mailbox_provider" else None)
