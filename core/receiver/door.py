"""The door callers come in by: an event loop whose servers go on listening, whatever went wrong while somebody came in.

libuv stops listening for good, without a word, when its user fails before a connection is accepted; one moment without
memory is enough. The kernel knows: who has come and was not let in stands in the backlog.
Source: libuv, uv__server_io; Linux, tcp_get_info: of a listening socket, tcpi_unacked is how many stand in its backlog.
"""

import asyncio
import socket
import struct
import sys
import threading
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import uvloop

from core.log import log

LOOK = 1.0  # seconds between two looks; somebody who waits at both was forgotten
_UNACKED = 24  # where tcpi_unacked stands in struct tcp_info


class Loop(uvloop.Loop):
    """uvloop's loop. A server on a socket that is there already is watched."""

    async def create_server(
        self, protocol_factory: Any, host: Any = None, port: Any = None, *, sock: Any = None, **more: Any
    ) -> Any:
        """As the base class says."""
        if sock is None or not hasattr(socket, "TCP_INFO") or sys.platform != "linux":
            return await super().create_server(protocol_factory, host, port, sock=sock, **more)
        listen = super().create_server
        door = Door(sock, lambda: listen(protocol_factory, sock=sock.dup(), **more))
        await door.open()
        threading.Thread(target=door.watch, args=(self,), name="door", daemon=True).start()
        return door


class Door:
    """A server on a socket, opened anew when nobody is let in any more."""

    def __init__(self, sock: socket.socket, listen: Callable[[], Awaitable[asyncio.AbstractServer]]) -> None:
        self._sock, self._listen = sock, listen
        self._server: asyncio.AbstractServer | None = None
        self._closed = False

    async def open(self) -> None:
        """Listen, in place of what has listened until now. Connections that stand are left alone."""
        before, self._server = self._server, await self._listen()
        if before is not None:
            before.close()
        if self._closed:
            self._server.close()

    def watch(self, loop: asyncio.AbstractEventLoop) -> None:
        """Look again and again until it is closed. Runs in a thread, so that no lost call of the loop can end it."""
        waited = False
        while not self._closed and self._sock.fileno() >= 0:
            with suppress(Exception):  # closed a moment ago, or again no memory: look once more
                time.sleep(LOOK)
                waiting = waiting_at(self._sock)
                if waiting and waited:
                    asyncio.run_coroutine_threadsafe(self.open(), loop).result(LOOK)
                    log.warning("callers were not let in; listening anew", waiting=waiting)
                waited = waiting > 0

    def close(self) -> None:
        """Listen no more."""
        self._closed = True
        if self._server is not None:
            self._server.close()

    async def wait_closed(self) -> None:
        """Until its connections are gone."""
        if self._server is not None:
            await self._server.wait_closed()


def waiting_at(listener: socket.socket) -> int:
    """How many have come and were not let in yet. Raises OSError when it is closed."""
    said = listener.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _UNACKED + 4)
    return int(struct.unpack_from("I", said, _UNACKED)[0])
