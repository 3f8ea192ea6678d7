"""The same question asked of the domain's own name servers, which know what is published before anybody else.

A domain's owner decides where its servers are, so only port 53 at addresses of the open internet is asked (way.py).
Names are turned into addresses once, and those addresses are asked: nothing can change in between.
"""

import time
from dataclasses import dataclass

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.query
import dns.rcode
import dns.rdatatype

from core.dns import answer
from core.dns.answer import Answer
from core.dns.domain import zones
from core.dns.lookup import NO_WAY, look
from core.dns.read import read
from core.dns.spelling import shown, spelled
from core.dns.way import Until, Way

MOST_SERVERS = 3  # asked in turn until one answers
MOST_REFERRALS = 3


@dataclass(frozen=True, slots=True)
class Servers:
    """Who answers for a zone: names, and the addresses that may be asked. `state` says why there are none."""

    zone: str
    addresses: tuple[tuple[str, str], ...] = ()  # (name of the server, address)
    state: str = answer.FOUND


def servers_of(domain: str, until: Until, way: Way) -> Servers:
    """The name servers of the zone that a domain lies in, never those of a top-level domain."""
    said = Answer(domain, "NS", answer.BAD_NAME)
    for zone in zones(domain):
        said = look(zone, "NS", until.left(), way)
        if said.found and not said.aliases:
            return _addressed(zone, said.records, until, way)
        if not said.told or said.state == answer.NXDOMAIN:
            break
    return Servers(domain, state=answer.NODATA if said.found else said.state)


def ask(name: str, kind: str, servers: Servers, until: Until, way: Way) -> Answer:
    """Ask the zone's own servers, and those of a part that it handed on. Nothing is raised."""
    began, asked = time.monotonic(), spelled(name)
    if asked is None:
        return Answer(name, kind, answer.BAD_NAME)
    for _ in range(MOST_REFERRALS):
        said, who, state = _first(asked, kind, servers, until, way)
        seconds = time.monotonic() - began
        if said is None:
            return Answer(name, kind, state, asked=who, seconds=seconds)
        onward = _referral(said, asked, servers.zone)
        if onward is not None and not onward[1]:
            return Answer(name, kind, answer.SERVFAIL, asked=who, seconds=seconds)
        if onward is None:
            return read(said, name, asked, kind, who, seconds)
        servers = _addressed(onward[0], onward[1], until, way)
    return Answer(name, kind, answer.SERVFAIL, asked=servers.zone, seconds=time.monotonic() - began)


def _first(
    asked: dns.name.Name, kind: str, servers: Servers, until: Until, way: Way
) -> tuple[dns.message.Message | None, str, str]:
    """The first answer that is one, who gave it, and why there is none."""
    state, who = servers.state, servers.zone
    for who, address in servers.addresses[:MOST_SERVERS]:
        left = until.left()
        if not left:
            return None, who, answer.TIMEOUT
        question = dns.message.make_query(asked, kind, use_edns=0, payload=1232)
        question.flags &= ~dns.flags.RD
        try:
            said, _ = dns.query.udp_with_fallback(
                question, address, timeout=left, port=way.port, ignore_unexpected=True, ignore_errors=True
            )
        except dns.exception.Timeout:
            state = answer.TIMEOUT
        except OSError as error:
            six = ":" in address and error.errno in NO_WAY
            state = (
                answer.IPV6_ONLY if six else answer.UNREACHABLE if error.errno in NO_WAY else answer.TIMEOUT
            )
        except (dns.exception.DNSException, EOFError, ValueError):
            state = answer.SERVFAIL
        else:
            if said.rcode() in (dns.rcode.NOERROR, dns.rcode.NXDOMAIN):
                return said, who, answer.FOUND
            state = answer.SERVFAIL
    return None, who, state


def _addressed(zone: str, names: tuple[str, ...], until: Until, way: Way) -> Servers:
    """The addresses of the first servers; IPv4 first, which every machine has."""
    four: list[tuple[str, str]] = []
    six: list[tuple[str, str]] = []
    unknown = ""
    for name in names[:MOST_SERVERS]:
        for kind, found in (("A", four), ("AAAA", six)):
            if kind == "AAAA" and found is six and four:
                continue  # one family is enough
            said = look(name, kind, until.left(), way)
            found += [(name, address) for address in said.records[:2]]
            unknown = unknown or ("" if said.told else said.state)
    all_ = [*four, *six]
    may = tuple(pair for pair in all_ if way.may_ask(pair[1]))
    if may:
        return Servers(zone, may)
    return Servers(zone, state=answer.INSIDE if all_ else unknown or answer.SERVFAIL)


def _referral(
    said: dns.message.Message, asked: dns.name.Name, zone: str
) -> tuple[str, tuple[str, ...]] | None:
    """The part of the zone that others answer for, with their names; None when this is the answer itself.

    A server that hands back to where it was found answers for nothing (lame delegation): no names.
    """
    if said.answer or said.flags & dns.flags.AA:
        return None
    here = dns.name.from_text(zone + ".", origin=dns.name.root)
    for rrset in said.authority:
        deeper = rrset.name.is_subdomain(here) and rrset.name != here and asked.is_subdomain(rrset.name)
        if rrset.rdtype == dns.rdatatype.NS and deeper:
            return shown(rrset.name), tuple(shown(each.target) for each in rrset)
    handed = said.rcode() == dns.rcode.NOERROR and any(
        rrset.rdtype == dns.rdatatype.NS for rrset in said.authority
    )
    return (zone, ()) if handed else None
