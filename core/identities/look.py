"""Every record of an identity looked up at once, and judged. Ten seconds in all, however silent the servers are."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from core.aws.identity import Details
from core.diagnosis import finding
from core.dns.asker import Asker
from core.dns.way import SYSTEM, Until, Way
from core.identities import dkim_rows, dmarc_row, mail_from_rows, spf_row
from core.identities.row import MISSING, Row

ORDER = ("dkim-1", "dkim-2", "dkim-3", "mail-from-mx", "mail-from-spf", "spf", "dmarc")
WIDTH = 8  # threads


def look(details: Details, region: str, way: Way = SYSTEM, until: Until | None = None) -> list[Row]:
    """The rows of an identity, in the order they are shown. An address has those of its domain that any sender needs.

    `until`: of what this look is a part of, where ten seconds would be too long.
    """
    asker = Asker(way, until)
    questions = list(_questions(asker, details, region))
    with ThreadPoolExecutor(min(WIDTH, len(questions)), "dns-look") as pool:
        rows = list(pool.map(lambda ask: ask(), questions))
    return _unregistered(rows, details.domain) if asker.unknown(details.domain) else rows


def _unregistered(rows: list[Row], domain: str) -> list[Row]:
    """Where the domain itself is not known, that is what is to be mended first."""
    said = finding("dns-domain-missing", {"domain": domain})
    return [
        replace(row, sentence=f"{said.title}.", hints=(said, *row.hints)) if row.state == MISSING else row
        for row in rows
    ]


def _questions(asker: Asker, details: Details, region: str) -> Iterator[Callable[[], Row]]:
    if details.is_domain:
        for want in dkim_rows.wanted(details):
            yield lambda want=want: dkim_rows.row(asker, details, want)  # type: ignore[misc]
    if details.mail_from:
        yield lambda: mail_from_rows.mx(asker, details, region)
        yield lambda: mail_from_rows.sender_policy(asker, details)
    yield lambda: spf_row.judged(
        asker, details.domain, "spf", "SPF", details.domain, needs_amazon=False, note=_spf_note(details)
    )
    yield lambda: dmarc_row.row(asker, details.domain)


def _spf_note(details: Details) -> str:
    if details.mail_from:
        return "For mail through Amazon the SPF of the bounce domain counts; this one is for your other mail."
    return "Mail through Amazon passes SPF under Amazon's own name. Set a bounce domain for it to count for yours."
