"""One record that has to be published, as it is wanted and as it was found."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.diagnosis.diagnosis import Diagnosis

VERIFIED, MISSING, INCORRECT, UNKNOWN = "Verified", "Missing", "Incorrect", "Couldn't check"
STATES = (VERIFIED, MISSING, INCORRECT, UNKNOWN)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table. `found` is text from outside: plain() before it is drawn.

    `needed` False: mail arrives without it, so that missing is no fault. `hints` are mistakes seen, the surest first;
    `note` is what is true besides: published but not yet everywhere, covered by the domain above.
    """

    key: str  # dkim-1, mail-from-mx, mail-from-spf, spf, dmarc, one-click: the same in every look
    label: str
    kind: str  # CNAME | MX | TXT | "" (no record)
    name: str
    wanted: str
    state: str  # one of STATES
    sentence: str
    found: tuple[str, ...] = ()
    needed: bool = True
    hints: tuple[Diagnosis, ...] = ()
    note: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)

    @property
    def good(self) -> bool:
        """Whether nothing is to be done about it."""
        return self.state == VERIFIED or (self.state == MISSING and not self.needed)
