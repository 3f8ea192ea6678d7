"""What stands out in the period, in sentences: the first thing to read under the numbers."""

from collections.abc import Sequence

import streamlit as st

from core.reports.held_up import held_up_by_provider
from core.reports.review import Review
from core.reports.standout import Standout, bad_days, held_up_since
from core.store.engine import Store

ICONS = {"bounce": ":material/unsubscribe:", "complaint": ":material/thumb_down:", "provider": ":material/schedule:"}


def standouts(store: Store, ids: Sequence[int], review: Review, identities: Sequence[str] | None) -> None:
    """A short list; nothing when nothing stands out."""
    found = bad_days(review.days)
    days, series = held_up_by_provider(store, ids, review.period, identities)
    held = held_up_since(days, series)
    for one in [*found, *([held] if held else [])]:
        _draw(one)


def _draw(one: Standout) -> None:
    with st.container(border=True, key=f"standout-{one.about}-{one.day}", gap="small"):
        st.markdown(f"{ICONS[one.about]} **{one.sentence}**")
        st.caption(one.advice)
