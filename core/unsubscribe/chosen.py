"""What a connection decided about unsubscribing: how its page looks, which groups there are, and who manages the links."""

import json
import re
from dataclasses import asdict, dataclass, field
from typing import Any

from core.store.tables import ListSettings
from core.unsubscribe.colours import COLOUR

GROUP = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
BUTTON, PAPER = "#0b6e8f", "#ffffff"


@dataclass(frozen=True, slots=True)
class Group:
    """One kind of mail that can be left by itself: its key in links, its title on the page."""

    key: str
    title: str


@dataclass(frozen=True, slots=True)
class Look:
    """The page: who speaks, a sentence, two colours, whether tests carry a link, and where the page is when not here."""

    name: str = ""
    sentence: str = ""  # "" = our own
    button: str = BUTTON
    paper: str = PAPER
    on_tests: bool = True
    elsewhere: str = ""  # https address of a page of theirs that posts to us

    def as_json(self) -> str:
        """For the store."""
        return json.dumps(asdict(self), ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Chosen:
    """All of it. `contact_list` not empty: Amazon's own subscription management writes the links."""

    look: Look = field(default_factory=Look)
    groups: tuple[Group, ...] = ()
    contact_list: str = ""
    contact_topic: str = ""

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of the groups."""
        return tuple(group.key for group in self.groups)


def read(row: ListSettings) -> Chosen:
    """What was stored; what cannot be read is as if it had not been decided."""
    return Chosen(_look(_json(row.page)), _groups(_json(row.groups)), row.contact_list, row.contact_topic)


def groups_json(groups: tuple[Group, ...]) -> str:
    """For the store."""
    return json.dumps([[group.key, group.title] for group in groups], ensure_ascii=False)


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _look(said: Any) -> Look:
    if not isinstance(said, dict):
        return Look()
    texts = {
        name: said[name] for name in ("name", "sentence", "elsewhere") if isinstance(said.get(name), str)
    }
    for name in ("button", "paper"):
        if isinstance(said.get(name), str) and COLOUR.fullmatch(said[name]):
            texts[name] = said[name]
    return Look(**texts, on_tests=said.get("on_tests") is not False)


def _groups(said: Any) -> tuple[Group, ...]:
    pairs = said if isinstance(said, list) else []
    return tuple(
        Group(pair[0], pair[1])
        for pair in pairs
        if isinstance(pair, list) and len(pair) == 2 and all(isinstance(part, str) for part in pair)
    )
