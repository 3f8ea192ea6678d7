"""Schematic drawings of Amazon's console, our own, light and dark: the few boxes that matter, the one to click marked."""

from base64 import b64encode
from html import escape

from pages.drawings import keys, listening, setting_up
from pages.drawings.pen import DARK, LIGHT
from pages.drawings.scene import Scene

SCENES: dict[str, Scene] = {
    scene.name: scene for scene in (*keys.SCENES, *listening.SCENES, *setting_up.SCENES)
}


def svg(name: str, dark: bool) -> str:
    """One drawing as SVG text."""
    return SCENES[name].picture(DARK if dark else LIGHT)


def image(name: str, dark: bool) -> str:
    """One drawing as an HTML image with its alt text; never wider than its column."""
    data = b64encode(svg(name, dark).encode()).decode()
    return (
        f'<img src="data:image/svg+xml;base64,{data}" alt="{escape(SCENES[name].alt)}" '
        'style="width:100%;max-width:420px;height:auto;display:block">'
    )
