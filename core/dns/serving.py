"""A name server on loopback for the demo: it answers for whatever it is told, over UDP and TCP, and asks nobody."""

import socketserver
import struct
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import dns.exception
import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset

from core.dns.spelling import shown

TTL = 60  # seconds
TRIES = 20
# What a name holds: values by kind; None when there is no such name.
Held = Callable[[str], Mapping[str, Sequence[str]] | None]


class NameServer:
    """Serves on one port of 127.0.0.1 until it is stopped."""

    def __init__(self, held: Held, port: int = 0) -> None:
        self._tcp, self._udp = _doors(port)
        self.port: int = self._tcp.server_address[1]
        for server in (self._udp, self._tcp):
            server.held = held
            threading.Thread(target=server.serve_forever, args=(0.1,), daemon=True).start()

    def stop(self) -> None:
        """Close both doors."""
        for server in (self._udp, self._tcp):
            server.shutdown()
            server.server_close()


def answer(raw: bytes, held: Held) -> bytes | None:
    """The answer to one question; None for what is none."""
    try:
        asked = dns.message.from_wire(raw)
        question = asked.question[0]
    except (dns.exception.DNSException, IndexError, struct.error):
        return None
    said = dns.message.make_response(asked, recursion_available=True)
    said.flags |= dns.flags.AA
    name, kind = question.name, dns.rdatatype.to_text(question.rdtype)
    here = held(shown(name))
    if here is None:
        said.set_rcode(dns.rcode.NXDOMAIN)
    else:
        for each in (kind, "CNAME") if not here.get(kind) else (kind,):
            values = [_written(each, value) for value in here.get(each, ())]
            if values:
                said.answer.append(dns.rrset.from_text(name, TTL, "IN", each, *values))
                break
    return bytes(said.to_wire(max_size=65_535))


def _written(kind: str, value: str) -> str:
    """A value as zone files have it."""
    if kind == "TXT":
        raw = value.replace("\\", "\\\\").replace('"', '\\"')
        return " ".join(f'"{raw[start : start + 200]}"' for start in range(0, max(1, len(raw)), 200))
    return value if kind in ("A", "AAAA") else f"{value}."


class _Udp(socketserver.ThreadingUDPServer):
    daemon_threads = True
    max_packet_size = 4096
    held: Held


class _Tcp(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    held: Held


def _doors(port: int) -> tuple[_Tcp, _Udp]:
    """TCP and UDP at the same port. One that is free for TCP may be taken for UDP: then another is tried."""
    for left in reversed(range(TRIES)):
        tcp = _Tcp(("127.0.0.1", port), _Conversation)
        try:
            return tcp, _Udp(("127.0.0.1", tcp.server_address[1]), _OneQuestion)
        except OSError:
            tcp.server_close()
            if port or not left:
                raise
    raise OSError("no port is free for both")


class _OneQuestion(socketserver.BaseRequestHandler):
    server: Any

    def handle(self) -> None:
        raw, door = self.request
        said = answer(raw, self.server.held)
        if said is not None:
            door.sendto(said, self.client_address)


class _Conversation(socketserver.StreamRequestHandler):
    server: Any
    timeout = 10

    def handle(self) -> None:
        while len(head := self.rfile.read(2)) == 2:
            said = answer(self.rfile.read(int.from_bytes(head, "big")), self.server.held)
            if said is None:
                return
            self.wfile.write(len(said).to_bytes(2, "big") + said)
