"""Two colours somebody chose, kept readable. Source: WCAG 2.2, relative luminance and contrast ratio."""

import re

from core.errors import BadInput

COLOUR = re.compile(r"#[0-9a-f]{6}")
LEAST_MARK = 3.0  # of the button against the page


def checked(text: str, field: str) -> str:
    """A colour as #rrggbb. Raises BadInput with the field."""
    colour = text.strip().lower()
    if not COLOUR.fullmatch(colour):
        raise BadInput("Write the colour as # and six digits, such as #0b6e8f.", field)
    return colour


def luminance(colour: str) -> float:
    """How light a colour is, from 0 (black) to 1 (white)."""
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, from 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def ink(paper: str) -> str:
    """What to write with on this colour: white, else a soft or a full black; it always reaches 4.5:1."""
    return next(each for each in ("#ffffff", "#10151c", "#000000") if contrast(each, paper) >= 4.5)
