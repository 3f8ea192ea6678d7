"""The common mistakes, looked for only where something is missing or wrong. Each costs at most a question or two."""

from collections.abc import Sequence

from core.diagnosis import finding
from core.diagnosis.diagnosis import Diagnosis
from core.dns.answer import Answer
from core.dns.asker import Asker

QUOTES = "\"'“”„«»"


def elsewhere(asker: Asker, name: str, kind: str, domain: str, wanted: str) -> list[Diagnosis]:
    """The record was published under a name that a form made of it: the domain twice, or no underscore."""
    found: list[Diagnosis] = []
    doubled = f"{name}.{domain}"
    if _there(asker, doubled, kind, wanted):
        found.append(finding("dns-name-doubled", {"found at": doubled, "wanted at": name}))
    if "_" in name:
        dropped = name.replace("_", "")
        if _there(asker, dropped, kind, wanted):
            found.append(finding("dns-underscore-dropped", {"found at": dropped, "wanted at": name}))
    return found


def _there(asker: Asker, name: str, kind: str, wanted: str) -> bool:
    said = asker.both(name, kind).answer
    return any(wanted.lower() in value.lower() for value in said.records)


def seen_instead(hint: Diagnosis) -> str:
    """What stands in the place of the record, or where it stands, for the column "Found"."""
    said = hint.evidence
    if "found at" in said:
        return f"Under another name: {said['found at']}"
    if "answers with" in said:
        return f"Addresses instead of a name: {said['answers with']}"
    return (
        "A TXT record instead of a CNAME" if hint.reference == "dns-cname-as-text" else said.get("found", "")
    )


def proxied(asker: Asker, name: str) -> list[Diagnosis]:
    """An alias that answers with addresses: a provider's proxy stands in front of it (Cloudflare's orange cloud)."""
    said = asker.both(name, "A").answer
    if not said.found or said.aliases:
        return []
    return [finding("dns-cname-proxied", {"name": name, "answers with": ", ".join(said.records[:4])})]


def as_text(asker: Asker, name: str, wanted: str) -> list[Diagnosis]:
    """A CNAME that was published as a TXT record."""
    said = asker.both(name, "TXT").answer
    if any(wanted.lower() in record.lower() for record in said.records) and not said.aliases:
        return [finding("dns-cname-as-text", {"name": name})]
    return []


def value_doubled(records: Sequence[str], wanted: str, domain: str) -> list[Diagnosis]:
    """A target with the domain hung on to it: the last dot was missing."""
    if f"{wanted}.{domain}".lower() in [record.lower() for record in records]:
        return [finding("dns-value-doubled", {"found": f"{wanted}.{domain}", "wanted": wanted})]
    return []


def quoted(records: Sequence[str]) -> list[Diagnosis]:
    """Quotation marks that became part of the value."""
    for record in records:
        bare = record.strip()
        if bare and (bare[0] in QUOTES or bare[-1] in QUOTES):
            return [finding("dns-quotes", {"found": record})]
    return []


def split(said: Answer, wanted: str) -> list[Diagnosis]:
    """Pieces of a TXT record that run together where a blank should be: pieces are joined without one."""
    for pieces in said.pieces:
        texts = [piece.decode("utf-8", "replace") for piece in pieces]
        joined, spaced = "".join(texts), " ".join(texts)
        if len(texts) > 1 and wanted not in joined.split() and wanted in spaced.split():
            return [finding("dns-split-txt", {"pieces": " | ".join(texts), "joined": joined})]
    return []
