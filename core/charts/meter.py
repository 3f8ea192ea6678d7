"""A meter: how far along a scale something is, with the marks that matter drawn on it. Plain HTML, no script, no chart library.

Home must be there at once; a plotting library is five megabytes.
"""

from dataclasses import dataclass
from html import escape

from core.charts.palette import Palette
from core.charts.words import NBSP, percent

HATCH = "repeating-linear-gradient(135deg,{line} 0 2px,transparent 2px 7px)"


@dataclass(frozen=True, slots=True)
class Meter:
    """`value` is a fraction of the same kind as `scale` and `marks`; None is drawn hatched, never as empty."""

    label: str
    value: float | None
    said: str  # the number in words, with its base
    scale: float
    marks: tuple[tuple[float, str], ...] = ()
    colour: str = "sent"  # the palette's name for it
    note: str = ""  # a second, quiet line


def draw(meter: Meter, palette: Palette) -> str:
    """The meter as HTML for one column. A value beyond the scale fills it and ends in an arrow; the words tell the number."""
    colour = getattr(palette, meter.colour)
    if meter.value is None:
        bar = f'<div style="position:absolute;inset:0;background:{HATCH.format(line=palette.unknown)};opacity:.55"></div>'
    else:
        width = min(100.0, max(0.0, meter.value / meter.scale * 100))
        least = "min-width:3px;" if meter.value > 0 else ""
        bar = f'<div style="position:absolute;left:0;top:0;bottom:0;width:{width:.2f}%;{least}background:{colour}"></div>'
        if meter.value > meter.scale:
            bar += f'<div style="position:absolute;right:4px;top:-4px;color:{palette.page};font-size:13px">▸</div>'
    ticks = "".join(_tick(at / meter.scale * 100, palette) for at, _ in meter.marks)
    words = "".join(_word(at / meter.scale * 100, text, palette) for at, text in meter.marks)
    note = (
        f'<div style="font-size:13px;color:{palette.quiet};margin-top:2px">{escape(meter.note)}</div>'
        if meter.note
        else ""
    )
    return (
        f'<div role="img" aria-label="{escape(aria(meter))}" style="margin:2px 0 6px 0">'
        f'<div aria-hidden="true"><div style="display:flex;flex-wrap:wrap;justify-content:space-between;gap:0 12px;font-size:14px;line-height:1.5;'
        f'color:{palette.ink}"><span>{escape(meter.label)}</span><span style="font-variant-numeric:tabular-nums">{escape(meter.said)}</span></div>'
        f'<div style="position:relative;height:12px;margin-top:3px;border-radius:3px;overflow:hidden;background:{palette.track}">{bar}{ticks}</div>'
        f'<div style="position:relative;height:{18 if meter.marks else 2}px;font-size:12px;color:{palette.quiet}">{words}</div>{note}</div></div>'
    )


def aria(meter: Meter) -> str:
    """What the meter shows, in one sentence."""
    marks = ", ".join(f"{text}" for _, text in meter.marks)
    return f"{meter.label}: {meter.said}." + (f" Marks at {marks}." if marks else "")


def _tick(at: float, palette: Palette) -> str:
    return f'<div style="position:absolute;left:calc({at:.2f}% - 1px);top:0;bottom:0;width:2px;background:{palette.ink}"></div>'


def _word(at: float, text: str, palette: Palette) -> str:
    """A mark's words end at the mark, so that two never meet; near the left end they begin at it."""
    side = f"right:{100 - at:.2f}%;text-align:right" if at > 30 else f"left:{at:.2f}%"
    return f'<div style="position:absolute;{side};white-space:nowrap;padding:1px 0">{escape(text)}</div>'


def bounce_meter(value: float | None, said: str, marks: tuple[float, float], note: str = "") -> Meter:
    """The bounce rate against Amazon's review and pause marks."""
    return _against("Bounce rate", value, said, marks, "permanent", note)


def complaint_meter(value: float | None, said: str, marks: tuple[float, float], note: str = "") -> Meter:
    """The complaint rate against Amazon's review and pause marks."""
    return _against("Complaint rate", value, said, marks, "complaint", note)


def _against(
    label: str, value: float | None, said: str, marks: tuple[float, float], colour: str, note: str
) -> Meter:
    names = tuple(
        (mark, f"{mark * 100:g}{NBSP}% {word}") for mark, word in zip(marks, ("review", "pause"), strict=True)
    )
    return Meter(label, value, said, marks[1] * 1.25, names, colour, note)


def quota_meter(used: float, most: float, age: str) -> Meter:
    """The day's quota, as of the last check; Amazon says -1 for "no limit"."""
    if most < 0:
        return Meter(
            "Daily quota",
            0.0,
            f"{used:,.0f} sent, no daily limit",
            1.0,
            (),
            "sent",
            f"Sent in 24 hours, {age}",
        )
    value = used / most if most else None
    said = f"{used:,.0f} of {most:,.0f}" + ("" if value is None else f" ({percent(value)})")
    return Meter("Daily quota", value, said, 1.0, (), "sent", f"Sent in 24 hours, {age}")
