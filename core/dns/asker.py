"""One look at a domain: every question at most once, this machine's resolver beside the domain's own servers."""

import threading
from dataclasses import dataclass

from core.dns.answer import NXDOMAIN, Answer
from core.dns.domain import organisational
from core.dns.lookup import look
from core.dns.own import Servers, ask, servers_of
from core.dns.way import SYSTEM, Until, Way
from core.once import Once


@dataclass(frozen=True, slots=True)
class Seen:
    """A question and what both said. The domain's own servers are believed first: caches elsewhere may be old."""

    here: Answer  # this machine's resolver
    own: Answer  # the domain's own servers

    @property
    def answer(self) -> Answer:
        """The one to judge by."""
        if self.own.told and not (
            self.own.aliases and not self.own.found
        ):  # an alias leads to others' servers
            return self.own
        return self.here if self.here.told or not self.own.told else self.own

    @property
    def differ(self) -> bool:
        """Whether the two disagree: published, or taken back, but not yet everywhere."""
        judged = self.answer is self.own
        return judged and self.here.told and set(self.here.records) != set(self.own.records)


class Asker:
    """Asks on behalf of many threads; the same question twice is one question. Ends with its `until`."""

    def __init__(self, way: Way = SYSTEM, until: Until | None = None) -> None:
        self.way, self.until = way, until or Until()
        self._once = Once().find

    def both(self, name: str, kind: str) -> Seen:
        """Ask both, at once."""
        threading.Thread(target=self.own, args=(name, kind), daemon=True).start()
        return Seen(self.here(name, kind), self.own(name, kind))

    def here(self, name: str, kind: str) -> Answer:
        """Ask this machine's resolver."""
        return self._once(("here", name.lower(), kind), lambda: look(name, kind, self.until.left(), self.way))

    def own(self, name: str, kind: str) -> Answer:
        """Ask the domain's own servers."""
        return self._once(
            ("own", name.lower(), kind),
            lambda: ask(name, kind, self._servers(organisational(name)), self.until, self.way),
        )

    def unknown(self, domain: str) -> bool:
        """Whether the domain that somebody would have registered is not known at all."""
        return self._servers(organisational(domain)).state == NXDOMAIN

    def _servers(self, domain: str) -> Servers:
        return self._once(("servers", domain, ""), lambda: servers_of(domain, self.until, self.way))
