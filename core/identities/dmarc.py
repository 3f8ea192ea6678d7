"""DMARC records read: what receivers are asked to do with mail that is not aligned. Source: RFC 7489 §6.3."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

POLICIES = ("none", "quarantine", "reject")
_TAG = re.compile(r"\s*([A-Za-z0-9_-]+)\s*=\s*(.*?)\s*$")
_KNOWN = {"v", "p", "sp", "np", "adkim", "aspf", "ri", "fo", "rf", "pct", "rua", "ruf", "t", "psd"}


@dataclass(frozen=True, slots=True)
class Dmarc:
    """One record and what is wrong with it. With a fault receivers treat the domain as if it had none."""

    text: str
    policy: str = ""
    subdomains: str = ""  # what holds for subdomains
    reports_to: tuple[str, ...] = ()
    strict_dkim: bool = False
    strict_spf: bool = False
    share: int = 100  # percent of mail
    faults: tuple[str, ...] = ()

    @property
    def valid(self) -> bool:
        """Whether receivers take it."""
        return not self.faults


def records(texts: Sequence[str]) -> list[str]:
    """Those TXT records that mean to be DMARC."""
    return [text for text in texts if re.match(r"\s*v\s*=\s*dmarc1\b", text, re.IGNORECASE)]


def read(text: str) -> Dmarc:
    """A record, with its faults in sentences."""
    tags: dict[str, str] = {}
    faults: list[str] = []
    parts = text.split(";")
    for number, part in enumerate(parts):
        if not part.strip():
            continue
        found = _TAG.match(part)
        if found is None:
            faults.append(f"“{part.strip()[:40]}” is no tag: each is a name, an equals sign and a value.")
            continue
        name, value = found[1].lower(), found[2]
        if number == 0 and (name != "v" or value != "DMARC1"):
            faults.append("It has to begin with v=DMARC1, in these letters.")
        if name in tags:
            faults.append(f"{name}= stands in it twice.")
        if re.search(r"\s(p|sp|rua|ruf|adkim|aspf|pct)\s*=", value, re.IGNORECASE):
            faults.append(f"A semicolon is missing after {name}=.")
        tags.setdefault(name, value)
    policy = tags.get("p", "").lower()
    if "p" not in tags:
        faults.append("It has no p=, which says what to do: none, quarantine or reject.")
    elif policy not in POLICIES and not any("semicolon" in fault for fault in faults):
        faults.append(f"p={tags['p'][:20]} is none of none, quarantine and reject.")
    if tags.get("sp", "none").lower() not in POLICIES:
        faults.append(f"sp={tags['sp'][:20]} is none of none, quarantine and reject.")
    share = tags.get("pct", "100")
    if not (share.isascii() and share.isdigit() and int(share[:4]) <= 100):
        faults.append("pct= is a number from 0 to 100.")
    reports = tuple(each.strip() for each in tags.get("rua", "").split(",") if each.strip())
    if any(not each.lower().startswith("mailto:") for each in reports):
        faults.append("rua= takes addresses that begin with mailto:.")
    return Dmarc(
        text,
        policy,
        tags.get("sp", policy).lower(),
        reports,
        tags.get("adkim", "r").lower() == "s",
        tags.get("aspf", "r").lower() == "s",
        int(share[:4]) if share.isascii() and share.isdigit() else 100,
        tuple(faults),
    )


def unknown_tags(text: str) -> tuple[str, ...]:
    """Tags that nobody reads: usually a slip of the pen."""
    names = [found[1].lower() for part in text.split(";") if (found := _TAG.match(part))]
    return tuple(name for name in names if name not in _KNOWN)
