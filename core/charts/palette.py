"""The colours, one per meaning, for the light and the dark theme: designed twice, not inverted.

Chosen colour-blind safe; text of any of them reads at 4.5:1 on its own page, marks at 3:1 (tests/charts/test_palette.py).
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Palette:
    """What each meaning looks like in one theme. `page` is what everything is drawn on."""

    name: str
    page: str
    ink: str  # text
    quiet: str  # second-rank text, axis labels
    grid: str  # hairlines, never the only carrier of anything
    track: str  # the empty part of a meter
    sent: str
    sent_wide: str  # the same meaning as a wide, pale bar behind a darker one
    delivered: str
    transient: str
    permanent: str
    complaint: str
    unknown: str  # always hatched


LIGHT = Palette(
    name="light",
    page="#ffffff",
    ink="#1b2430",
    quiet="#566170",
    grid="#e6e9ee",
    track="#e9edf2",
    sent="#5a6f86",
    sent_wide="#8093a8",
    delivered="#0b7a75",
    transient="#a05a00",
    permanent="#c2262e",
    complaint="#7a3db8",
    unknown="#697078",
)
DARK = Palette(
    name="dark",
    page="#10151c",
    ink="#e8ecf1",
    quiet="#a3adba",
    grid="#29313c",
    track="#2a323d",
    sent="#9db2c9",
    sent_wide="#62758a",
    delivered="#41b8ac",
    transient="#e3a233",
    permanent="#ff6f6f",
    complaint="#bf95f5",
    unknown="#9aa2ad",
)


def palette(theme: str | None) -> Palette:
    """The palette of a theme by Streamlit's word for it; light while the theme is not known yet."""
    return DARK if theme == "dark" else LIGHT
