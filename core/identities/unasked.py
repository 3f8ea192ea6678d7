"""What it means when DNS gave no answer: each kind of silence has its own words, and none of them is "missing"."""

from core.diagnosis import finding
from core.diagnosis.diagnosis import Diagnosis
from core.dns import answer
from core.dns.asker import Seen

_REFERENCE = {
    answer.SERVFAIL: "dns-servfail",
    answer.TIMEOUT: "dns-timeout",
    answer.UNREACHABLE: "dns-unreachable",
    answer.IPV6_ONLY: "dns-ipv6-only",
    answer.INSIDE: "dns-inside",
    answer.BAD_NAME: "dns-bad-name",
}
_SAID = {
    answer.SERVFAIL: "the name servers have trouble (SERVFAIL)",
    answer.TIMEOUT: "the name servers did not answer in time",
    answer.UNREACHABLE: "there is no way to a name server from here",
    answer.IPV6_ONLY: "its name servers speak IPv6 only, and this machine does not",
    answer.INSIDE: "its name servers lie inside a private network, which is not asked",
    answer.BAD_NAME: "this cannot be a name in DNS",
}


def why(seen: Seen) -> tuple[str, Diagnosis]:
    """A sentence and a finding for a question that was not answered."""
    state = seen.own.state if seen.own.state in (answer.IPV6_ONLY, answer.INSIDE) else seen.here.state
    said = finding(
        _REFERENCE.get(state, "dns-timeout"),
        {
            "name": seen.here.name,
            "kind": seen.here.kind,
            "resolver": seen.here.state,
            "own servers": seen.own.state,
        },
    )
    words = _SAID.get(state, _SAID[answer.TIMEOUT])
    return f"{words[0].upper()}{words[1:]}.", said


def spreading(seen: Seen) -> str:
    """A sentence when the domain's own servers say otherwise than this machine's resolver."""
    if not seen.differ:
        return ""
    if seen.own.found and not seen.here.found:
        return "Published, but not yet everywhere: the domain's own servers have it, this machine's resolver not yet."
    if seen.here.found and not seen.own.found:
        return "Taken back, but not yet everywhere: this machine's resolver still has the old record."
    return "Changed, but not yet everywhere: this machine's resolver still has other values."
