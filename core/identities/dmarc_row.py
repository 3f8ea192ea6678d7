"""The DMARC row: at the domain itself, else at the domain above it that somebody registered."""

from core.diagnosis import finding
from core.dns.asker import Asker, Seen
from core.dns.domain import organisational
from core.identities import dmarc, mistakes
from core.identities.row import INCORRECT, MISSING, UNKNOWN, VERIFIED, Row
from core.identities.unasked import spreading, why

SAYS = {
    "none": "Receivers are asked to watch, and to treat mail as always (p=none).",
    "quarantine": "Receivers are asked to put mail that is not yours into spam (p=quarantine).",
    "reject": "Receivers are asked to refuse mail that is not yours (p=reject).",
}


def row(asker: Asker, domain: str) -> Row:
    """What holds for mail from this domain."""
    name, above = f"_dmarc.{domain}", organisational(domain)
    seen = asker.both(name, "TXT")
    found = dmarc.records(seen.answer.records)
    if seen.answer.told and not found and above != domain:
        higher = asker.both(f"_dmarc.{above}", "TXT")
        inherited = dmarc.records(higher.answer.records)
        if not higher.answer.told:
            return _unasked(name, higher)
        if inherited:
            return _judged(
                asker, name, domain, higher, inherited, f"It holds from {above}, the domain above."
            )
    if not seen.answer.told:
        return _unasked(name, seen)
    return _judged(asker, name, domain, seen, found, "")


def _unasked(name: str, seen: Seen) -> Row:
    sentence, silent = why(seen)
    return Row("dmarc", "DMARC", "TXT", name, wanted(name), UNKNOWN, sentence, hints=(silent,))


def wanted(name: str) -> str:
    """The record to begin with: it changes nothing for the mail and brings reports."""
    return f"v=DMARC1; p=none; rua=mailto:dmarc-reports@{organisational(name.removeprefix('_dmarc.'))}"


def _judged(asker: Asker, name: str, domain: str, seen: Seen, found: list[str], inherited: str) -> Row:
    notes = " ".join(filter(None, (inherited, spreading(seen))))

    def row(state: str, sentence: str, *hints: str, **about: str) -> Row:
        told = tuple(finding(each, {"name": seen.here.name, **about}) for each in hints)
        value = found[0] if state == VERIFIED else wanted(name)
        facts = {"policy": policy} if policy else {}
        return Row(
            "dmarc", "DMARC", "TXT", name, value, state, sentence, tuple(found), True, told, notes, facts
        )

    policy = ""
    if not found:
        near = [text for text in seen.answer.records if "dmarc1" in text.lower()]
        if near:
            found = near
            hint = "dns-quotes" if mistakes.quoted(near) else "dns-dmarc-syntax"
            return row(
                INCORRECT, "There is one, but receivers do not take it for DMARC.", hint, found=near[0]
            )
        misplaced = _misplaced(asker, name, domain)
        if misplaced:
            found = [f"Under another name: {misplaced[1]}"]
            return row(
                MISSING, "It was published under another name.", misplaced[0], **{"found at": misplaced[1]}
            )
        return row(MISSING, "There is no such record.", "dns-dmarc-missing", wanted=wanted(name))
    if len(found) > 1:
        return row(INCORRECT, f"There are {len(found)} DMARC records, so none counts.", "dns-dmarc-several")
    read = dmarc.read(found[0])
    if not read.valid:
        return row(
            INCORRECT, read.faults[0], "dns-dmarc-syntax", found=found[0], faults=" ".join(read.faults)
        )
    policy = read.subdomains if inherited else read.policy
    return row(VERIFIED, SAYS[policy])


def _misplaced(asker: Asker, name: str, domain: str) -> tuple[str, str] | None:
    """At the domain itself, without the underscore, or with the domain twice."""
    for reference, place in (
        ("dns-dmarc-elsewhere", domain),
        ("dns-underscore-dropped", name.replace("_", "")),
        ("dns-name-doubled", f"{name}.{domain}"),
    ):
        if dmarc.records(asker.both(place, "TXT").answer.records):
            return reference, place
    return None
