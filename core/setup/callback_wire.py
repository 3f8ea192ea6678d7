"""The callback's address on the wire: its name looked up, one request over TLS within a deadline, and what the answer means.

Amazon SNS posts; a proxy that lets GET through and stops POST would pass a check by GET. No redirect is ever followed.
"""

import http.client
import io
import ipaddress
import json
import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

MOST = 65_536  # bytes of an answer that are read
PAGES = ("text/html", "application/xhtml")


class Wrong(Exception):
    """One condition that does not hold: the reference of its finding, and what was seen."""

    def __init__(self, reference: str, evidence: dict[str, str] | None = None) -> None:
        super().__init__(reference)
        self.reference, self.evidence = reference, evidence or {}


@dataclass(frozen=True, slots=True)
class Place:
    """Where the public address leads."""

    host: str
    port: int
    path: str  # without a slash at its end
    tls: bool = True  # False only for the demo Amazon's way, which stays on this machine


@dataclass(frozen=True, slots=True)
class Said:
    """What answered: its status, headers in lower case, the beginning of its body."""

    status: int
    headers: dict[str, str]
    body: bytes


def look_up(host: str, port: int) -> list[str]:
    """The IP addresses of a name, as this machine's own resolver gives them. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


def dial(address: str, port: int, seconds: float) -> socket.socket:
    """A TCP connection. Raises OSError."""
    return socket.create_connection((address, port), seconds)


@dataclass(frozen=True, slots=True)
class Wire:
    """How names are found, lines are opened and certificates are trusted. Tests put theirs in."""

    look_up: Callable[[str, int], list[str]] = look_up
    dial: Callable[[str, int, float], socket.socket] = dial
    trust: ssl.SSLContext = field(default_factory=ssl.create_default_context)


def place(url: str) -> Place:
    """The address in its parts. Raises Wrong: none is set, it is not https, or it is this machine itself."""
    if not url:
        raise Wrong("callback-no-public-url")
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".")
    if host == "localhost" or host.endswith((".localhost", ".local", ".internal", ".home.arpa")):
        raise Wrong("callback-localhost" if "localhost" in host else "callback-private", {"host": host})
    with suppress(ValueError):  # a name: looked up next
        refuse_private([str(ipaddress.ip_address(host))])
    if parts.scheme != "https":
        raise Wrong("callback-not-https")
    return Place(host, parts.port or 443, parts.path.rstrip("/"))


def public_addresses(where: Place, wire: Wire, until: float) -> list[str]:
    """Where the name leads. Raises Wrong: it leads nowhere, or to addresses that the internet does not reach."""
    answers: queue.Queue[list[str] | OSError] = queue.Queue()

    def work() -> None:
        try:
            answers.put(wire.look_up(where.host, where.port))
        except (OSError, UnicodeError) as error:
            answers.put(error if isinstance(error, OSError) else OSError(str(error)))

    threading.Thread(target=work, daemon=True, name="look-up").start()  # a resolver knows no deadline
    try:
        found = answers.get(timeout=max(0.05, until - time.monotonic()))
    except queue.Empty:
        raise Wrong("callback-unresolved", {"host": where.host, "said": "no answer in time"}) from None
    if isinstance(found, OSError) or not found:
        raise Wrong("callback-unresolved", {"host": where.host, "said": str(found or "no address")})
    refuse_private(found)
    return [each for each in found if _abroad(each)]  # Amazon never reaches the others, so neither do we


def refuse_private(addresses: list[str]) -> None:
    """Raises Wrong when no address of them is one the internet reaches; loopback and private are told apart."""
    if any(_abroad(address) for address in addresses):
        return
    loopback = any(ipaddress.ip_address(address.partition("%")[0]).is_loopback for address in addresses)
    raise Wrong(
        "callback-localhost" if loopback else "callback-private", {"leads to": ", ".join(addresses[:4])}
    )


def _abroad(address: str) -> bool:
    """Whether the internet reaches this address."""
    read = ipaddress.ip_address(address.partition("%")[0])
    return read.is_global and not read.is_multicast


def post(where: Place, addresses: list[str], path: str, wire: Wire, until: float) -> Said:
    """POST as Amazon does, to the first address that takes the line. Raises Wrong."""
    more = "Content-Type: text/plain; charset=UTF-8\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"
    return _asked(where, addresses, f"POST {path}", more, wire, until)


def get(where: Place, addresses: list[str], path: str, wire: Wire, until: float) -> Said:
    """GET as a reader does, in the same way. Raises Wrong."""
    more = "Accept: text/html\r\nConnection: close\r\n\r\n"
    return _asked(where, addresses, f"GET {path}", more, wire, until)


def _asked(where: Place, addresses: list[str], what: str, more: str, wire: Wire, until: float) -> Said:
    host = where.host if where.port == 443 else f"{where.host}:{where.port}"
    request = f"{what} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: SES Desk callback check\r\n{more}"
    try:
        with _line(where, addresses, wire, until) as line:
            line.sendall(request.encode("ascii", "replace"))
            return _read(line, until)
    except ssl.SSLCertVerificationError as error:
        raise Wrong("callback-certificate", {"said": error.verify_message}) from error
    except ssl.SSLError as error:
        raise Wrong("callback-no-tls", {"said": error.reason or "no TLS"}) from error
    except TimeoutError as error:
        raise Wrong("callback-no-answer", {"said": "no answer in time"}) from error
    except (OSError, http.client.HTTPException) as error:
        said = error.strerror if isinstance(error, OSError) else ""
        raise Wrong("callback-no-answer", {"said": said or type(error).__name__}) from error


def _line(where: Place, addresses: list[str], wire: Wire, until: float) -> socket.socket:
    last: OSError = TimeoutError()
    for address in addresses[:4]:
        try:
            plain = wire.dial(address, where.port, _left(until))
            plain.settimeout(_left(until))
            if not where.tls:
                return plain
            return wire.trust.wrap_socket(plain, server_hostname=where.host)
        except ssl.SSLError:
            raise
        except OSError as error:
            last = error
    raise last


def _read(line: socket.socket, until: float) -> Said:
    """Status, headers and the beginning of the body; a server that drips does not outlast the deadline."""
    held = b""
    try:
        while len(held) < MOST and not _whole(held):
            line.settimeout(_left(until))
            piece = line.recv(16_384)
            if not piece:
                break
            held += piece
    except TimeoutError:
        if b"\r\n\r\n" not in held:
            raise
    answer = http.client.HTTPResponse(_Held(held))  # type: ignore[arg-type]
    answer.begin()
    try:
        body = answer.read()
    except http.client.IncompleteRead as cut:
        body = cut.partial
    return Said(answer.status, {name.lower(): value for name, value in answer.getheaders()}, body)


def _whole(held: bytes) -> bool:
    """Whether as much body is there as the headers promise."""
    head, end, body = held.partition(b"\r\n\r\n")
    length = [
        line[15:].strip() for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")
    ]
    return bool(end and length and length[0].isdigit() and len(body) >= int(length[0][:12]))


class _Held:
    """Bytes that were read, in the place where http.client expects a socket."""

    def __init__(self, held: bytes) -> None:
        self._held = held

    def makefile(self, *_: object) -> io.BytesIO:
        return io.BytesIO(self._held)


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def judge(said: Said, expected: str) -> None:
    """Raises Wrong unless this very SES Desk answered."""
    seen = {"http": str(said.status)}
    if said.status in (301, 302, 303, 307, 308):
        raise Wrong("callback-redirects", seen)
    if said.status in (401, 403, 407, 511):
        raise Wrong("callback-login", seen)
    if said.headers.get("content-type", "").startswith(PAGES):
        raise Wrong("callback-login" if b"password" in said.body.lower() else "callback-not-ours", seen)
    if said.status in (502, 503, 504):
        raise Wrong("callback-unavailable", seen)
    try:
        answer = json.loads(said.body)
    except (ValueError, RecursionError):
        answer = None
    if said.status != 200 or not isinstance(answer, dict) or answer.get("answer") != expected:
        raise Wrong("callback-not-ours", seen)
