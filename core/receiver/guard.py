"""A server protocol that hangs up on slow callers: uvicorn itself waits for headers and bodies without end.

Timers are armed only while a request is incomplete, so that a request which comes in one piece pays nothing for them.
Slow attacks meant: half-open connections, headers or bodies that trickle, answers that are never read.
"""

import asyncio
import sys
from typing import Any

from httptools import HttpParserCallbackError
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_SECONDS = 10.0  # from the first byte (or the connection) to the end of the headers
HEAD_BYTES = 64 * 1024
BODY_SECONDS = 10.0  # grace for a body, and then at least:
BODY_RATE = 2048  # bytes a second on average
WRITE_SECONDS = 30.0  # an answer nobody reads

IDLE, HEAD, BODY, UPGRADED = range(4)
OURS = (
    b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 30\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
)


class Joined:
    """A transport that puts the head of an answer and its body on the wire in one write, which uvicorn hands over in two.

    A head whose body is not there yet goes out by itself in the next pass of the loop.
    """

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self.inner, self._loop, self._head = transport, loop, b""
        self.is_closing = transport.is_closing

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    def write(self, data: bytes) -> None:
        """Write, or hold a head until the next write."""
        if self._head:
            data, self._head = self._head + data, b""
        elif data.endswith(b"\r\n\r\n") and data.startswith(b"HTTP/1.1 "):
            self._head = data
            self._loop.call_soon(self.flush)
            return
        self.inner.write(data)

    def flush(self) -> None:
        """Let go of what is held."""
        if self._head:
            head, self._head = self._head, b""
            self.inner.write(head)

    def close(self) -> None:
        """Close, once what is held is on its way."""
        self.flush()
        self.inner.close()


class GuardedProtocol(HttpToolsProtocol):
    """uvicorn's HTTP protocol with a clock. WebSockets leave it when they are upgraded."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._stage = IDLE
        self._whole = False  # whether the last bytes completed a request
        self._seen = 0  # bytes of the stage
        self._told = False  # whether the last bytes held some of a body
        self._beside = 0  # bytes in a row that held none: heads, trailers, what stands between chunks
        self._since = 0.0
        self._read_timer: asyncio.TimerHandle | None = None
        self._write_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A caller who connects has to say something."""
        self._joined = Joined(transport, self.loop)
        try:
            super().connection_made(self._joined)  # type: ignore[arg-type]
            self._watch(HEAD_SECONDS)
        except BaseException:  # nobody would read what comes, nor see the time pass
            transport.abort()
            raise

    def data_received(self, data: bytes) -> None:
        """Feed the parser, then see whether the request is whole."""
        self._whole = self._told = False
        super().data_received(data)
        if self._stage == UPGRADED or self.transport.is_closing():
            self._unwatch()
        elif self._stage != IDLE:
            self._seen += len(data)
            self._beside = 0 if self._told else self._beside + len(data)
            if self._beside > HEAD_BYTES:
                self._hang_up()
            elif self._read_timer is None:
                self._watch(HEAD_SECONDS if self._stage == HEAD else BODY_SECONDS)
        elif self._whole:
            self._unwatch()
        elif self._read_timer is None and (self.cycle is None or self.cycle.response_complete):
            self._watch(HEAD_SECONDS)  # blanks between requests: they ended uvicorn's own timer

    def on_message_begin(self) -> None:
        """The first byte of a request."""
        super().on_message_begin()
        self._stage, self._seen, self._beside = HEAD, 0, 0

    def on_headers_complete(self) -> None:
        """The headers are whole; now the body, with a clock of its own."""
        super().on_headers_complete()
        self._body_begins()

    def on_body(self, body: bytes) -> None:
        """A piece of the body."""
        self._told = True
        super().on_body(body)

    def on_message_complete(self) -> None:
        """The request is whole."""
        super().on_message_complete()
        self._request_is_whole()

    def send_400_response(self, msg: str) -> None:
        """What is no HTTP is told so. What failed in our own hands (no memory, say) is not the caller's fault."""
        if isinstance(sys.exception(), HttpParserCallbackError):
            self.transport.write(OURS)
            self.transport.close()
        else:
            super().send_400_response(msg)

    def handle_websocket_upgrade(self) -> None:
        """The connection goes on as a WebSocket."""
        self._stage = UPGRADED
        self._unwatch()
        self._joined.flush()
        self.transport = self._joined.inner
        super().handle_websocket_upgrade()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing to watch any more."""
        self._unwatch()
        self._unwatch_writing()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """The caller does not read; it has half a minute to begin."""
        super().pause_writing()
        if self._write_timer is None:
            self._write_timer = self.loop.call_later(WRITE_SECONDS, self._hang_up)

    def resume_writing(self) -> None:
        """The caller reads again."""
        self._unwatch_writing()
        super().resume_writing()

    def _body_begins(self) -> None:
        self._stage, self._seen, self._beside = BODY, 0, 0
        self._unwatch()

    def _request_is_whole(self) -> None:
        self._stage, self._whole = IDLE, True

    def _watch(self, seconds: float) -> None:
        self._since = self.loop.time()
        self._read_timer = self.loop.call_later(seconds, self._late)

    def _unwatch(self) -> None:
        if self._read_timer is not None:
            self._read_timer.cancel()
            self._read_timer = None

    def _unwatch_writing(self) -> None:
        if self._write_timer is not None:
            self._write_timer.cancel()
            self._write_timer = None

    def _late(self) -> None:
        """Time is up, unless a body comes fast enough or it is we who do not read it."""
        if self._stage == BODY:
            due = self._since + BODY_SECONDS + self._seen / BODY_RATE
            left = due - self.loop.time()
            if self.flow.read_paused or left > 0:
                self._read_timer = self.loop.call_later(max(left, 1.0), self._late)
                return
        self._hang_up()

    def _hang_up(self) -> None:
        self._unwatch()
        if self.transport is not None and not self.transport.is_closing():
            self.transport.abort()
