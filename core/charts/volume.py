"""How much was sent and delivered per day, and below it, on a scale of its own, how much bounced."""

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from core.charts import amazon
from core.charts.kind import CANNOT, NOT_OVER
from core.charts.layout import HOVER, blank, day_axis, hatch, value_axis
from core.charts.palette import Palette
from core.charts.sketch import Sketch
from core.charts.words import count, day, day_words


def volume(frame: pd.DataFrame, palette: Palette, height: int = 380) -> go.Figure:
    """Two panels over the same days: a pale bar for sent with delivered in front of it; bounces, stacked, below.

    Bounces are a hundredth of the mail, so they get their own zero-based panel rather than a second axis. A day on
    which nothing can be known is hatched, never drawn as zero.
    """
    sketch = blank(palette, height)
    days = list(frame["key"])
    hovers = [_hover(line) for line in frame.to_dict("records")]
    pattern = ["/" if unfinished else "" for unfinished in frame["unfinished"]]
    known = frame["sent"].notna()
    peak = float(frame.loc[known, "sent"].astype(float).max()) if known.any() else 0.0
    peak = max(peak, amazon.peak(frame, "amazon_sent"))
    bounced = frame["bounced_permanent"] + frame["bounced_transient"]
    low_peak = max(float(bounced.max()) if len(bounced) else 0.0, amazon.peak(frame, "amazon_bounces"))
    blind = list(frame.loc[~known & frame["amazon_sent"].isna(), "key"])
    hatch(sketch, palette, blind, max(peak, 1.0) * 1.08, CANNOT, shape="x")
    counts = [
        None if pd.isna(value) or not pd.isna(theirs) else int(value)
        for value, theirs in zip(frame["sent"], frame["amazon_sent"], strict=True)
    ]
    delivered = [
        None if value is None else int(given) for value, given in zip(counts, frame["delivered"], strict=True)
    ]
    _bars(sketch, days, counts, palette.sent_wide, pattern, hovers, 0.86)
    _bars(sketch, days, delivered, palette.delivered, pattern, None, 0.5)
    permanent = [int(value) for value in frame["bounced_permanent"]]
    transient = [int(value) for value in frame["bounced_transient"]]
    _bars(sketch, days, permanent, palette.permanent, pattern, hovers, 0.66, panel="2")
    _bars(sketch, days, transient, palette.transient, pattern, hovers, 0.66, panel="2", base=permanent)
    amazon.stripes(sketch, frame, palette)
    amazon.named(sketch, frame, palette, "▤", yref="y domain", y=1, yanchor="bottom", yshift=3)
    day_axis(sketch, palette, days)
    sketch.axis("xaxis", matches="x2", anchor="y", showticklabels=False, ticks="")
    day_axis(sketch, palette, days, "xaxis2")
    sketch.axis("xaxis2", anchor="y2")
    value_axis(sketch, palette, domain=[0.48, 1], range=[0, max(peak, 1.0) * 1.08], tickformat=",~d")
    value_axis(
        sketch,
        palette,
        "yaxis2",
        anchor="x2",
        domain=[0, 0.32],
        range=[0, max(low_peak, 1.0) * 1.08],
        tickformat=",~d",
        nticks=3,
    )
    _named(
        sketch,
        palette,
        "y domain",
        [("sent", palette.sent_wide, palette.sent), ("delivered", palette.delivered, palette.delivered)],
    )
    bad = [("bounced permanently", palette.permanent), ("temporarily", palette.transient)]
    _named(sketch, palette, "y2 domain", [(name, colour, colour) for name, colour in bad])
    sketch.layout |= {"margin": {"l": 8, "r": 12, "t": 26, "b": 8}, "hovermode": "x"}
    return sketch.figure()


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
    return words + (f" {missing} days cannot be known." if missing else "") + amazon.alt(frame)


def _bars(
    sketch: Sketch, days: list[str], values: list[int | None] | list[int], colour: str, pattern: list[str],
    hovers: list[str] | None, width: float, panel: str = "", base: list[int] | None = None,
) -> None:  # fmt: skip
    hatched = {"shape": pattern, "size": 5, "solidity": 0.45, "fillmode": "overlay"}
    sketch.trace(
        "bar", x=days, y=values, base=base, width=width, xaxis=f"x{panel}", yaxis=f"y{panel}",
        marker={"color": colour, "line": {"width": 0}, "pattern": hatched},
        hovertext=hovers, hovertemplate=HOVER if hovers else None, hoverinfo=None if hovers else "skip",
    )  # fmt: skip


def _named(sketch: Sketch, palette: Palette, panel: str, series: list[tuple[str, str, str]]) -> None:
    """The panel's series named above it, each in its own colour with its square: no legend to look up."""
    words = "   ".join(
        f'<span style="color:{mark}">■</span> <span style="color:{text}">{name}</span>'
        for name, mark, text in series
    )
    sketch.note(
        xref="paper", yref=panel, x=0, y=1, xanchor="left", yanchor="bottom", yshift=3, text=words,
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
