"""A Diagnosis: what happened, what it means, whose side it is on, what to do. A value, not prose in pages."""

import json
from dataclasses import asdict, dataclass, field

SIDES = {
    "yours": "Yours to fix",
    "admin": "For whoever runs your AWS organisation",
    "amazon": "On Amazon's side",
    "network": "Between this machine and Amazon",
    "ours": "A fault in SES Desk",
    "fine": "Nothing to fix",
}


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One explained error or finding. Holds no secret. `known` is False when the table has no row for it."""

    reference: str  # kebab-case, the row of words.toml
    title: str
    meaning: str
    whose_side: str = "yours"  # a key of SIDES
    steps: tuple[str, ...] = ()
    link: str = ""
    snippet: str = ""  # text to copy, e.g. the IAM statement that is missing
    evidence: dict[str, str] = field(default_factory=dict)  # what Amazon or the network said, scrubbed
    known: bool = True
    engineers: str = ""  # the second layer, for whoever knows the protocol
    sure: str = "documented"  # | seen | remembered: how well what we say of it is known

    @property
    def side(self) -> str:
        """Whose side it is on, in words."""
        return SIDES.get(self.whose_side, self.whose_side)

    def as_json(self) -> str:
        """For a column of the store."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @staticmethod
    def from_json(text: str) -> "Diagnosis":
        """What as_json wrote."""
        said = json.loads(text)
        return Diagnosis(**{**said, "steps": tuple(said.get("steps", ()))})
