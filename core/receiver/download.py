"""The receiver's only way out: one GET over TLS to Amazon's exact host. No redirects, no proxy, 64 KB, 5 seconds."""

import asyncio
import io
import ssl
from http.client import HTTPException, HTTPResponse
from typing import Any
from urllib.parse import urlsplit

SECONDS = 5.0
LIMIT = 64 * 1024
_HEAD = 16 * 1024  # status line and headers beside the body


async def download(
    url: str, *, context: ssl.SSLContext | None = None, connect_to: tuple[str, int] | None = None
) -> str:
    """The text behind an allowed URL. Raises OSError when it cannot be had: no route, no TLS, not 200, too big, too slow.

    `context` and `connect_to` are for tests that stand in for Amazon's host on loopback; the certificate of the host is
    checked against the host of the URL in any case.
    """
    parts = urlsplit(url)
    host, path = parts.hostname or "", parts.path
    where = connect_to or (host, 443)
    try:
        async with asyncio.timeout(SECONDS):
            reader, writer = await asyncio.open_connection(
                *where, ssl=context or ssl.create_default_context(), server_hostname=host
            )
            try:
                writer.write(
                    f"GET {path} HTTP/1.1\r\nHost: {host}\r\nAccept: */*\r\nConnection: close\r\n\r\n".encode()
                )
                await writer.drain()
                answer = await _read(reader)
            finally:
                writer.close()
    except TimeoutError:
        raise OSError("no whole answer within 5 seconds") from None
    return _body(answer)


async def _read(reader: asyncio.StreamReader) -> bytes:
    answer = bytearray()
    while chunk := await reader.read(LIMIT):
        answer += chunk
        if len(answer) > LIMIT + _HEAD:
            raise OSError("the answer is larger than 64 KB")
    return bytes(answer)


class _Wire:
    """What http.client needs of a socket: the bytes that came."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    def makefile(self, *_: Any) -> io.BytesIO:
        return io.BytesIO(self.data)


def _body(answer: bytes) -> str:
    response = HTTPResponse(_Wire(answer))  # type: ignore[arg-type]
    try:
        response.begin()
        if response.status != 200:
            raise OSError(f"the host answered {response.status}")
        body = response.read()  # whole, or IncompleteRead
        if len(body) > LIMIT:
            raise OSError("the certificate is larger than 64 KB")
        return body.decode("ascii")
    except (HTTPException, ValueError) as error:
        raise OSError("the host did not answer in HTTP with a text") from error
