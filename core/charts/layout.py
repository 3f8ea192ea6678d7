"""What all figures share: quiet axes, no legend, nothing to drag, days that are not over drawn hatched."""

from collections.abc import Sequence
from typing import Any

from core.charts.palette import Palette
from core.charts.sketch import Sketch
from core.charts.words import day, day_words

FONT = '"Source Sans", "Source Sans Pro", sans-serif'
HOVER = "%{hovertext}<extra></extra>"
CONFIG: dict[str, Any] = {"displayModeBar": False, "responsive": True}  # for st.plotly_chart


def blank(palette: Palette, height: int) -> Sketch:
    """An empty figure in our look. Transparent, so that it sits on any panel of the page."""
    return Sketch(
        template={},  # plotly's own is nine tenths of a small figure
        height=height,
        margin={"l": 8, "r": 12, "t": 10, "b": 8},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"family": FONT, "size": 13, "color": palette.quiet},
        showlegend=False,
        dragmode=False,
        hovermode="closest",
        hoverlabel={
            "bgcolor": palette.page,
            "bordercolor": palette.quiet,
            "font": {"family": FONT, "size": 13, "color": palette.ink},
            "align": "left",
        },
        bargap=0.25,
        barmode="overlay",
    )


def day_axis(sketch: Sketch, palette: Palette, days: Sequence[str], axis: str = "xaxis") -> None:
    """The days of the period along the bottom: at most seven labels on a week and five on more, whole days, half a day of air at the ends."""
    every = 1 if len(days) <= 7 else -(-len(days) // 5)
    ticks = list(days)[::-1][::every][::-1]
    sketch.axis(
        axis,
        type="category",
        categoryorder="array",
        categoryarray=list(days),
        range=[-0.6, len(days) - 0.4],
        tickmode="array",
        tickvals=ticks,
        ticktext=[f"{day(key).day} {day(key):%b}" for key in ticks],
        tickangle=0,
        automargin=True,
        fixedrange=True,
        showgrid=False,
        zeroline=False,
        showline=True,
        linecolor=palette.grid,
        ticks="outside",
        ticklen=4,
        tickcolor=palette.grid,
    )


def veil(palette: Palette) -> str:
    """The page's colour, half opaque: behind words that data may cross."""
    red, green, blue = (int(palette.page[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.6)"


def value_axis(sketch: Sketch, palette: Palette, axis: str = "yaxis", **more: Any) -> None:
    """A quiet vertical axis that begins at zero unless told otherwise."""
    look = {
        "fixedrange": True,
        "showgrid": True,
        "gridcolor": palette.grid,
        "zeroline": False,
        "automargin": True,
        "nticks": 5,
        "rangemode": "tozero",
        "ticklabelstandoff": 4,
    }
    sketch.axis(axis, **(look | more))


def hatch(
    sketch: Sketch, palette: Palette, days: Sequence[str], top: float, words: str, shape: str = "/"
) -> None:
    """Hatch some days from bottom to top: "not over yet" ("/") or "cannot be known" ("x"). The hover says which."""
    if not days:
        return
    pattern = {"shape": shape, "fgcolor": palette.unknown, "fgopacity": 0.35, "size": 7, "solidity": 0.12}
    sketch.trace(
        "bar",
        x=list(days),
        y=[top] * len(days),
        width=1,
        hovertext=[f"<b>{day_words(day(key))}</b><br>{words}" for key in days],
        hovertemplate=HOVER,
        marker={"color": "rgba(0,0,0,0)", "pattern": pattern, "line": {"width": 0}},
    )
