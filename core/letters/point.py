"""What was noticed about a mail: a state, and the words for it from words.toml, which anyone may edit."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from core.safe_text import safe_text

WORDS = Path(__file__).with_name("words.toml")
STATES = ("fail", "warn", "unknown", "ok")  # worst first
SIDES = {
    "yours": "Yours to fix",
    "road": "On the way, or at the receiver",
    "names": "At the name servers",
    "check": "This check, not the mail",
    "fine": "Nothing to fix",
}


@dataclass(frozen=True, slots=True)
class Point:
    """One thing noticed. `seen` holds values out of the mail, plain text of one line each."""

    key: str
    state: str  # one of STATES; unknown = Couldn't check, never healthy
    title: str
    meaning: str
    steps: tuple[str, ...] = ()
    seen: tuple[str, ...] = ()
    whose_side: str = "yours"  # a key of SIDES
    link: str = ""  # Amazon's own page about it

    @property
    def side(self) -> str:
        """Whose side it is on, in words."""
        return SIDES[self.whose_side]


@cache
def table() -> dict[str, dict[str, object]]:
    """The words by key."""
    return tomllib.loads(WORDS.read_text("utf-8"))


def point(key: str, *seen: str, **facts: object) -> Point:
    """The words of this key, with facts put in. Facts from a mail are made one harmless line first."""
    row = table()[key]
    plain = {name: safe_text(value, 120) for name, value in facts.items()}
    steps = row.get("steps", [])
    assert isinstance(steps, list)
    return Point(
        key,
        str(row["state"]),
        str(row["title"]).format_map(plain),
        str(row["meaning"]).format_map(plain),
        tuple(str(step).format_map(plain) for step in steps),
        tuple(safe_text(each, 160) for each in seen),
        str(row["side"]),
        str(row.get("link", "")),
    )
