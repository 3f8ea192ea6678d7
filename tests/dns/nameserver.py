"""A real DNS server on loopback, by dnslib: over UDP and TCP, with zones and every kind of trouble.

The resolver is 127.0.0.1 and the domain's own servers are 127.0.0.2, 127.0.0.3, at one port, each with its own zone data.
"""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from dnslib import AAAA, CNAME, MX, NS, QTYPE, RCODE, RR, TXT, A, DNSRecord
from dnslib.server import BaseResolver, DNSLogger, DNSServer

from core.dns.way import Way

RESOLVER, FIRST, SECOND = "127.0.0.1", "127.0.0.2", "127.0.0.3"
MADE = {"A": A, "AAAA": AAAA, "CNAME": CNAME, "NS": NS}


@dataclass
class Zone(BaseResolver):  # type: ignore[misc]
    """What one server says: records by (name, kind), and names with which it has trouble."""

    records: dict[tuple[str, str], list[Any]] = field(default_factory=dict)
    trouble: dict[str, str] = field(
        default_factory=dict
    )  # name -> SERVFAIL | REFUSED | silence | slow | garbage
    referrals: dict[str, list[str]] = field(default_factory=dict)  # part of the zone -> its servers
    asked: list[tuple[str, str]] = field(default_factory=list)
    recursive: bool = False

    def put(self, name: str, kind: str, *values: Any) -> None:
        """Publish; a TXT value may be a list of pieces. Without values: take back."""
        self.records.pop((name.lower(), kind), None)
        if values:
            self.records[name.lower(), kind] = list(values)

    def resolve(self, request: DNSRecord, handler: Any) -> DNSRecord:
        name, kind = str(request.q.qname).rstrip(".").lower(), QTYPE[request.q.qtype]
        self.asked.append((name, kind))
        said = request.reply(aa=not self.recursive, ra=self.recursive)
        match self._trouble(name):
            case "silence":
                time.sleep(30)
            case "slow":
                time.sleep(0.4)
            case "SERVFAIL" | "REFUSED" as code:
                said.header.rcode = getattr(RCODE, code)
                return said
        for part, servers in self.referrals.items():
            if name == part or name.endswith("." + part):
                said.header.aa = 0
                for server in servers:
                    said.add_auth(RR(part, QTYPE.NS, rdata=NS(server), ttl=60))
                return said
        at = name
        for _ in range(9):
            here = self.records.get((at, kind), [])
            alias = self.records.get((at, "CNAME"), [])
            for value in here:
                said.add_answer(RR(at, getattr(QTYPE, kind), rdata=_data(kind, value), ttl=60))
            if here or not alias:
                break
            said.add_answer(RR(at, QTYPE.CNAME, rdata=CNAME(alias[0]), ttl=60))
            at = alias[0].lower()
        if not said.rr and not any(known == name or known.endswith("." + name) for known, _ in self.records):
            said.header.rcode = RCODE.NXDOMAIN
        return said

    def _trouble(self, name: str) -> str:
        while name:
            if name in self.trouble:
                return self.trouble[name]
            name = name.partition(".")[2]
        return self.trouble.get("*", "")


def _data(kind: str, value: Any) -> Any:
    if kind == "TXT":
        return TXT([piece.encode() for piece in value] if isinstance(value, list) else _pieces(value))
    if kind == "MX":
        preference, _, host = value.partition(" ")
        return MX(host, int(preference))
    return MADE[kind](value)


def _pieces(text: str) -> list[bytes]:
    raw = text.encode()
    return [raw[start : start + 255] for start in range(0, len(raw), 255)] or [b""]


@dataclass
class Names:
    """The internet of a test."""

    resolver: Zone
    own: Zone  # at FIRST
    second: Zone  # at SECOND
    port: int

    @property
    def way(self) -> Way:
        """How our code gets there."""
        return Way((RESOLVER,), self.port, inside=True)

    def zone(self, domain: str, *addresses: str) -> None:
        """A domain with its name servers."""
        self.resolver.put(domain, "NS", *(f"ns{number}.{domain}" for number, _ in enumerate(addresses, 1)))
        for number, address in enumerate(addresses, 1):
            self.resolver.put(f"ns{number}.{domain}", "AAAA" if ":" in address else "A", address)

    def publish(self, name: str, kind: str, *values: Any) -> None:
        """Everywhere: at the domain's own server and at the resolver."""
        self.own.put(name, kind, *values)
        self.resolver.put(name, kind, *values)


@contextmanager
def serving() -> Iterator[Names]:
    """Three servers at one free port of 127.0.0.1, .2 and .3, UDP and TCP."""
    names = Names(Zone(recursive=True), Zone(), Zone(), _free_port())
    running = []
    for address, zone in ((RESOLVER, names.resolver), (FIRST, names.own), (SECOND, names.second)):
        for tcp in (False, True):
            server = DNSServer(
                zone, address=address, port=names.port, tcp=tcp, logger=DNSLogger(logf=lambda _: None)
            )
            server.server.daemon_threads = True
            threading.Thread(target=server.server.serve_forever, args=(0.05,), daemon=True).start()
            running.append(server.server)
    try:
        yield names
    finally:
        for each in running:
            each.shutdown()
            each.socket.close()


def _free_port() -> int:
    """A port that is free for UDP and TCP at all three addresses."""
    while True:
        held: list[socket.socket] = []
        try:
            for address in (RESOLVER, FIRST, SECOND):
                for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
                    one = socket.socket(socket.AF_INET, kind)
                    held.append(one)
                    one.bind((address, held[0].getsockname()[1] if len(held) > 1 else 0))
            return int(held[0].getsockname()[1])
        except OSError:
            continue
        finally:
            for one in held:
                one.close()
