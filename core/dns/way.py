"""By which road names are asked, and which name servers may be asked at all."""

import ipaddress
import time
from dataclasses import dataclass, field

EACH = 3.0  # seconds for one question
IN_ALL = 10.0  # seconds for all questions about one domain
NAT64 = ipaddress.ip_network("64:ff9b::/96")
COMPATIBLE = ipaddress.ip_network("::/96")  # IPv4-compatible, as old as IPv6


@dataclass(frozen=True, slots=True)
class Way:
    """The resolvers that are asked. Only tests and the demo name others than this machine's own.

    `inside`: whether a domain's own name servers may have addresses inside. Anybody can let their domain's name
    servers point at 10.0.0.1, so that the answer is no except on loopback in tests and in the demo.
    """

    servers: tuple[str, ...] = ()  # empty: those of this machine
    port: int = 53  # of those servers and of the domain's own
    inside: bool = False

    def may_ask(self, address: str) -> bool:
        """Whether a domain's own server at this address may be asked."""
        return self.inside or public(address)


SYSTEM = Way()


@dataclass(frozen=True, slots=True)
class Until:
    """The end of all questions that belong together."""

    at: float = field(default_factory=lambda: time.monotonic() + IN_ALL)  # monotonic seconds

    def left(self, most: float = EACH) -> float:
        """Seconds that the next question may take; 0 when there are none left."""
        return max(0.0, min(most, self.at - time.monotonic()))


def public(address: str) -> bool:
    """Whether an address is one of the open internet, also when it hides an IPv4 address inside an IPv6 one."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        hidden = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if ip in NAT64 or ip in COMPATIBLE:
            hidden = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if hidden is not None:
            return public(str(hidden))
    return ip.is_global and not ip.is_multicast
