"""An SPF row: one record, readable, not too long for receivers, and with Amazon in it where that counts."""

from core.diagnosis import finding
from core.diagnosis.diagnosis import Diagnosis
from core.dns.asker import Asker
from core.identities import mistakes, spf
from core.identities.row import INCORRECT, MISSING, UNKNOWN, VERIFIED, Row
from core.identities.unasked import spreading, why

WANTED = f"v=spf1 {spf.AMAZON} ~all"


def judged(
    asker: Asker, name: str, key: str, label: str, domain: str, needs_amazon: bool, note: str = ""
) -> Row:
    """The SPF record of a name. Where Amazon need not be in it, a missing record is no fault."""
    seen = asker.both(name, "TXT")
    said = seen.answer

    def row(
        state: str,
        sentence: str,
        found: tuple[str, ...] = (),
        hints: tuple[Diagnosis, ...] = (),
        lookups: int | None = None,
    ) -> Row:
        facts = {} if lookups is None else {"lookups": str(lookups)}
        notes = " ".join(filter(None, (note, spreading(seen))))
        return Row(
            key, label, "TXT", name, _wanted(found), state, sentence, found, needs_amazon, hints, notes, facts
        )

    if not said.told:
        sentence, silent = why(seen)
        return row(UNKNOWN, sentence, hints=(silent,))
    here = tuple(spf.records(said.records))
    if not here:
        near = [text for text in said.records if "spf1" in text.lower()]
        hints = (*mistakes.quoted(near), *(_version(near) if near else ()))
        if near:
            return row(INCORRECT, "There is one, but receivers do not take it for SPF.", tuple(near), hints)
        if needs_amazon:
            hints = tuple(mistakes.elsewhere(asker, name, "TXT", domain, spf.AMAZON))
        sentence = f"{hints[0].title}." if hints else "There is no such record."
        return row(
            MISSING, sentence, hints=(*hints, finding("dns-spf-missing", {"name": name, "wanted": WANTED}))
        )
    if len(here) > 1:
        return row(
            INCORRECT,
            f"There are {len(here)} SPF records, so none counts.",
            here,
            (finding("dns-spf-several", {"name": name}),),
        )
    read = spf.read(here[0], lambda each: asker.here(each, "TXT"))
    hints = (*mistakes.quoted(here), *mistakes.split(said, spf.AMAZON), *_faults(name, read, needs_amazon))
    if hints:
        return row(INCORRECT, f"{hints[0].title}.", here, hints, read.lookups)
    if read.lookups is None:
        hint = finding("dns-spf-partly", {"name": name})
        return row(UNKNOWN, "A part of it could not be looked up.", here, (hint,))
    asks = f"It takes {read.lookups} of the {spf.MOST} look-ups that receivers allow."
    sentence = f"{'Published as wanted' if read.amazon else 'In order'}. {asks}"
    return row(VERIFIED, sentence, here, lookups=read.lookups)


def _wanted(found: tuple[str, ...]) -> str:
    """A record with Amazon in it: ours, or theirs brought together, with Amazon put before the end."""
    texts = spf.records(found)
    if not texts:
        return WANTED
    terms = list(dict.fromkeys(term for text in texts for term in text.split()[1:]))
    ends = [term for term in terms if _is_end(term)]
    middle = [term for term in terms if not _is_end(term)]
    if spf.AMAZON not in (term.lower().lstrip("+") for term in middle):
        middle.append(spf.AMAZON)
    end = ends[0] if len(ends) == 1 and ends[0].lower() not in ("all", "+all") else "~all"
    return " ".join(["v=spf1", *middle, end])


def _is_end(term: str) -> bool:
    return term.lower().lstrip("+-~?") == "all" or term.lower().startswith("redirect=")


def _version(near: list[str]) -> tuple[Diagnosis, ...]:
    return (
        finding("dns-spf-syntax", {"found": near[0], "unread": "it does not begin with v=spf1 and a blank"}),
    )


def _faults(name: str, read: spf.Spf, needs_amazon: bool) -> list[Diagnosis]:
    about = {"name": name, "found": read.text}
    found: list[Diagnosis] = []
    if read.unread:
        found.append(finding("dns-spf-syntax", {**about, "unread": " ".join(read.unread)}))
    if read.lookups is not None and read.lookups > spf.MOST:
        found.append(finding("dns-spf-lookups", {**about, "questions": str(read.lookups)}))
    if read.empty > spf.MOST_EMPTY:
        found.append(finding("dns-spf-empty", {**about, "names without an answer": str(read.empty)}))
    if read.ending == "+all":
        found.append(finding("dns-spf-open", about))
    if needs_amazon and not read.amazon:
        found.append(finding("dns-spf-without-amazon", about))
    if needs_amazon and spf.AMAZON in [term.lower() for term in read.after_all]:
        found.append(finding("dns-spf-after-all", about))
    return found
