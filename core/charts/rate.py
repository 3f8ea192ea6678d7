"""Bounce rate and complaint rate per day, each on its own axis, with the lines at which Amazon acts."""

from itertools import pairwise

import pandas as pd
import plotly.graph_objects as go

from core.charts import amazon
from core.charts.kind import CANNOT, NOT_OVER, Kind
from core.charts.layout import HOVER, blank, day_axis, hatch, value_axis, veil
from core.charts.palette import Palette
from core.charts.rate_words import hover
from core.charts.sketch import Sketch


def rate(
    frame: pd.DataFrame, kind: Kind, palette: Palette, close_up: bool = False, height: int = 250
) -> go.Figure:
    """The rate of each day. A day without sent mail is a gap; one with too little to judge, or not over, a hollow dot
    on a faint line.

    Both of Amazon's lines are always in view, however small the rate. `close_up` keeps the first only and gives the
    room to the data. A day that shoots past the top (a handful of mails) is drawn at the edge as a triangle; the
    hover tells its true rate.
    """
    colour: str = getattr(palette, kind.colour)
    top = _top(frame, kind, close_up)
    sketch = blank(palette, height)
    days = list(frame["key"])
    hatch(sketch, palette, days_where(frame, "unfinished"), top, NOT_OVER)
    blind = list(frame.loc[frame["sent"].isna() & frame["amazon_sent"].isna(), "key"])
    hatch(sketch, palette, blind, top, CANNOT, shape="x")
    for mark, words in zip(kind.marks, ("Amazon reviews the account", "Amazon may pause it"), strict=True):
        if mark * 100 <= top:
            _line(sketch, palette, mark)
            _label(
                sketch, palette, mark, words, "right" if _crowded(frame, kind, mark * 100, top) else "left"
            )
    values = [_percent(value) for value in frame[f"{kind.name}_rate"]]
    few = list(frame[f"{kind.name}_few"] | frame["unfinished"])
    over = [value is not None and value > top for value in values]
    drawn = [None if value is None else min(value, top) for value in values]
    _join(sketch, days, drawn, colour, width=1, opacity=0.4)
    _join(
        sketch,
        days,
        [None if small else value for value, small in zip(drawn, few, strict=True)],
        colour,
        width=2,
        opacity=1,
    )
    sketch.trace(
        "scatter",
        x=days,
        y=drawn,
        mode="markers",
        cliponaxis=False,
        marker={
            "size": [11 if high else 7 if len(days) <= 40 else 4 for high in over],
            "symbol": ["triangle-up" if high else "circle" for high in over],
            "color": [palette.page if small else colour for small in few],
            "line": {"color": colour, "width": 1.5},
            "opacity": 1,
        },
        hovertext=[hover(line, kind) for line in frame.to_dict("records")],
        hovertemplate=HOVER,
    )
    amazon.diamonds(sketch, frame, kind, palette, top)
    amazon.named(sketch, frame, palette, "◇", yref="paper", y=1, yanchor="top")
    day_axis(sketch, palette, days)
    value_axis(
        sketch,
        palette,
        range=[0, top],
        ticksuffix=" %",
        showgrid=False,
        zeroline=True,
        zerolinecolor=palette.grid,
    )
    sketch.layout["hovermode"] = "x"
    return sketch.figure()


def _join(
    sketch: Sketch, days: list[str], values: list[float | None], colour: str, width: float, opacity: float
) -> None:
    """A line through the days that have a value, broken at those that have none."""
    sketch.trace(
        "scatter", x=days, y=values, mode="lines", connectgaps=False, hoverinfo="skip", opacity=opacity,
        line={"color": colour, "width": width},
    )  # fmt: skip


def days_where(frame: pd.DataFrame, column: str) -> list[str]:
    """The day keys for which a column holds."""
    return list(frame.loc[frame[column].astype(bool), "key"])


def _percent(value: float | None) -> float | None:
    return None if value is None or pd.isna(value) else float(value) * 100


def _top(frame: pd.DataFrame, kind: Kind, close_up: bool) -> float:
    """The top of the axis in percent: Amazon's lines and every day that can be judged fit below it."""
    shown = frame[frame[f"{kind.name}_rate"].notna() & ~frame[f"{kind.name}_few"].astype(bool)]
    highest = float(shown[f"{kind.name}_rate"].astype(float).max()) if len(shown) else 0.0
    least = kind.marks[0] if close_up else kind.marks[1]
    return max(least, highest, amazon.highest(frame, kind)) * 100 * 1.15


def _line(sketch: Sketch, palette: Palette, mark: float) -> None:
    """One dashed line, over the whole width."""
    sketch.shape(
        type="line", xref="paper", x0=0, x1=1, y0=mark * 100, y1=mark * 100, layer="below",
        line={"color": palette.quiet, "width": 1.4, "dash": "dash"},
    )  # fmt: skip


def _label(sketch: Sketch, palette: Palette, mark: float, words: str, side: str) -> None:
    sketch.note(
        xref="paper", x=0 if side == "left" else 1, y=mark * 100, xanchor=side, yanchor="bottom",
        text=f"{mark * 100:g} % · {words}", font={"size": 12, "color": palette.quiet}, bgcolor=veil(palette), borderpad=1,
    )  # fmt: skip


def _crowded(frame: pd.DataFrame, kind: Kind, mark: float, top: float) -> bool:
    """Whether the label would cover more of the data at the line's left end than at its right end."""
    values = list(map(_percent, frame[f"{kind.name}_rate"]))
    low, high = mark - 0.02 * top, mark + 0.14 * top
    near = [
        one is not None and two is not None and min(one, two) < high and max(one, two) > low
        for one, two in pairwise(values)  # a steep line has no day inside the label, and still crosses it
    ]
    half = len(near) // 2
    return sum(near[:half]) > sum(near[half:])
