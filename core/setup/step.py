"""A step: one thing to make or change in Amazon. Each knows how to look, what it wants, how to make it and to take it back.

A step holds no state; what happened to it is in the store. So the same steps plan, apply, verify and undo.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from core.diagnosis.diagnosis import Diagnosis
from core.setup.site import Site


class NotYet(Exception):
    """The step waits for something that comes from outside, such as the confirmation request."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What is there. `values` are compared with what the step wants; `mine`: it bears our tags or stands in our records."""

    there: bool
    values: Mapping[str, Any] = field(default_factory=dict)
    mine: bool = False
    subject: str = ""


GONE = Seen(False)


@dataclass(frozen=True)
class Step:
    """The parts that differ are overridden. `name` is the identity a step is about, "" for most."""

    name: str = ""
    kind: str = ""
    label: str = ""
    action: str = ""  # the IAM action of its making
    parent: str = ""  # a setting of something: when that goes, this goes with it
    optional: bool = False  # may stay as it is where it is not ours to change

    @property
    def key(self) -> str:
        """The step's name in plans and in the store."""
        return f"{self.kind}:{self.name}" if self.name else self.kind

    @property
    def shown(self) -> str:
        """The label on a screen."""
        return f"{self.label}, {self.name}" if self.name else self.label

    def subject(self, site: Site) -> str:
        """The ARN or name it will have, as far as it can be known before. Never our callback's URL."""
        return ""

    def look(self, site: Site) -> Seen:
        """Read what is there. Changes nothing."""
        raise NotImplementedError

    def wanted(self, site: Site) -> Mapping[str, Any]:
        """The values it shall have; {}: being there is enough."""
        return {}

    def make(self, site: Site, seen: Seen, lacking: Collection[str]) -> str:
        """Make it, or change what is lacking. Returns its ARN, URL or name. May be repeated."""
        raise NotImplementedError

    def remove(self, site: Site, seen: Seen) -> str:
        """Take away what we made. May be repeated. Returns what there is to say about it, "" for nothing."""
        return ""

    def restore(self, site: Site, seen: Seen, values: Mapping[str, Any]) -> None:
        """Put these values back. May be repeated."""

    def keeps(self, site: Site, seen: Seen) -> Diagnosis | None:
        """Why what we made cannot be taken away: others use it."""
        return None

    def blocked(self, site: Site, seen: Seen) -> Diagnosis | None:
        """Why it cannot be made at all."""
        return None

    def foreign(self, site: Site, seen: Seen, lacking: Collection[str]) -> bool:
        """Whether making it would change something that is not ours."""
        return seen.there and bool(lacking) and not seen.mine

    def same(self, name: str, value: Any, wanted: Any) -> bool:
        """Whether a value is what is wanted."""
        return bool(value == wanted)

    def settle(self, site: Site) -> None:
        """What we note on our side once it is there. May be repeated."""

    def unsettle(self, site: Site) -> None:
        """What we note on our side before it goes. May be repeated."""

    def sentence(self, site: Site, effect: str) -> str:
        """For the plan: what happens, in plain words."""
        raise NotImplementedError

    def lacking(self, site: Site, seen: Seen) -> list[str]:
        """The values that are not as wanted."""
        if not seen.there:
            return list(self.wanted(site))
        return [
            name
            for name, value in self.wanted(site).items()
            if not self.same(name, seen.values.get(name), value)
        ]

    def effect(self, site: Site, seen: Seen) -> str:
        """make | change | reuse."""
        if not seen.there:
            return "make"
        return "change" if self.lacking(site, seen) else "reuse"
