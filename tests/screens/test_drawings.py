"""The console drawings: both themes, read as XML, legible, and saying in words what they show."""

import re
from html import unescape
from xml.etree import ElementTree

import pytest

from core.setup import guide as by_hand
from core.setup.choices import Choices
from core.store.tables import Connection
from pages.drawings import SCENES, image, svg
from pages.drawings.pen import DARK, LIGHT, WIDTH, Ink
from pages.parts import guide

EVERY = pytest.mark.parametrize("name", sorted(SCENES))
SVG = "{http://www.w3.org/2000/svg}"


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@EVERY
@pytest.mark.parametrize("dark", [False, True])
def test_a_drawing_is_one_svg_with_its_words_as_alternative(name: str, dark: bool) -> None:
    picture = ElementTree.fromstring(svg(name, dark))
    assert picture.get("role") == "img"
    assert picture.get("aria-label") == SCENES[name].alt == picture.findtext(f"{SVG}title")
    assert SCENES[name].alt in unescape(image(name, dark))


@EVERY
def test_a_drawing_asks_nothing_of_the_network(name: str) -> None:
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)\w|url\(|<image|<script|href", svg(name, False))


@EVERY
def test_every_number_of_a_drawing_is_spoken_of_in_its_words(name: str) -> None:
    drawn = {
        t.text
        for t in ElementTree.fromstring(svg(name, False)).iter(f"{SVG}text")
        if (t.text or "").isdigit()
    }
    assert drawn
    assert drawn <= set(re.findall(r"\b\d\b", SCENES[name].alt))


@EVERY
def test_nothing_of_a_drawing_lies_outside_of_it(name: str) -> None:
    picture = ElementTree.fromstring(svg(name, False))
    height = int(picture.get("height") or 0)
    for box in picture.iter(f"{SVG}rect"):
        x, y, w, h = (float(box.get(side) or 0) for side in ("x", "y", "width", "height"))
        assert x >= 0 and x + w <= WIDTH and y >= 0 and y + h <= height, box.attrib


@pytest.mark.parametrize("ink", [LIGHT, DARK], ids=["light", "dark"])
def test_the_words_and_rings_of_a_drawing_can_be_made_out(ink: Ink) -> None:
    for behind in (ink.paper, ink.bar, ink.fill):
        assert contrast(ink.text, behind) >= 4.5
        assert contrast(ink.muted, behind) >= 4.5
        assert contrast(ink.accent, behind) >= 3
    assert contrast(ink.good, ink.paper) >= 4.5
    assert contrast(ink.on_accent, ink.accent) >= 4.5
    assert contrast(ink.paper, ink.muted) >= 4.5
    assert contrast(ink.line, ink.paper) >= 3


def test_every_drawing_is_used_by_a_guide_and_every_guide_has_its_drawings() -> None:
    named = {name for steps in (guide.KEYS, guide.SENDER, guide.LISTEN) for name, _ in steps}
    here = Connection(
        uuid="u" * 8, name="x", region="eu-west-1", account_id="123456789012", created_at=1, updated_at=1
    )
    for way in ("configuration-set", "identity"):
        steps = by_hand.guide(here, Choices(way, "both", "example.com"), "https://mail.example.com/sns/x")
        named |= {step.drawing for step in steps}
    assert named == set(SCENES)
