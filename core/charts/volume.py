"""How much was sent and delivered per day, and below it, on a scale of its own, how much bounced."""

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from core.charts.kind import CANNOT, NOT_OVER
from core.charts.layout import blank, day_axis, hatch, value_axis
from core.charts.palette import Palette
from core.charts.words import count, day, day_words


def volume(frame: pd.DataFrame, palette: Palette, height: int = 380) -> go.Figure:
    """Two panels over the same days: a pale bar for sent with delivered in front of it; bounces, stacked, below.

    Bounces are a hundredth of the mail, so they get their own zero-based panel rather than a second axis. A day on
    which nothing can be known is hatched, never drawn as zero.
    """
    figure = make_subplots(rows=2, cols=1, shared_xaxes=True, row_heights=[0.62, 0.38], vertical_spacing=0.16)
    figure.update_layout(blank(palette, height).layout)
    days = list(frame["key"])
    hovers = [_hover(line) for line in frame.to_dict("records")]
    pattern = ["/" if unfinished else "" for unfinished in frame["unfinished"]]
    known = frame["sent"].notna()
    peak = float(frame.loc[known, "sent"].astype(float).max()) if known.any() else 0.0
    bounced = frame["bounced_permanent"] + frame["bounced_transient"]
    low_peak = float(bounced.max()) if len(bounced) else 0.0
    blind = list(frame.loc[~known, "key"])
    hatch(figure, palette, blind, max(peak, 1.0) * 1.08, [CANNOT] * len(blind), shape="x", row=1, col=1)
    counts = [None if pd.isna(value) else int(value) for value in frame["sent"]]
    delivered = [
        None if value is None else int(given) for value, given in zip(counts, frame["delivered"], strict=True)
    ]
    figure.add_trace(_bars(days, counts, palette.sent_wide, pattern, hovers, 0.86), row=1, col=1)
    figure.add_trace(_bars(days, delivered, palette.delivered, pattern, None, 0.5), row=1, col=1)
    permanent = [int(value) for value in frame["bounced_permanent"]]
    transient = [int(value) for value in frame["bounced_transient"]]
    figure.add_trace(_bars(days, permanent, palette.permanent, pattern, hovers, 0.66), row=2, col=1)
    figure.add_trace(
        _bars(days, transient, palette.transient, pattern, hovers, 0.66, base=permanent), row=2, col=1
    )
    day_axis(figure, palette, days)
    figure.update_xaxes(showticklabels=False, ticks="", row=1, col=1)
    value_axis(figure, palette, range=[0, max(peak, 1.0) * 1.08], tickformat=",~d", row=1, col=1)
    value_axis(
        figure, palette, range=[0, max(low_peak, 1.0) * 1.08], tickformat=",~d", nticks=3, row=2, col=1
    )
    _named(
        figure,
        palette,
        "y domain",
        [("sent", palette.sent_wide, palette.sent), ("delivered", palette.delivered, palette.delivered)],
    )
    bad = [("bounced permanently", palette.permanent), ("temporarily", palette.transient)]
    _named(figure, palette, "y2 domain", [(name, colour, colour) for name, colour in bad])
    figure.update_layout(margin={"l": 8, "r": 12, "t": 26, "b": 8}, hovermode="x")
    return figure


def volume_alt(frame: pd.DataFrame) -> str:
    """What the figure shows, for those who cannot see it."""
    known = frame[frame["sent"].notna()]
    sent = int(known["sent"].astype(float).sum()) if len(known) else 0
    words = f"Mail per day, {len(frame)} days: {count(sent)} sent, {count(int(known['delivered'].sum()))} delivered, "
    words += f"{count(int(frame['bounced_permanent'].sum()))} bounced permanently, "
    words += f"{count(int(frame['bounced_transient'].sum()))} temporarily."
    if len(known) and sent:
        busiest = known.iloc[int(known["sent"].astype(float).to_numpy().argmax())]
        words += f" Busiest on {day_words(day(busiest['key']))} with {count(int(busiest['sent']))}."
    missing = len(frame) - len(known)
    return words + (f" {missing} days cannot be known." if missing else "")


def _bars(
    days: list[str], values: list[int | None] | list[int], colour: str, pattern: list[str], hovers: list[str] | None,
    width: float, base: list[int] | None = None,
) -> go.Bar:  # fmt: skip
    return go.Bar(
        x=days, y=values, base=base, width=width, name="",
        marker={"color": colour, "line": {"width": 0}, "pattern": {"shape": pattern, "size": 5, "solidity": 0.45, "fillmode": "overlay"}},
        hovertext=hovers, hovertemplate="%{hovertext}<extra></extra>" if hovers else None, hoverinfo=None if hovers else "skip",
    )  # fmt: skip


def _named(figure: go.Figure, palette: Palette, panel: str, series: list[tuple[str, str, str]]) -> None:
    """The panel's series named above it, each in its own colour with its square: no legend to look up."""
    words = "   ".join(
        f'<span style="color:{mark}">■</span> <span style="color:{text}">{name}</span>'
        for name, mark, text in series
    )
    figure.add_annotation(
        xref="paper", yref=panel, x=0, y=1, xanchor="left", yanchor="bottom", yshift=3, showarrow=False, text=words,
        font={"size": 13, "color": palette.ink},
    )  # fmt: skip


def _hover(line: Mapping[Hashable, Any]) -> str:
    rows = [f"<b>{day_words(day(str(line['key'])))}</b>"]
    if line["sent"] is None or pd.isna(line["sent"]):
        rows.append(CANNOT)
    else:
        rows.append(f"{count(int(line['sent']))} sent, {count(int(line['delivered']))} delivered")
    rows.append(
        f"{count(int(line['bounced_permanent']))} bounced permanently, {count(int(line['bounced_transient']))} temporarily"
    )
    if line["unfinished"]:
        rows.append(NOT_OVER)
    return "<br>".join(rows)
