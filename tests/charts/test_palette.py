"""The colours keep their meaning for every eye, in both themes."""

import itertools
from dataclasses import fields

import pytest

from core.charts.palette import DARK, LIGHT, Palette, palette

MEANINGS = ("delivered", "transient", "permanent", "complaint")
TEXT = ("ink", "quiet", "sent", *MEANINGS, "unknown")
# Machado, Oliveira and Fernandes 2009, severity 1.0, on linear RGB
BLINDNESS = {
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}


def linear(colour: str) -> tuple[float, ...]:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return tuple(part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)


def luminance(rgb: tuple[float, ...]) -> float:
    return 0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2]


def contrast(one: str, two: str) -> float:
    light, dark = sorted((luminance(linear(one)), luminance(linear(two))), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def lab(rgb: tuple[float, ...]) -> tuple[float, float, float]:
    matrix = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))
    xyz = [sum(a * max(0.0, b) for a, b in zip(row, rgb, strict=True)) for row in matrix]
    x, y, z = (
        v ** (1 / 3) if v > 0.008856 else 7.787 * v + 16 / 116
        for v in (xyz[0] / 0.9505, xyz[1], xyz[2] / 1.089)
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda one: one.name)
@pytest.mark.parametrize("name", TEXT)
def test_text_in_any_colour_reads_at_four_and_a_half_to_one(theme: Palette, name: str) -> None:
    assert contrast(getattr(theme, name), theme.page) >= 4.5


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda one: one.name)
@pytest.mark.parametrize("name", ["sent_wide", "sent", *MEANINGS, "unknown"])
def test_marks_stand_out_from_the_page_at_three_to_one(theme: Palette, name: str) -> None:
    assert contrast(getattr(theme, name), theme.page) >= 3


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda one: one.name)
@pytest.mark.parametrize("blindness", BLINDNESS)
def test_meanings_stay_apart_for_colour_blind_eyes(theme: Palette, blindness: str) -> None:
    seen = {}
    for name in MEANINGS:
        rgb = linear(getattr(theme, name))
        seen[name] = lab(
            tuple(sum(a * b for a, b in zip(row, rgb, strict=True)) for row in BLINDNESS[blindness])
        )
    for one, two in itertools.combinations(MEANINGS, 2):
        apart = sum((a - b) ** 2 for a, b in zip(seen[one], seen[two], strict=True)) ** 0.5
        assert apart >= 10, f"{one} and {two} look alike with {blindness}: {apart:.1f}"


def test_a_theme_that_is_not_known_yet_is_light() -> None:
    assert palette(None) is LIGHT and palette("light") is LIGHT and palette("dark") is DARK


def test_every_colour_is_a_plain_hex() -> None:
    for theme in (LIGHT, DARK):
        assert all(len(getattr(theme, field.name)) == 7 for field in fields(theme) if field.name != "name")
