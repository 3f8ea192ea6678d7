"""The pen the console drawings are made with: a few boxes, and a ring around the one to click.

Plain SVG text, no outside fonts or images. 420 units wide, so that the words can still be read on a phone.
"""

from dataclasses import dataclass, field
from html import escape

WIDTH = 420
FONT = "'Source Sans', 'Source Sans 3', 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"


@dataclass(frozen=True, slots=True)
class Ink:
    """The colours of one theme; text on paper is at least 4.5:1, lines that carry meaning 3:1."""

    paper: str
    bar: str
    line: str
    text: str
    muted: str
    fill: str
    accent: str
    on_accent: str
    good: str


LIGHT = Ink("#ffffff", "#eef2f6", "#8492a2", "#1c2733", "#55616e", "#f6f8fa", "#0b6e8f", "#ffffff", "#17705a")
DARK = Ink("#161c24", "#212a35", "#6f8094", "#e8edf3", "#a9b5c2", "#1c242e", "#5cc3e3", "#0b1a21", "#5fd0ae")


@dataclass(slots=True)
class Pen:
    """Draws into one picture. Every method puts one thing of the console on the paper."""

    ink: Ink
    height: int
    parts: list[str] = field(default_factory=list)

    def rect(
        self,
        x: float,
        y: float,
        w: float,
        h: float,
        fill: str,
        line: str = "",
        r: float = 4,
        width: float = 1,
    ) -> None:
        stroke = f' stroke="{line}" stroke-width="{width}"' if line else ""
        self.parts.append(f'<rect x="{x}" y="{y}" width="{w}" height="{h}" rx="{r}" fill="{fill}"{stroke}/>')

    def word(
        self,
        x: float,
        y: float,
        text: str,
        colour: str = "",
        size: float = 13,
        bold: bool = False,
        anchor: str = "start",
    ) -> None:
        weight = ' font-weight="600"' if bold else ""
        self.parts.append(
            f'<text x="{x}" y="{y}" fill="{colour or self.ink.text}" font-size="{size}"{weight} '
            f'text-anchor="{anchor}">{escape(text)}</text>'
        )

    def window(self, *path: str) -> None:
        """The frame of the console, with where we are in it."""
        self.rect(0.5, 0.5, WIDTH - 1, self.height - 1, self.ink.paper, self.ink.line, 8)
        self.parts.append(
            f'<path d="M1 36 V9 a8 8 0 0 1 8 -8 H{WIDTH - 9} a8 8 0 0 1 8 8 V36 Z" fill="{self.ink.bar}"/>'
        )
        self.word(16, 23, "  ›  ".join(path), self.ink.muted, 13, bold=True)

    def menu(self, items: tuple[str, ...], chosen: str, top: float = 52, width: float = 126) -> float:
        """The list down the left side; gives the height of the chosen line, for its ring."""
        at = 0.0
        for index, item in enumerate(items):
            y = top + index * 28
            if item == chosen:
                at = y
                self.rect(10, y, width, 24, self.ink.bar, r=5)
            self.word(
                20, y + 17, item, self.ink.text if item == chosen else self.ink.muted, 13, item == chosen
            )
        self.parts.append(
            f'<path d="M{width + 20} 44 V{self.height - 8}" stroke="{self.ink.line}" stroke-opacity=".45"/>'
        )
        return at

    def button(self, x: float, y: float, w: float, label: str, main: bool = True) -> None:
        ink = self.ink
        self.rect(x, y, w, 28, ink.muted if main else ink.fill, "" if main else ink.line, 14)
        self.word(x + w / 2, y + 18.5, label, ink.paper if main else ink.text, 13, True, "middle")

    def box(self, x: float, y: float, w: float, label: str, value: str) -> None:
        """A field of a form: its label above, what goes in it inside."""
        self.word(x, y, label, self.ink.muted, 12)
        self.rect(x, y + 10, w, 27, self.ink.fill, self.ink.line)
        self.word(x + 9, y + 28, value, size=13)

    def choice(self, x: float, y: float, label: str, on: bool, square: bool = False) -> None:
        """A round choice, or a square tick box."""
        ink = self.ink
        if square:
            self.rect(x, y, 15, 15, ink.muted if on else ink.fill, ink.muted if on else ink.line, 3)
            if on:
                self.parts.append(
                    f'<path d="M{x + 3.5} {y + 7.5} l3 3.2 l5 -6" fill="none" stroke="{ink.paper}" stroke-width="2"/>'
                )
        else:
            line, width = (ink.muted, 4.5) if on else (ink.line, 1)
            self.parts.append(
                f'<circle cx="{x + 7.5}" cy="{y + 7.5}" r="{5.5 if on else 7}" fill="{ink.paper}" stroke="{line}" stroke-width="{width}"/>'
            )
        self.word(x + 23, y + 12.5, label, ink.text, 13, on)

    def row(self, y: float, cells: tuple[tuple[float, str, str], ...], line: bool = True) -> None:
        """One line of a table: (x, text, colour or "")."""
        for x, text, colour in cells:
            self.word(x, y, text, colour, 13)
        if line:
            x = cells[0][0]
            self.parts.append(
                f'<path d="M{x} {y + 10} H{WIDTH - 16}" stroke="{self.ink.line}" stroke-opacity=".45"/>'
            )

    def mark(self, x: float, y: float, w: float, h: float, number: int) -> None:
        """The ring around what to click, with its number."""
        ink = self.ink
        self.rect(x - 5, y - 5, w + 10, h + 10, "none", ink.accent, min(19, h / 2 + 5), 2.5)
        cx, cy = x + w + 5, y - 5
        self.parts.append(
            f'<circle cx="{cx}" cy="{cy}" r="10" fill="{ink.accent}" stroke="{ink.paper}" stroke-width="2"/>'
        )
        self.word(cx, cy + 4.4, str(number), ink.on_accent, 12.5, True, "middle")

    def picture(self, alt: str) -> str:
        """The whole drawing as SVG; `alt` says in words what it shows."""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {self.height}" width="{WIDTH}" height="{self.height}" '
            f'role="img" aria-label="{escape(alt)}" font-family="{FONT}"><title>{escape(alt)}</title>{"".join(self.parts)}</svg>'
        )
