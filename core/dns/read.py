"""An answer of a server as an Answer: aliases followed inside it, pieces of TXT joined."""

import dns.message
import dns.name
import dns.rcode
import dns.rdata
import dns.rdatatype
from dns.rdtypes.ANY.MX import MX
from dns.rdtypes.ANY.TXT import TXT
from dns.rdtypes.nsbase import NSBase

from core.dns import answer
from core.dns.answer import Answer
from core.dns.spelling import shown

LONGEST_CHAIN = 8  # aliases that lead on to aliases
MOST_RECORDS = 64


def read(
    said: dns.message.Message, name: str, asked: dns.name.Name, kind: str, who: str, seconds: float
) -> Answer:
    """What the message says about this name and kind."""
    wanted = dns.rdatatype.from_text(kind)
    aliases: list[str] = []
    at = asked
    found: list[dns.rdata.Rdata] = []
    for _ in range(LONGEST_CHAIN):
        here = {int(rrset.rdtype): list(rrset) for rrset in said.answer if rrset.name == at}
        found = here.get(int(wanted), [])[:MOST_RECORDS]
        onward = here.get(int(dns.rdatatype.CNAME))
        if found or not onward:
            break
        at = onward[0].target
        aliases.append(shown(at))
    state = _state(said, bool(found))
    pieces = tuple(tuple(each.strings) for each in found if isinstance(each, TXT))
    records = tuple(sorted(_text(each) for each in found)) if not pieces else tuple(map(_joined, pieces))
    return Answer(name, kind, state, records, pieces, tuple(aliases), who, seconds)


def _state(said: dns.message.Message, found: bool) -> str:
    if found:
        return answer.FOUND
    code = said.rcode()
    if code == dns.rcode.NXDOMAIN:
        return answer.NXDOMAIN
    return answer.NODATA if code == dns.rcode.NOERROR else answer.SERVFAIL


def _text(each: dns.rdata.Rdata) -> str:
    if isinstance(each, MX):
        return f"{each.preference} {shown(each.exchange)}"
    if isinstance(each, NSBase):  # NS, CNAME
        return shown(each.target)
    return each.to_text()


def _joined(pieces: tuple[bytes, ...]) -> str:
    """RFC 7208 §3.3, RFC 6376 §3.6.2.2: the pieces of one record are joined without blanks."""
    return b"".join(pieces).decode("utf-8", "replace")
