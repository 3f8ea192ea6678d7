"""Answers on the wire: JSON, errors in the one shape that the contract promises, and reading a body within bounds."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

import msgspec
from starlette.types import Receive, Scope, Send

from core.receiver.refused import Refused

LIMIT = 307_200  # bytes of a request: SNS sends 256 KB at most, plus its envelope
RETRY_AFTER = (b"retry-after", b"30")
_CLOSE = (b"connection", b"close")
_PLAIN = (
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
)
Headers = tuple[tuple[bytes, bytes], ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """One whole answer."""

    status: int
    body: bytes
    headers: Headers = ()
    type: bytes = b"application/json"
    all_headers: Headers = field(init=False, repr=False, compare=False)  # as they go on the wire

    def __post_init__(self) -> None:
        named = {name for name, _ in self.headers}
        own = ((b"content-type", self.type), (b"content-length", str(len(self.body)).encode()))
        plain = (each for each in _PLAIN if each[0] not in named)
        object.__setattr__(self, "all_headers", (*own, *self.headers, *plain))


def json_answer(value: Any, status: int = 200, headers: Headers = ()) -> Answer:
    """A value as JSON."""
    return Answer(status, msgspec.json.encode(value), headers)


def error(status: int, code: str, message: str, field: str | None = None, headers: Headers = ()) -> Answer:
    """An error; 503 says when to come again."""
    if status == 503:
        headers = (*headers, RETRY_AFTER)
    if status == 413:
        headers = (*headers, _CLOSE)
    return json_answer({"error": {"code": code, "message": message, "field": field}}, status, headers)


def refusal(refused: Refused) -> Answer:
    """What a refused request is told."""
    return error(refused.status, refused.code, refused.message, refused.field)


NOT_FOUND = error(404, "not-found", "There is nothing at this address.")


def wrong_method(*allowed: str) -> Answer:
    """405 with the methods that work."""
    names = " or ".join(allowed)
    return error(
        405,
        "method-not-allowed",
        f"This address takes {names} only.",
        None,
        ((b"allow", ", ".join(allowed).encode()),),
    )


async def send_answer(answer: Answer, send: Send) -> None:
    """Put the answer on the wire (the server leaves the body out of HEAD). What stands between may add headers to the list."""
    start = {"type": "http.response.start", "status": answer.status, "headers": list(answer.all_headers)}
    await send(start)
    await send({"type": "http.response.body", "body": answer.body})


class Gone(Exception):
    """The caller hung up before the request was whole; nobody is left to answer."""


async def read_body(scope: Scope, receive: Receive, limit: int = LIMIT) -> bytes:
    """The whole body. Raises Refused: 415 with any Content-Encoding, 413 beyond so many bytes; Gone."""
    expected = 0
    for name, value in scope["headers"]:
        if name == b"content-encoding" and value.strip().lower() not in (b"", b"identity"):
            raise Refused(415, "content-encoding", "Send the body as it is, without Content-Encoding.")
        if name == b"content-length" and value.isdigit():
            expected = int(value[:20])
    if expected > limit:
        await _let_it_finish(scope, receive)
        raise _too_large(limit)
    body, more = await _piece(receive)
    if more:
        whole = bytearray(body)
        while more and len(whole) <= limit:
            piece, more = await _piece(receive)
            whole += piece
        body = bytes(whole)
    if len(body) <= limit:
        return body
    if more:
        await _let_it_finish(scope, receive)
    raise _too_large(limit)


async def _piece(receive: Receive) -> tuple[bytes, bool]:
    message = await receive()
    if message["type"] != "http.request":
        raise Gone
    return message.get("body", b""), message.get("more_body", False)


def _too_large(limit: int) -> Refused:
    why = "; SNS never sends that much." if limit == LIMIT else "."
    return Refused(413, "too-large", f"The body is larger than {limit:,} bytes{why}")


async def _let_it_finish(scope: Scope, receive: Receive) -> None:
    """Swallow a little more for at most a second: a caller still sending would see a reset instead of the answer."""
    if any(name == b"expect" for name, _ in scope["headers"]):
        return
    swallowed, more = 0, True
    try:
        async with asyncio.timeout(1.0):
            while more and swallowed < 16 * 1024 * 1024:
                piece, more = await _piece(receive)
                swallowed += len(piece)
    except (TimeoutError, Gone):
        return
