"""The door callers come in by: an event loop whose servers go on listening, whatever went wrong while somebody came in.

libuv stops listening for good, without a word, when its user fails before a connection is accepted; one moment without
memory is enough. So a server is opened anew after every failure that the loop is told of, when callers stand in the
kernel's backlog and none comes in, and once a minute. Connections that stand are left alone.
Source: libuv, uv__server_io; Linux, tcp_get_info: of a listening socket, tcpi_unacked is how many stand in its backlog.
"""

import asyncio
import socket
import struct
import sys
import threading
import time
from collections.abc import Awaitable, Callable
from typing import Any

import uvloop

from core.log import log

LOOK = 1.0  # seconds between two looks
ANYWAY = 60.0  # seconds after which it is opened anew without a reason: a failure may be too great to be told
_UNACKED = 24  # where tcpi_unacked stands in struct tcp_info

Listen = Callable[[Callable[[], Any]], Awaitable[asyncio.AbstractServer]]


class Loop(uvloop.Loop):
    """uvloop's loop. A server on a socket that is there already is watched."""

    doubt = False  # something went wrong in the loop since the last look

    def call_exception_handler(self, context: Any) -> None:
        """As the base class says."""
        self.doubt = True
        super().call_exception_handler(context)

    async def create_server(
        self, protocol_factory: Any, host: Any = None, port: Any = None, *, sock: Any = None, **more: Any
    ) -> Any:
        """As the base class says."""
        if sock is None or sys.platform != "linux":
            return await super().create_server(protocol_factory, host, port, sock=sock, **more)
        listen = super().create_server
        door = Door(self, sock, protocol_factory, lambda made: listen(made, sock=sock.dup(), **more))
        await door.open()
        threading.Thread(target=door.watch, name="door", daemon=True).start()
        return door


class Door:
    """A server on a socket, opened anew when somebody may have been left outside."""

    def __init__(self, loop: Loop, sock: socket.socket, protocol: Callable[[], Any], listen: Listen) -> None:
        self._loop, self._sock, self._protocol, self._listen = loop, sock, protocol, listen
        self._servers: list[asyncio.AbstractServer] = []  # the last one listens
        self._closed = self._waited = False
        self._came = self._came_before = 0
        self._opened = time.monotonic()

    async def open(self) -> None:
        """Listen, in place of what has listened until now."""
        self._servers.append(await self._listen(self._let_in))
        self._opened = time.monotonic()
        while len(self._servers) > 1:
            self._servers[0].close()
            del self._servers[0]
        if self._closed:
            self.close()

    def watch(self) -> None:
        """Look again and again until it is closed. Runs in a thread, so that no lost call of the loop can end it."""
        while True:
            try:
                time.sleep(LOOK)
                if self._closed or self._sock.fileno() < 0:
                    return
                self._look()
            except Exception:  # noqa: S112 - again no memory, or closed this moment: look once more
                continue

    def close(self) -> None:
        """Listen no more."""
        self._closed = True
        for server in self._servers:
            server.close()

    async def wait_closed(self) -> None:
        """Until its connections are gone."""
        for server in self._servers:
            await server.wait_closed()

    def _let_in(self) -> Any:
        self._came += 1
        return self._protocol()

    def _look(self) -> None:
        waiting = waiting_at(self._sock)
        stuck = waiting > 0 and self._waited and self._came == self._came_before
        self._waited, self._came_before = waiting > 0, self._came
        if not (stuck or self._loop.doubt or time.monotonic() - self._opened > ANYWAY):
            return
        self._loop.doubt = False
        opening = asyncio.run_coroutine_threadsafe(self.open(), self._loop)
        try:
            opening.result(LOOK)
        except BaseException:
            self._loop.doubt = True
            opening.cancel()
            raise
        if stuck:
            log.warning("callers were not let in; listening anew", waiting=waiting)


def waiting_at(listener: socket.socket) -> int:
    """How many have come and were not let in yet. Raises OSError when it is closed."""
    said = listener.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _UNACKED + 4)
    return int(struct.unpack_from("I", said, _UNACKED)[0])
