"""What a receiver makes of a mail that arrived: DKIM verified, SPF as it was found, DMARC from both, and its own words explained."""

from dataclasses import dataclass, replace

from core.dns.domain import aligned
from core.dns.way import SYSTEM, Way
from core.letters.headers import addresses, domain_of
from core.letters.opened import Opened
from core.letters.point import Point, point
from core.letters.policy import IN_TIME as POLICY
from core.letters.policy import Policy, policy
from core.letters.receiver import receiver
from core.letters.results import Told, told
from core.letters.signatures import FAILED, PASSED, UNKNOWN, Signature, verify
from core.letters.signatures import IN_TIME as VERIFY
from core.letters.timebox import TimeBox, timebox

AMAZON = "amazonses.com"
WISHES = {
    "": "Its domain publishes no policy, so receivers decide for themselves.",
    "none": "Its policy is none, so it may still be delivered, often as spam.",
    "quarantine": "Its policy asks receivers to put such mail into spam.",
    "reject": "Its policy asks receivers to refuse such mail.",
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer in one word and one sentence, and what it rests on by group."""

    state: str  # ok | warn | fail | unknown
    sentence: str
    sender: str  # the domain people see
    groups: tuple[tuple[str, tuple[Point, ...]], ...]

    @property
    def points(self) -> list[Point]:
        """Every point of every group."""
        return [each for _, points in self.groups for each in points]


def judge(opened: Opened, pasted: bool = False, way: Way = SYSTEM, box: TimeBox | None = None) -> Verdict:
    """The whole verdict, within the box. Nothing is raised: what cannot be known is said so."""
    box = box or timebox()
    said = told(opened)
    from_ = [each for value in opened.all("from") for each in addresses(value)]
    sender = domain_of(from_[0][1]) if len(from_) == 1 and len(opened.all("from")) == 1 else ""
    if not sender:
        wrong = point("from-many" if len(from_) > 1 or len(opened.all("from")) > 1 else "from-missing")
        return Verdict(
            "fail",
            wrong.title + ".",
            "",
            (("Sender", (wrong,)), ("Receiver", tuple(receiver(opened, said)))),
        )
    many = len(opened.all("dkim-signature"))
    wishes = policy(sender, way, box.left(POLICY))
    found = verify(opened.raw, way, box.left(VERIFY)) if many else []
    signatures = [_doubted(each, pasted) for each in found]
    dkim = _dkim(signatures, sender, wishes, many)
    spf = _spf(said, sender)
    dmarc = _dmarc(signatures, said, sender, wishes)
    received = receiver(opened, said, signatures)
    top = dmarc[0]
    return Verdict(
        top.state,
        top.title + ".",
        sender,
        (("DMARC", tuple(dmarc)), ("DKIM", tuple(dkim)), ("SPF", tuple(spf)), ("Receiver", tuple(received))),
    )


def _doubted(signature: Signature, pasted: bool) -> Signature:
    """A text that was pasted proves nothing by not fitting."""
    if pasted and signature.state == FAILED and signature.why in ("body-changed", "headers-changed"):
        return replace(signature, state=UNKNOWN, why="copied")
    return signature


def _dkim(signatures: list[Signature], sender: str, wishes: Policy, many: int) -> list[Point]:
    if not signatures:
        return [point("dkim-none", sender=sender)]
    points = []
    for each in signatures:
        key = f"dkim-{each.why}"
        if each.state == PASSED and not aligned(each.domain, sender, wishes.strict_dkim):
            key = "dkim-amazon" if aligned(each.domain, AMAZON) else "dkim-other"
        name = f"{each.selector}._domainkey.{each.domain}"
        points.append(
            point(
                key, *([name] if each.domain else []), domain=each.domain or "the sender", name=name, bits=each.bits, sender=sender,
                algorithm=each.algorithm,
            )
        )  # fmt: skip
        if each.part and each.state == PASSED:
            points.append(point("dkim-part", domain=each.domain))
    if many > len(signatures) and signatures[0].why != "too-much":
        points.append(point("dkim-many", count=many))
    return points


def _spf(said: Told | None, sender: str) -> list[Point]:
    found = said.of("spf") if said else []
    if not found:
        return [point("spf-unsaid")]
    one = found[0]
    domain = one.domain or "the return address"
    if one.result == "pass":
        return [
            point(
                "spf-passed" if aligned(one.domain, sender) else "spf-other",
                one.note,
                domain=domain,
                sender=sender,
            )
        ]
    key = {"none": "spf-none", "temperror": "spf-broken", "permerror": "spf-broken"}.get(
        one.result, "spf-failed"
    )
    return [point(key, one.note, domain=domain, result=one.result)]


def _dmarc(signatures: list[Signature], said: Told | None, sender: str, wishes: Policy) -> list[Point]:
    by_dkim = [
        each
        for each in signatures
        if each.state == PASSED and aligned(each.domain, sender, wishes.strict_dkim)
    ]
    spf = said.of("spf") if said else []
    by_spf = [
        each for each in spf if each.result == "pass" and aligned(each.domain, sender, wishes.strict_spf)
    ]
    could = [
        each
        for each in signatures
        if each.state == UNKNOWN and (not each.domain or aligned(each.domain, sender, wishes.strict_dkim))
    ]
    if by_dkim:
        top = point("dmarc-passed", sender=sender, by="The signature (DKIM)")
    elif by_spf:
        top = point("dmarc-passed", sender=sender, by="The sending server (SPF), as the receiver found it,")
    elif could or not spf or any(each.result == "temperror" for each in spf):
        # Without a receiver's word on SPF, and with no signature of the sender's, SPF alone might still have proved it.
        top = point("dmarc-unknown", sender=sender)
    else:
        top = point("dmarc-failed", sender=sender, wish=WISHES[wishes.wish] if wishes.known else "")
    return [top, _record(sender, wishes)]


def _record(sender: str, wishes: Policy) -> Point:
    if not wishes.known:
        return point("dmarc-unasked", sender=sender)
    if not wishes.at:
        return point("dmarc-missing", sender=sender)
    return point(
        "dmarc-record-none" if wishes.wish == "none" else "dmarc-record", at=wishes.at, wish=wishes.wish
    )
