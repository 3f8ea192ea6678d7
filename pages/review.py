"""Review: bounce rate, complaint rate and volume of a period, why mail bounced, and every message behind it."""

import streamlit as st

from core import moment
from core.charts.frame import frame
from core.members import roles
from core.members.actor import SignedIn
from core.period import day_name
from core.reports.review import identities_of, review
from pages import gate
from pages.parts import desk, empty, heading, live, visible_connections
from pages.parts.review_charts import charts
from pages.parts.review_filters import Filters, filters, identity_choice
from pages.parts.review_tabs import tabs
from pages.parts.standouts import standouts
from pages.parts.tiles import tiles
from pages.parts.trouble import trouble


@live(30)
def numbers(signed: SignedIn, chosen: Filters, only: list[str] | None) -> None:
    """The period in numbers, sentences and figures; redraws itself."""
    now, store, ids = moment.now(), desk().store, [chosen.connection.id or 0]
    with trouble():
        roles.require_sight(signed, ids[0])
        shown = review(store, ids, chosen.period, only)
        table = frame(shown.days, day_name(moment.day_of(now)))
        tiles(shown)
        standouts(store, ids, shown, only)
        charts(table)


signed = gate.require_member()
heading("Review", "What became of your mail, by the day it was sent. Days are UTC days.")
if not visible_connections(signed):
    empty("Nothing to review yet. Connect an account, or explore the demo.", "Go to Home", "home.py")
    st.stop()
chosen = filters(signed, moment.now())
if chosen is None:
    st.stop()

with trouble():
    known = identities_of(desk().store, [chosen.connection.id or 0], chosen.period)
    only = identity_choice([name for name, _ in known])
    numbers(chosen, only)
    tabs(signed, chosen, only)
