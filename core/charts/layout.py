"""What all figures share: quiet axes, no legend, nothing to drag, days that are not over drawn hatched."""

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from core.charts.palette import Palette
from core.charts.words import day, day_words

FONT = '"Source Sans", "Source Sans Pro", sans-serif'
CONFIG: dict[str, Any] = {"displayModeBar": False, "responsive": True}  # for st.plotly_chart
_BARE = go.layout.Template()  # plotly's own template is nine tenths of a small figure


def blank(palette: Palette, height: int) -> go.Figure:
    """An empty figure in our look. Transparent, so that it sits on any panel of the page."""
    figure = go.Figure()
    figure.update_layout(
        template=_BARE,
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
    return figure


def day_axis(figure: go.Figure, palette: Palette, days: Sequence[str], **more: Any) -> None:
    """The days of the period along the bottom: at most seven labels on a week and five on more, whole days, half a day of air at the ends."""
    every = 1 if len(days) <= 7 else -(-len(days) // 5)
    ticks = list(days)[::-1][::every][::-1]
    figure.update_xaxes(
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
        **more,
    )


def veil(palette: Palette) -> str:
    """The page's colour, half opaque: behind words that data may cross."""
    red, green, blue = (int(palette.page[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.6)"


def value_axis(figure: go.Figure, palette: Palette, **more: Any) -> None:
    """A quiet vertical axis that begins at zero unless told otherwise."""
    look = {
        "fixedrange": True,
        "showgrid": True,
        "gridcolor": palette.grid,
        "zeroline": False,
        "automargin": True,
        "nticks": 5,
        "rangemode": "tozero",
    }
    figure.update_yaxes(**(look | more))


def hatch(
    figure: go.Figure,
    palette: Palette,
    days: Sequence[str],
    top: float,
    words: Sequence[str],
    shape: str = "/",
    **where: Any,
) -> None:
    """Hatch some days from bottom to top: "not over yet" ("/") or "cannot be known" ("x"). The hover says which."""
    if not days:
        return
    figure.add_trace(
        go.Bar(
            x=list(days),
            y=[top] * len(days),
            width=1,
            hovertext=[
                f"<b>{day_words(day(key))}</b><br>{word}" for key, word in zip(days, words, strict=True)
            ],
            hovertemplate="%{hovertext}<extra></extra>",
            marker={
                "color": "rgba(0,0,0,0)",
                "pattern": {
                    "shape": shape,
                    "fgcolor": palette.unknown,
                    "fgopacity": 0.35,
                    "size": 7,
                    "solidity": 0.12,
                },
                "line": {"width": 0},
            },
            name="",
        ),
        **where,
    )
