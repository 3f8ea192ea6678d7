"""What a domain asks receivers to do with mail that is not its own: its DMARC record. Source: RFC 7489 §6."""

import time
from dataclasses import dataclass

from core.dns.domain import organisational
from core.dns.lookup import txt
from core.dns.way import Until, Way

IN_TIME = 4.0  # seconds for both names


@dataclass(frozen=True, slots=True)
class Policy:
    """The record, where it stands, and whether it could be asked for at all."""

    known: bool
    at: str = ""  # the domain whose record holds, "" = there is none
    wish: str = ""  # none | quarantine | reject
    strict_dkim: bool = False
    strict_spf: bool = False


def policy(domain: str, way: Way, seconds: float = IN_TIME) -> Policy:
    """The policy that holds for mail from this domain."""
    until = Until(time.monotonic() + seconds)
    owner = organisational(domain)
    for name in dict.fromkeys((domain, owner)):
        said = txt(f"_dmarc.{name}", until.left(), way)
        if not said.told:
            return Policy(False)
        records = [each for each in said.records if each.replace(" ", "").lower().startswith("v=dmarc1")]
        if len(records) == 1:
            return _read(records[0], name, inherited=name != domain)
    return Policy(True)


def _read(record: str, at: str, inherited: bool) -> Policy:
    pairs = (each.partition("=") for each in record.split(";")[:40])
    tags = {name.strip().lower(): value.strip().lower() for name, _, value in pairs}
    wish = tags.get("p", "none")
    if inherited:
        wish = tags.get("sp", wish)
    return Policy(
        True,
        at,
        wish if wish in ("none", "quarantine", "reject") else "none",
        tags.get("adkim") == "s",
        tags.get("aspf") == "s",
    )
