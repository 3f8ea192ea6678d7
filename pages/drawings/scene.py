"""What one drawing is: its name, what it shows in words, and how it is drawn."""

from collections.abc import Callable
from dataclasses import dataclass

from pages.drawings.pen import Ink, Pen


@dataclass(frozen=True, slots=True)
class Scene:
    """One picture of the console. `alt` says the same as the drawing, the thing to click included."""

    name: str
    alt: str
    height: int
    draw: Callable[[Pen], None]

    def picture(self, ink: Ink) -> str:
        """The drawing in one theme's colours."""
        pen = Pen(ink, self.height)
        self.draw(pen)
        return pen.picture(self.alt)
