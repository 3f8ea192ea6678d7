"""What came back when a name was asked for."""

from dataclasses import dataclass

FOUND = "found"
NXDOMAIN = "nxdomain"  # there is no such name
NODATA = "nodata"  # the name exists, without a record of this kind
SERVFAIL = "servfail"  # a server answered that it cannot answer (broken zone, DNSSEC, SERVFAIL, REFUSED)
TIMEOUT = "timeout"  # nobody answered in time
UNREACHABLE = "unreachable"  # there was no way to the server: no network, a refused connection
IPV6_ONLY = "ipv6-only"  # the servers have IPv6 addresses alone, and this machine has no IPv6
INSIDE = "inside"  # the servers' addresses lie inside a private network and are not asked
BAD_NAME = "bad-name"  # this cannot be a name

STATES = (FOUND, NXDOMAIN, NODATA, SERVFAIL, TIMEOUT, UNREACHABLE, IPV6_ONLY, INSIDE, BAD_NAME)
TOLD = frozenset({FOUND, NXDOMAIN, NODATA})


@dataclass(frozen=True, slots=True)
class Answer:
    """The records of one name and kind. Values are text as in a zone file, without quotes; names without the last dot.

    `pieces` are the strings of each TXT record as they were published; `records` has them joined. `aliases` are the
    names that were followed on the way (CNAME). `asked` names who was asked: "this machine's resolver" or a server.
    """

    name: str
    kind: str  # TXT | CNAME | MX | A | AAAA | NS
    state: str  # one of STATES
    records: tuple[str, ...] = ()
    pieces: tuple[tuple[bytes, ...], ...] = ()
    aliases: tuple[str, ...] = ()
    asked: str = ""
    seconds: float = 0.0

    @property
    def told(self) -> bool:
        """Whether this is knowledge: the records, or that there are none. Else it could not be checked."""
        return self.state in TOLD

    @property
    def found(self) -> bool:
        """Whether there are records."""
        return self.state == FOUND
