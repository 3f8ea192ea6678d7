"""A server that could not let somebody in: it listens on, as a server of the loop alone does not."""

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from core.receiver import door


class Greeting(asyncio.Protocol):
    def connection_made(self, transport: Any) -> None:
        transport.write(b"welcome")
        transport.close()


@contextmanager
def server(protocol: Any) -> Iterator[int]:
    """A server on a loop of ours, in a thread; its port."""
    loop, listener, over = door.Loop(), socket.create_server(("127.0.0.1", 0)), asyncio.Event()

    async def serve() -> None:
        listening = await loop.create_server(protocol, sock=listener, backlog=100)
        await over.wait()
        listening.close()
        await listening.wait_closed()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),), daemon=True)
    thread.start()
    try:
        yield int(listener.getsockname()[1])
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join(10)
        assert not thread.is_alive()
        loop.close()
        listener.close()


def welcomed(port: int, seconds: float) -> bool:
    """Whether a caller is let in within so many seconds."""
    with socket.create_connection(("127.0.0.1", port), seconds) as caller:
        try:
            return caller.recv(20) == b"welcome"
        except OSError:
            return False


def short_of_memory(times: int) -> Any:
    left = [times]

    def made() -> asyncio.Protocol:
        if left[0]:
            left[0] -= 1
            raise MemoryError
        return Greeting()

    return made


def test_after_a_moment_without_memory_callers_are_let_in_again() -> None:
    with server(short_of_memory(1)) as port:
        assert not welcomed(port, 0.1)  # the one that could not be let in
        assert welcomed(port, 20) and welcomed(port, 5)


def test_also_when_that_moment_comes_back() -> None:
    with server(short_of_memory(2)) as port:
        assert not welcomed(port, 0.1)
        assert any(welcomed(port, 5) for _ in range(6))
        assert welcomed(port, 5)


def test_one_who_was_left_outside_while_nobody_else_came_is_hung_up_on() -> None:
    """Nobody stands in the backlog then, and with several processes the others keep it empty."""
    with server(short_of_memory(1)) as port, socket.create_connection(("127.0.0.1", port), 20) as caller:
        assert caller.recv(20) == b""
        assert welcomed(port, 5)


def test_it_is_opened_anew_now_and_then_and_nobody_notices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "LOOK", 0.02)
    monkeypatch.setattr(door, "ANYWAY", 0.0)
    opened = []
    true = door.Door.open

    async def counted(self: door.Door) -> None:
        opened.append(1)
        await true(self)

    monkeypatch.setattr(door.Door, "open", counted)
    with server(Greeting) as port:
        until = time.monotonic() + 20
        while len(opened) < 30 and time.monotonic() < until:
            assert welcomed(port, 10)
        assert len(opened) >= 30


def test_the_loop_alone_would_listen_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the watch is for: should this fail one day, uvloop has mended it, and the watch may go."""
    monkeypatch.setattr(door.Door, "watch", lambda *_: None)
    with server(short_of_memory(1)) as port:
        assert not welcomed(port, 0.1)
        assert not welcomed(port, 3)


def test_the_kernel_says_how_many_wait() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        assert door.waiting_at(listener) == 0
        callers = [socket.create_connection(listener.getsockname()) for _ in range(3)]
        assert door.waiting_at(listener) == 3
        listener.accept()[0].close()
        assert door.waiting_at(listener) == 2
        for each in callers:
            each.close()


def test_the_watch_ends_with_its_server() -> None:
    before = {each for each in threading.enumerate() if each.name == "door"}
    with server(Greeting) as port:
        assert welcomed(port, 5)
        (watch,) = {each for each in threading.enumerate() if each.name == "door"} - before
    until = time.monotonic() + 20
    while watch.is_alive() and time.monotonic() < until:
        time.sleep(0.05)
    assert not watch.is_alive()
