"""Mail held up per day and mailbox provider: the one that stands out in colour, the others in grey."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from core.charts.layout import HOVER, blank, day_axis, value_axis
from core.charts.palette import Palette
from core.charts.words import count, day, day_words, percent


@dataclass(frozen=True, slots=True)
class HeldUp:
    """One provider's days: how many were sent, and of how many Amazon said that they wait or were refused for now."""

    name: str
    sent: tuple[int, ...]
    held: tuple[int, ...]

    @property
    def rate(self) -> float:
        """Over the whole period."""
        return sum(self.held) / sum(self.sent) if sum(self.sent) else 0.0


def standing_out(series: Sequence[HeldUp], least: int = 100) -> HeldUp | None:
    """The provider that is held up clearly more than the rest together: three times as much, and 2 % at least."""
    large = [one for one in series if sum(one.sent) >= least]
    if len(large) < 2:
        return None
    worst = max(large, key=lambda one: one.rate)
    others = [one for one in large if one is not worst]
    rest = sum(sum(one.held) for one in others) / max(1, sum(sum(one.sent) for one in others))
    return worst if worst.rate >= max(0.02, 3 * rest) else None


def since(one: HeldUp, days: Sequence[str]) -> str | None:
    """The first day of the run that still goes on, in which at least a twentieth waited on most days; None without one.

    Quiet days (fewer than 20 mails) neither begin nor end the run.
    """
    begun: str | None = None
    calm = 0
    for key, sent, held in zip(days, one.sent, one.held, strict=True):
        if sent < 20:
            continue
        if held / sent >= 0.05:
            begun, calm = begun or key, 0
        else:
            calm += 1
            begun = None if calm >= 3 else begun
    return begun


def held_up(days: Sequence[str], series: Sequence[HeldUp], palette: Palette, height: int = 250) -> go.Figure:
    """A line per provider, named at its end; the one that stands out is amber and drawn last."""
    sketch = blank(palette, height)
    loud = standing_out(series)
    values = {
        one.name: [
            held / sent * 100 if sent >= 20 else None for sent, held in zip(one.sent, one.held, strict=True)
        ]
        for one in series
    }
    top = max([value for line in values.values() for value in line if value is not None] + [2.0]) * 1.15
    for one in sorted(series, key=lambda one: one is loud):
        shown = one is loud
        sketch.trace(
            "scatter",
                x=list(days), y=values[one.name], mode="lines+markers" if shown else "lines", connectgaps=False,
                line={"color": palette.transient if shown else palette.unknown, "width": 2.4 if shown else 1.1},
                marker={"size": 4, "color": palette.transient}, opacity=1 if shown else 0.75,
                hovertext=[
                    f"<b>{one.name}</b> · {day_words(day(key))}<br>{count(held)} of {count(sent)} held up: <b>{percent(held / sent if sent else None)}</b>"
                    for key, sent, held in zip(days, one.sent, one.held, strict=True)
                ],
                hovertemplate=HOVER,
        )  # fmt: skip
    if loud is not None:
        peak = max(range(len(days)), key=lambda at: values[loud.name][at] or 0)
        sketch.note(
            x=days[peak], y=values[loud.name][peak], text=f"<b>{loud.name}</b>", yanchor="bottom", yshift=4,
            xanchor="right" if peak > len(days) / 2 else "left", font={"size": 13, "color": palette.transient},
        )  # fmt: skip
    day_axis(sketch, palette, list(days))
    value_axis(sketch, palette, range=[0, top], ticksuffix=" %")
    return sketch.figure()


def held_up_alt(days: Sequence[str], series: Sequence[HeldUp]) -> str:
    """What the figure shows, for those who cannot see it."""
    parts = ", ".join(f"{one.name} {percent(one.rate)}" for one in sorted(series, key=lambda one: -one.rate))
    return f"Share of mail held up per day, by mailbox provider, {len(days)} days. Over all days: {parts or 'no mail'}."
