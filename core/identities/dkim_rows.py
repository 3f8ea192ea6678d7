"""The DKIM rows: three aliases that let Amazon sign in the domain's name, or the key the customer brought."""

from collections.abc import Iterator

from core.aws.identity import Details
from core.diagnosis import finding
from core.dns.asker import Asker
from core.identities import mistakes
from core.identities.row import INCORRECT, MISSING, UNKNOWN, VERIFIED, Row
from core.identities.unasked import spreading, why

Wanted = tuple[str, str, str]  # key, name, value; no value: the customer's own key


def wanted(details: Details) -> Iterator[Wanted]:
    """What has to be published, in the order Amazon gives it."""
    for number, token in enumerate(details.dkim_tokens, 1):
        name = f"{token}._domainkey.{details.domain}"
        yield f"dkim-{number}", name, "" if details.dkim_own_key else f"{token}.{details.dkim_zone}"


def row(asker: Asker, details: Details, want: Wanted) -> Row:
    """One of them, looked up and judged."""
    return _own_key(asker, want) if not want[2] else _alias(asker, details, want)


def _alias(asker: Asker, details: Details, want: Wanted) -> Row:
    key, name, value = want
    label = f"DKIM {key[-1]} of {len(details.dkim_tokens)}"
    seen = asker.both(name, "CNAME")
    said = seen.answer
    if not said.told:
        sentence, silent = why(seen)
        return Row(key, label, "CNAME", name, value, UNKNOWN, sentence, hints=(silent,))
    note, domain = spreading(seen), details.domain
    if value.lower() in said.records:
        return Row(
            key, label, "CNAME", name, value, VERIFIED, "Published as wanted.", said.records, note=note
        )
    if said.found:
        other = finding("dns-dkim-incorrect", {"name": name, "found": said.records[0], "wanted": value})
        hints = mistakes.value_doubled(said.records, value, domain) or [other]
        return Row(
            key, label, "CNAME", name, value, INCORRECT, "It points somewhere else.", said.records,
            hints=tuple(hints), note=note,
        )  # fmt: skip
    wrong = mistakes.proxied(asker, name) or mistakes.as_text(asker, name, value)
    hints = wrong or mistakes.elsewhere(asker, name, "CNAME", domain, value)
    state = INCORRECT if wrong else MISSING
    sentence = f"{hints[0].title}." if hints else "There is no such record yet."
    found = tuple(mistakes.seen_instead(each) for each in hints)
    hints = hints or [finding("dns-dkim-missing", {"name": name, "wanted": value})]
    return Row(key, label, "CNAME", name, value, state, sentence, found, hints=tuple(hints), note=note)


def _own_key(asker: Asker, want: Wanted) -> Row:
    """A key of the customer's own stands in a TXT record; Amazon does not say which, so only that there is one."""
    key, name, _ = want
    seen = asker.both(name, "TXT")
    said, shape = seen.answer, "A public key: v=DKIM1; p=…"
    if not said.told:
        sentence, silent = why(seen)
        return Row(key, "DKIM, your own key", "TXT", name, shape, UNKNOWN, sentence, hints=(silent,))
    note = spreading(seen)
    keys = [text for text in said.records if "p=" in text]
    if any(text.partition("p=")[2].strip(" ;") for text in keys):
        return Row(
            key,
            "DKIM, your own key",
            "TXT",
            name,
            shape,
            VERIFIED,
            "A key is there.",
            said.records,
            note=note,
        )
    state = INCORRECT if said.found else MISSING
    sentence = "There is a record, but no key in it." if said.found else "There is no such record."
    hint = finding("dns-dkim-own-key", {"name": name})
    return Row(
        key, "DKIM, your own key", "TXT", name, shape, state, sentence, said.records, hints=(hint,), note=note
    )
