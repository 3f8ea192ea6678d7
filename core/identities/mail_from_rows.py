"""The rows of the bounce domain (custom MAIL FROM): an MX record at Amazon, and its SPF."""

import re

from core.aws.identity import Details
from core.diagnosis import finding
from core.dns.asker import Asker
from core.identities import mistakes
from core.identities.row import INCORRECT, MISSING, UNKNOWN, VERIFIED, Row
from core.identities.spf_row import judged
from core.identities.unasked import spreading, why

FEEDBACK = re.compile(r"\d+ feedback-smtp\.([a-z0-9-]+)\.amazonses\.com")


def mx(asker: Asker, details: Details, region: str) -> Row:
    """Exactly one MX record, Amazon's of this region: bounces go to it."""
    name, host = details.mail_from, f"feedback-smtp.{region}.amazonses.com"
    value, label = f"10 {host}", "Bounce domain: MX"
    seen = asker.both(name, "MX")
    said = seen.answer
    if not said.told:
        sentence, silent = why(seen)
        return Row("mail-from-mx", label, "MX", name, value, UNKNOWN, sentence, hints=(silent,))

    def row(state: str, sentence: str, *hints: str) -> Row:
        known = {"name": name, "wanted": value, "found": ", ".join(said.records)}
        found = said.records or tuple(mistakes.seen_instead(each) for each in more)
        told = more or tuple(finding(each, known) for each in hints)
        return Row(
            "mail-from-mx", label, "MX", name, value, state, sentence, found, hints=told, note=spreading(seen)
        )  # fmt: skip

    more = tuple(
        mistakes.value_doubled([each.partition(" ")[2] for each in said.records], host, details.domain)
    )
    right = [each for each in said.records if each.partition(" ")[2] == host]
    if right and len(said.records) == 1:
        return row(VERIFIED, "Bounces go to Amazon, as wanted.")
    if right:
        return row(INCORRECT, "Another mail server stands beside Amazon's.", "dns-mx-several")
    other = next((found[1] for each in said.records if (found := FEEDBACK.fullmatch(each))), "")
    if other:
        return row(INCORRECT, f"It points at another region, {other}.", "dns-mx-region")
    if said.found:
        return row(INCORRECT, "It points at another mail server.", "dns-mx-incorrect")
    more = tuple(mistakes.elsewhere(asker, name, "MX", details.domain, host))
    sentence = f"{more[0].title}." if more else "There is no such record yet."
    return row(MISSING, sentence, "dns-mx-missing")


def sender_policy(asker: Asker, details: Details) -> Row:
    """The SPF record of the bounce domain: the one that receivers look at for this mail."""
    return judged(
        asker, details.mail_from, "mail-from-spf", "Bounce domain: SPF", details.domain, needs_amazon=True
    )
