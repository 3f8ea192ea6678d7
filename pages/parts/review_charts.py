"""The three figures of the review: two rates on axes of their own, and the volume."""

import pandas as pd
import streamlit as st

from core.charts.kind import BOUNCE, COMPLAINT
from core.charts.layout import CONFIG
from core.charts.palette import palette
from core.charts.rate import rate
from core.charts.rate_words import rate_alt
from core.charts.volume import volume, volume_alt

WHY = (
    "**Cannot be known.** Only bounces and complaints are reported for this mail, so nobody can say of how many. "
    "Let Amazon report *Deliveries* too, or send with a configuration set that reports *Send*. "
    "Until then, Amazon's own statistics stand below, under *Amazon's own counts*, and in its console under Reputation metrics."
)
PARTLY = "Some of this mail reports bounces only. It is left out of every number here, so that the rates stay true."


def charts(table: pd.DataFrame, known: bool, caveat: str = "") -> None:
    """Draw them, or say why a rate cannot be known (`known` False: for the whole period).

    `caveat`: what the complaint rate cannot tell, under its figure.
    """
    look = palette(st.context.theme.type)
    theirs = bool(table["amazon_sent"].notna().any())
    if not known:
        st.info(WHY, icon=":material/visibility_off:")
    if known or theirs:
        if known and table["unknown"].notna().any():
            st.caption(f":material/visibility_off: {PARTLY}")
        close_up = st.toggle(
            "Close-up",
            key="close_up",
            bind="query-params",
            help="Keep only Amazon's first line in view, and give the room to your data.",
        )
        for column, kind in zip(st.columns(2, gap="medium"), (BOUNCE, COMPLAINT), strict=True):
            with column:
                st.markdown(f"**{kind.name.capitalize()} rate**")
                st.plotly_chart(
                    rate(table, kind, look, close_up),
                    theme=None,
                    config=CONFIG,
                    alt=rate_alt(table, kind),
                    key=f"{kind.name}-rate",
                )
                if caveat and kind is COMPLAINT:
                    st.caption(caveat)
    st.markdown("**Mail per day**")
    st.plotly_chart(volume(table, look), theme=None, config=CONFIG, alt=volume_alt(table), key="volume")
    if theirs:
        st.caption(
            "Striped bars and open diamonds: Amazon's own counts of the whole account, on days that ours cannot tell."
        )
    if bool(table["unfinished"].any()):
        st.caption(
            "Hatched: today, which is not over yet. Bounces and complaints about the last days may still come in."
        )
