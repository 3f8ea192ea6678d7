"""Counts side by side: why mail bounced, one line per reason."""

import pandas as pd
import plotly.graph_objects as go

from core.charts.layout import HOVER, blank
from core.charts.palette import Palette
from core.charts.words import count


def reasons(frame: pd.DataFrame, palette: Palette) -> go.Figure:
    """One bar per reason, largest on top: recipients bounced permanently, then temporarily, counts written at the bar."""
    shown = frame.iloc[::-1]
    labels = list(shown["label"])
    sketch = blank(palette, 54 + 34 * max(1, len(shown)))
    permanent, transient = (
        [int(value) for value in shown[name]] for name in ("bounced_permanent", "bounced_transient")
    )
    for values, base, colour, words in (
        (permanent, None, palette.permanent, "bounced permanently"),
        (transient, permanent, palette.transient, "bounced temporarily"),
    ):
        sketch.trace(
            "bar",
                x=values, y=labels, base=base, orientation="h", width=0.62, marker={"color": colour, "line": {"width": 0}},
                hovertext=[f"<b>{label}</b><br>{count(value)} {words}" for label, value in zip(labels, values, strict=True)],
                hovertemplate=HOVER,
        )  # fmt: skip
    longest = max([a + b for a, b in zip(permanent, transient, strict=True)] or [1])
    for label, one, two in zip(labels, permanent, transient, strict=True):
        sketch.note(
            x=one + two, y=label, text=count(one + two), xanchor="left", xshift=5,
            font={"size": 13, "color": palette.ink},
        )  # fmt: skip
    sketch.axis("xaxis", visible=False, range=[0, longest * 1.16], fixedrange=True)
    sketch.axis(
        "yaxis",
        automargin=True,
        fixedrange=True,
        showgrid=False,
        tickfont={"color": palette.ink},
        ticksuffix="  ",
    )
    sketch.note(
        xref="paper", yref="paper", x=0, y=1, xanchor="left", yanchor="bottom", yshift=2, font={"size": 13},
        text=f'<span style="color:{palette.permanent}">■ permanently</span>   <span style="color:{palette.transient}">■ temporarily</span>',
    )  # fmt: skip
    sketch.layout["margin"] = {"l": 8, "r": 12, "t": 26, "b": 4}
    return sketch.figure()


def reasons_alt(frame: pd.DataFrame) -> str:
    """What the figure shows, for those who cannot see it."""
    parts = [
        f"{row['label']} {count(int(row['bounced_permanent']) + int(row['bounced_transient']))}"
        for row in frame.to_dict("records")
    ]
    return "Recipients bounced, by reason: " + (", ".join(parts) if parts else "none") + "."
