"""Amazon's own counts in our figures: striped bars and open diamonds, so that nobody takes them for ours."""

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from core.charts.kind import AMAZONS, Kind
from core.charts.layout import HOVER, veil
from core.charts.palette import Palette
from core.charts.sketch import Sketch
from core.charts.words import count, day, day_words, of
from core.metrics.verdict import FEW

Line = Mapping[Hashable, Any]


def borrowed(frame: pd.DataFrame) -> pd.DataFrame:
    """The days that show Amazon's count."""
    return frame[frame["amazon_sent"].notna()]


def share(line: Line, kind: Kind) -> float | None:
    """Amazon's rate of a day as a fraction; None where it counted nothing sent."""
    sent = line["amazon_sent"]
    return None if pd.isna(sent) or not sent else min(float(line[kind.amazon]) / float(sent), 1.0)


def diamonds(sketch: Sketch, frame: pd.DataFrame, kind: Kind, palette: Palette, top: float) -> None:
    """Amazon's rate of each borrowed day: an open diamond on a dotted line."""
    lines = [line for line in borrowed(frame).to_dict("records") if share(line, kind) is not None]
    if not lines:
        return
    colour: str = getattr(palette, kind.colour)
    sketch.trace(
        "scatter",
        x=[line["key"] for line in lines],
        y=[min((share(line, kind) or 0.0) * 100, top) for line in lines],
        mode="lines+markers",
        cliponaxis=False,
        line={"color": colour, "width": 1, "dash": "dot"},
        marker={"symbol": "diamond-open", "size": 9, "color": colour, "line": {"width": 1.5}},
        hovertext=[rate_hover(line, kind) for line in lines],
        hovertemplate=HOVER,
    )


def stripes(sketch: Sketch, frame: pd.DataFrame, palette: Palette) -> None:
    """Amazon's sent mail in the upper panel, its bounces in the lower one; striped across."""
    days = borrowed(frame)
    quiet = days[
        days["bounced_permanent"] + days["bounced_transient"] == 0
    ]  # our own bounces go before Amazon's
    for column, colour, panel, width, shown in (
        ("amazon_sent", palette.sent, "", 0.86, days),
        ("amazon_bounces", palette.permanent, "2", 0.66, quiet),
    ):
        lines = shown.to_dict("records")
        if lines:
            sketch.trace(
                "bar",
                x=[line["key"] for line in lines],
                y=[int(line[column]) for line in lines],
                width=width,
                xaxis=f"x{panel}",
                yaxis=f"y{panel}",
                marker={
                    "color": "rgba(0,0,0,0)",
                    "line": {"color": colour, "width": 1},
                    "pattern": {"shape": "-", "fgcolor": colour, "size": 5, "solidity": 0.35},
                },
                hovertext=[volume_hover(line) for line in lines],
                hovertemplate=HOVER,
            )


def named(sketch: Sketch, frame: pd.DataFrame, palette: Palette, mark: str, **place: Any) -> None:
    """What the marks mean, once per figure."""
    if len(borrowed(frame)):
        sketch.note(
            xref="paper", x=1, xanchor="right", text=f"{mark} {AMAZONS}", bgcolor=veil(palette),
            font={"size": 12, "color": palette.quiet}, **place,
        )  # fmt: skip


def peak(frame: pd.DataFrame, column: str) -> float:
    """The largest of Amazon's counts that is drawn; 0 without any."""
    found = borrowed(frame)[column]
    return float(found.astype(float).max()) if len(found) else 0.0


def highest(frame: pd.DataFrame, kind: Kind) -> float:
    """The highest of Amazon's rates that has enough mail behind it; 0 without any."""
    lines = borrowed(frame).to_dict("records")
    return max((share(line, kind) or 0.0 for line in lines if line["amazon_sent"] >= FEW), default=0.0)


def rate_hover(line: Line, kind: Kind) -> str:
    """Date, Amazon's numbers, and whose they are."""
    verb = "bounced" if kind.name == "bounce" else kind.verb
    told = of(int(line[kind.amazon]), int(line["amazon_sent"]))
    return f"<b>{day_words(day(str(line['key'])))}</b><br>{AMAZONS}: {told} {verb}<br>The whole account; ours cannot tell"


def volume_hover(line: Line) -> str:
    """The same for the mail of a day."""
    return (
        f"<b>{day_words(day(str(line['key'])))}</b><br>{AMAZONS}: {count(int(line['amazon_sent']))} sent<br>"
        f"{count(int(line['amazon_bounces']))} bounced, {count(int(line['amazon_complaints']))} complained"
    )


def alt(frame: pd.DataFrame) -> str:
    """For those who cannot see it; empty without any such day."""
    found = borrowed(frame)
    if found.empty:
        return ""
    sums = [
        int(found[name].astype(float).sum())
        for name in ("amazon_sent", "amazon_bounces", "amazon_complaints")
    ]
    return f" {len(found)} days show Amazon's own count instead: {count(sums[0])} sent, {count(sums[1])} bounced, {count(sums[2])} complained."
