"""SPF records read: which servers may send, how many questions that takes, and what is wrong. Source: RFC 7208."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from core.dns.answer import Answer

AMAZON = "include:amazonses.com"
MOST = 10  # questions that a receiver asks before it gives up (§4.6.4)
MOST_EMPTY = 2
_ASKS = re.compile(r"[+\-~?]?(include|a|mx|ptr|exists)(?:[:/](.*))?$", re.IGNORECASE)
_KNOWN = re.compile(
    r"(?:[+\-~?]?(?:all|(?:include|exists):\S+|(?:a|mx|ptr)(?:[:/]\S+)?|ip4:[\d./]+|ip6:[\da-f:./]+)"
    r"|[a-z][\w.-]*=\S*)$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Spf:
    """One record. `lookups` counts everything behind it; None while a part could not be looked up."""

    text: str
    terms: tuple[str, ...]
    lookups: int | None
    empty: int = 0

    @property
    def amazon(self) -> bool:
        """Whether it lets Amazon's servers send, by name."""
        return any(term.lstrip("+").lower() == AMAZON for term in self.terms)

    @property
    def ending(self) -> str:
        """How it treats everybody else: -all, ~all, ?all, +all, a redirect, or nothing."""
        for term in self.terms:
            low = term.lower()
            if low in ("all", "+all", "-all", "~all", "?all"):
                return "+all" if low == "all" else low
        return next((term for term in self.terms if term.lower().startswith("redirect=")), "")

    @property
    def unread(self) -> tuple[str, ...]:
        """Words that are none of SPF's: with one of them the whole record counts for nothing."""
        return tuple(term for term in self.terms if not _KNOWN.match(term))

    @property
    def after_all(self) -> tuple[str, ...]:
        """Mechanisms behind `all`, which nobody reads."""
        low = [term.lower().lstrip("+-~?") for term in self.terms]
        rest = self.terms[low.index("all") + 1 :] if "all" in low else ()
        return tuple(term for term in rest if "=" not in term)


def records(texts: Sequence[str]) -> list[str]:
    """Those TXT records that are SPF (§4.5: the version, alone or with a blank behind it)."""
    return [text for text in texts if text.lower() == "v=spf1" or text.lower().startswith("v=spf1 ")]


def read(text: str, ask: Callable[[str], Answer]) -> Spf:
    """A record with all its includes. `ask` gives the TXT records of a name."""
    terms = tuple(text.split()[1:])
    count = _Count(ask)
    count.add(terms, ())
    return Spf(text, terms, None if count.unknown and count.asked <= MOST else count.asked, count.empty)


class _Count:
    """The questions of a record and of what it includes. Stops soon after the limit, and at a circle."""

    def __init__(self, ask: Callable[[str], Answer]) -> None:
        self.ask, self.asked, self.empty, self.unknown = ask, 0, 0, False

    def add(self, terms: Sequence[str], above: tuple[str, ...]) -> None:
        """Count the terms of one record; `above` are the names that led here."""
        low = [term.lower() for term in terms]
        for term in low:
            if self.asked > 2 * MOST:
                return
            found = _ASKS.match(term)
            if found:
                self.asked += 1
                if found[1] == "include":
                    self._follow(found[2] or "", above)
            elif term.startswith("redirect=") and not any(each.lstrip("+-~?") == "all" for each in low):
                self.asked += 1
                self._follow(term.partition("=")[2], above)

    def _follow(self, name: str, above: tuple[str, ...]) -> None:
        if "%" in name:  # a macro: known only when a mail arrives
            return
        if name in above or len(above) > MOST:
            self.asked += MOST  # a circle uses up every question there is
            return
        said = self.ask(name)
        if not said.told:
            self.unknown = True
            return
        here = records(said.records)
        if not said.found:
            self.empty += 1
        if len(here) == 1:
            self.add(here[0].split()[1:], (*above, name))
