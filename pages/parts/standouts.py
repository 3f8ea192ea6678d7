"""What stands out in the period, in sentences: the first thing to read under the numbers."""

from collections.abc import Sequence

import streamlit as st

from core.period import day_named
from core.reports.held_up import held_up_by_provider
from core.reports.origin import origin
from core.reports.review import Review
from core.reports.standout import Standout, bad_days, held_up_since
from core.store.engine import Store

ICONS = {
    "bounce": ":material/unsubscribe:",
    "complaint": ":material/thumb_down:",
    "provider": ":material/schedule:",
}


def standouts(store: Store, ids: Sequence[int], review: Review, identities: Sequence[str] | None) -> None:
    """A short list; nothing when nothing stands out."""
    found = bad_days(review.days)
    days, series = held_up_by_provider(store, ids, review.period, identities)
    held = held_up_since(days, series)
    for one in found:
        _draw(
            one,
            origin(store, ids, day_named(one.day), review.period, identities)
            if one.about == "bounce"
            else "",
        )
    if held:
        _draw(held)


def _draw(one: Standout, more: str = "") -> None:
    with st.container(border=True, key=f"standout-{one.about}-{one.day}", gap="small"):
        st.markdown(f"{ICONS[one.about]} **{one.sentence}**")
        st.caption(f"{more} {one.advice}".strip())
