"""What Gmail, Yahoo and Microsoft ask of whoever sends much, each with the evidence there is. Unknown is said.

Sources: Gmail's sender guidelines (support.google.com/a/answer/14229414), Yahoo's sender hub, Microsoft's requirements of
5 May 2025 for outlook.com, hotmail.com and live.com. Their lines are told by them, not by Amazon.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.aws.identity import Details
from core.dns.domain import aligned
from core.identities.row import INCORRECT, MISSING, UNKNOWN, VERIFIED, Row
from core.identities.sender import somebody_elses
from core.metrics.verdict import FEW, percent
from core.store.rates import RatesRow

AMAZONS = "Two more are Amazon's part: mail is encrypted on the way (TLS), and its servers have names (reverse DNS)."
EVERY, WANTS_LESS = ("Gmail", "Yahoo", "Microsoft"), ("Gmail", "Yahoo")
MANY = 5_000  # recipients a day at one provider, from which Gmail and Microsoft call a sender bulk
GOOD, BAD = 0.001, 0.003  # Gmail and Yahoo: keep spam reports below 0.1 %, never reach 0.3 %


@dataclass(frozen=True, slots=True)
class Item:
    """One thing they ask, how it is, and by what that is known. `state`: Verified, Missing … or a word of the rates."""

    key: str
    label: str
    state: str
    evidence: str
    providers: tuple[str, ...] = EVERY


def checklist(
    details: Details, signer: Details, rows: Sequence[Row], counted: Mapping[str, RatesRow]
) -> list[Item]:
    """Everything they ask of mail from this sender. `counted`: by mailbox provider, the last 30 days."""
    by_key = {row.key: row for row in rows}
    spf, dkim = _spf(details, by_key), _dkim(details, signer, by_key)
    return [
        _own(details),
        spf,
        dkim,
        _dmarc(by_key),
        _aligned(details, by_key, dkim),
        _one_click(by_key),
        _complaints(counted.get("yahoo")),
        Item(
            "complaints-gmail", "Spam reports at Gmail", "Cannot be known",
            "Gmail tells Amazon nothing. Its Postmaster Tools show the rate for your domain: keep it below 0.1 %.", ("Gmail",),
        ),
    ]  # fmt: skip


def volume(busiest: Mapping[str, int]) -> str:
    """Whether these rules hold yet, in a sentence. `busiest`: the most recipients of one day, by provider's name."""
    most = [(name, count) for name, count in busiest.items() if count >= MANY]
    if most:
        name, count = max(most, key=lambda each: each[1])
        return f"They hold for you: {count:,} recipients at {name} on the busiest of the last 30 days."
    return f"Gmail and Microsoft ask all of it from {MANY:,} recipients a day on; what is counted here is less. Yahoo names no number."


def _own(details: Details) -> Item:
    if somebody_elses(details.domain):
        return Item("own", "A domain of your own", INCORRECT, f"{details.domain} is a mailbox provider's.")
    return Item("own", "A domain of your own", VERIFIED, f"{details.domain} is no mailbox provider's.")


def _spf(details: Details, rows: Mapping[str, Row]) -> Item:
    label = "SPF passes"
    if not details.mail_from:
        return Item(
            "spf",
            label,
            VERIFIED,
            "Under Amazon's own bounce domain. It passes, for Amazon's name and not for yours.",
        )
    own = rows.get("mail-from-spf")
    if own is None:
        return Item("spf", label, UNKNOWN, "The bounce domain was not looked at.")
    if details.mail_from_status != "SUCCESS" and own.state == VERIFIED:
        return Item("spf", label, UNKNOWN, "The record is there; Amazon has not found the bounce domain yet.")
    return Item("spf", label, own.state, f"At the bounce domain {details.mail_from}: {_small(own.sentence)}")


def _dkim(details: Details, signer: Details, rows: Mapping[str, Row]) -> Item:
    label = "DKIM signature"
    if not (signer.is_domain or signer.dkim_status == "SUCCESS"):
        return Item("dkim", label, MISSING, "An address alone is signed by Amazon only. Add its domain.")
    if not signer.dkim_signing:
        return Item("dkim", label, MISSING, "Signing is switched off.")
    if signer.dkim_status != "SUCCESS":
        return Item("dkim", label, MISSING, "Amazon has not found the records yet.")
    mine = [row for key, row in rows.items() if key.startswith("dkim-")]
    bad = [row for row in mine if row.state in (MISSING, INCORRECT)]
    if bad:
        return Item(
            "dkim", label, bad[0].state, f"{len(bad)} of {len(mine)} records: {_small(bad[0].sentence)}"
        )
    if not mine or any(row.state == UNKNOWN for row in mine):
        return Item("dkim", label, UNKNOWN, "Amazon says it signs; not every record could be looked up.")
    return Item("dkim", label, VERIFIED, f"Amazon signs as {signer.domain}, and its records are published.")


def _dmarc(rows: Mapping[str, Row]) -> Item:
    row = rows.get("dmarc")
    if row is None:
        return Item("dmarc", "DMARC, at least p=none", UNKNOWN, "It was not looked at.")
    return Item("dmarc", "DMARC, at least p=none", row.state, row.sentence)


def _aligned(details: Details, rows: Mapping[str, Row], dkim: Item) -> Item:
    """DMARC takes either: the signature or the bounce domain, in the name of the From address."""
    label = "From matches SPF or DKIM"
    spf = rows.get("mail-from-spf")
    by_spf = (
        bool(details.mail_from)
        and aligned(details.mail_from, details.domain)
        and details.mail_from_status == "SUCCESS"
    )
    by_spf = by_spf and spf is not None and spf.state == VERIFIED
    ways = [name for name, good in (("DKIM", dkim.state == VERIFIED), ("SPF", by_spf)) if good]
    if ways:
        return Item("aligned", label, VERIFIED, f"By {' and '.join(ways)}, in the name of {details.domain}.")
    if dkim.state == UNKNOWN or (details.mail_from and spf is not None and spf.state == UNKNOWN):
        return Item("aligned", label, UNKNOWN, "What it rests on could not be looked up.")
    return Item("aligned", label, MISSING, "Neither is in the name of your domain, so DMARC fails.")


def _one_click(rows: Mapping[str, Row]) -> Item:
    row = rows.get("one-click")
    label = "One-click unsubscribe, honoured within two days"
    if row is None:
        return Item("one-click", label, UNKNOWN, "It was not looked at.", WANTS_LESS)
    more = " SES Desk honours it at once." if row.state == VERIFIED else ""
    return Item("one-click", label, row.state, f"{row.sentence}{more}", WANTS_LESS)


def _complaints(counted: RatesRow | None) -> Item:
    key, label, who = "complaints-yahoo", "Spam reports at Yahoo", ("Yahoo",)
    if counted is None or not counted.sent:
        if counted is not None and counted.sent is None:
            return Item(
                key,
                label,
                "Cannot be known",
                "Amazon reports no deliveries for this mail, so there is no rate.",
                who,
            )
        return Item(key, label, "Too few to judge", "No mail to Yahoo was counted in the last 30 days.", who)
    rate = counted.complained / counted.sent
    told = f"{counted.complained:,} of {counted.sent:,} ({percent(rate)}) in the last 30 days"
    if counted.sent < max(FEW, round(1 / BAD)):
        return Item(key, label, "Too few to judge", f"{told}.", who)
    if rate >= BAD:
        return Item(key, label, "In danger", f"{told}: at 0.3 % Yahoo begins to refuse.", who)
    if rate >= GOOD:
        return Item(key, label, "At risk", f"{told}: it wants less than 0.1 %, and never 0.3 %.", who)
    return Item(key, label, "Healthy", f"{told}, below 0.1 %.", who)


def _small(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]
