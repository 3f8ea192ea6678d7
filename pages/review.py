"""Review: bounce rate, complaint rate and volume of a period, why mail bounced, and every message behind it."""

import streamlit as st

from core import moment
from core.charts.frame import frame
from core.members import roles
from core.members.actor import SignedIn
from core.period import day_name
from core.reports.first_days import first_days
from core.reports.review import review
from pages import gate
from pages.parts import desk, empty, heading, live, visible_connections
from pages.parts.counts import borrowed_days
from pages.parts.review_charts import charts
from pages.parts.review_filters import Filters, filters
from pages.parts.review_tabs import tabs
from pages.parts.standouts import standouts
from pages.parts.tiles import tiles
from pages.parts.trouble import trouble


@live(30)
def numbers(signed: SignedIn, chosen: Filters, drawn_on: int) -> None:
    """The period in numbers, sentences and figures; redraws itself, from midnight on with the new day."""
    if chosen.period.last == drawn_on != moment.day_of(moment.now()):
        st.rerun(scope="app")
    with trouble():
        store, ids = desk().store, [chosen.connection.id or 0]
        roles.require_sight(signed, ids[0])
        shown = review(store, ids, chosen.period, chosen.identities)
        early = None if chosen.identities else first_days(store, ids[0], chosen.period, shown.days)
        tiles(shown)
        if early:
            borrowed_days(early, chosen.connection)
        standouts(store, ids, shown, chosen.identities)
        charts(
            frame(shown.days, day_name(moment.day_of(moment.now())), early.days if early else None),
            shown.total.sent is not None,
            shown.caveat,
        )


signed = gate.require_member()
heading("Review", "What became of your mail, by the day it was sent. Days are UTC days.")
if not visible_connections(signed):
    empty("Nothing to review yet. Connect an account, or explore the demo.", "Go to Home", "home.py")
    st.stop()
with trouble():
    now = moment.now()
    chosen = filters(signed, now)
    if chosen is not None:
        numbers(chosen, moment.day_of(now))
        tabs(signed, chosen)
