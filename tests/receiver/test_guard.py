"""Slow callers are hung up on, others never notice: half-open connections, trickling headers and bodies, unread answers."""

import asyncio
import http.client
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from receiving import serve

from core.receiver import guard


async def echo(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] == "lifespan":
        while True:
            message = await receive()
            await send({"type": message["type"] + ".complete"})
            if message["type"] == "lifespan.shutdown":
                return
    body, more = b"", True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            return
        body, more = body + message["body"], message["more_body"]
    big = scope["path"] == "/big"
    size = 64 * 1024 * 1024 if big else len(body)
    await send(
        {"type": "http.response.start", "status": 200, "headers": [(b"content-length", str(size).encode())]}
    )
    if big:
        for _ in range(64):
            await send({"type": "http.response.body", "body": b"x" * 1024 * 1024, "more_body": True})
        body = b""
    await send({"type": "http.response.body", "body": body})


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(guard, "HEAD_SECONDS", 0.6)
        patch.setattr(guard, "BODY_SECONDS", 0.6)
        patch.setattr(guard, "WRITE_SECONDS", 0.8)
        with serve(echo) as number:
            yield number


def closed(wire: socket.socket, within: float = 8.0) -> bool:
    """Whether the server hangs up, whatever it says before."""
    wire.settimeout(within)
    try:
        while wire.recv(65536):
            pass
    except TimeoutError:
        return False
    except OSError:
        return True
    return True


def trickle(wire: socket.socket, pieces: list[bytes], pause: float = 0.15) -> None:
    with suppress(OSError):
        for piece in pieces:
            wire.sendall(piece)
            time.sleep(pause)


SLOW = {
    "nothing at all": [],
    "half a request line": [b"POST /x HT"],
    "headers without end": [b"POST /x HTTP/1.1\r\n"] + [b"X-A: b\r\n"] * 40,
    "headers byte by byte": [
        bytes([byte]) for byte in b"POST /x HTTP/1.1\r\nHost: a\r\nX-Long: " + b"y" * 40
    ],
    "a body that does not come": [b"POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n"],
    "a body byte by byte": [b"POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n"] + [b"x"] * 60,
    "chunks byte by byte": [b"POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"]
    + [b"1\r\nx\r\n"] * 60,
    "blanks": [b"\r\n"] * 40,
    "a request, then blanks": [b"GET /x HTTP/1.1\r\nHost: a\r\n\r\n"] + [b"\r\n"] * 40,
    "a request, then half of one": [b"GET /x HTTP/1.1\r\nHost: a\r\n\r\n", b"GET /x HT"],
}


@pytest.mark.parametrize("name", SLOW)
def test_a_slow_caller_is_hung_up_on(port: int, name: str) -> None:
    with socket.create_connection(("127.0.0.1", port)) as wire:
        sender = threading.Thread(target=trickle, args=(wire, SLOW[name]), daemon=True)
        sender.start()
        assert closed(wire)


def test_headers_without_measure_are_hung_up_on(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port)) as wire:
        with suppress(OSError):
            wire.sendall(b"GET /x HTTP/1.1\r\n" + b"X-A: " + b"b" * 200_000)
        assert closed(wire, 0.5)


@pytest.mark.parametrize(
    "endless", [b"a: " + b"v" * 61 + b"\r\n", b"a: " + b"v" * 61], ids=["fields", "one field"]
)
@pytest.mark.parametrize("start", [b"0\r\n", b"1;x="], ids=["after the last chunk", "beside a chunk's size"])
def test_what_stands_beside_a_body_has_a_measure_too(port: int, start: bytes, endless: bytes) -> None:
    """However fast it comes: the parser would keep it, and nothing else would bound it."""
    with socket.create_connection(("127.0.0.1", port)) as wire:
        wire.sendall(b"POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n" + start)
        with pytest.raises(OSError):
            for _ in range(200):  # 13 MB, far more than all buffers on the way hold
                wire.sendall(endless * 1_000)


def test_one_who_could_not_be_received_is_hung_up_on(monkeypatch: pytest.MonkeyPatch) -> None:
    failing = [True]
    watch = guard.GuardedProtocol._watch

    def fail_once(self: guard.GuardedProtocol, seconds: float) -> None:
        if failing[0]:
            failing[0] = False
            raise MemoryError
        watch(self, seconds)

    monkeypatch.setattr(guard.GuardedProtocol, "_watch", fail_once)
    with serve(echo) as number:
        with socket.create_connection(("127.0.0.1", number)) as wire:
            assert closed(wire, 5)
        true = http.client.HTTPConnection("127.0.0.1", number, timeout=5)
        true.request("POST", "/x", b"hello")
        assert true.getresponse().read() == b"hello"
        true.close()


def test_an_answer_nobody_reads_is_given_up(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port)) as wire:
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        wire.sendall(b"GET /big HTTP/1.1\r\nHost: a\r\n\r\n")
        time.sleep(2)
        with pytest.raises(OSError):  # it is gone: what comes now is answered with a reset
            for _ in range(40):
                wire.sendall(b"x")
                time.sleep(0.05)


def test_hundreds_of_half_open_connections_do_not_stop_a_true_one(port: int) -> None:
    half = [socket.create_connection(("127.0.0.1", port)) for _ in range(300)]
    for wire in half:
        wire.sendall(b"POST /x HTTP/1.1\r\nHost:")
    true = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    true.request("POST", "/x", b"hello")
    assert true.getresponse().read() == b"hello"
    true.close()
    assert all(closed(wire) for wire in half)
    for wire in half:
        wire.close()


def test_a_steady_caller_may_take_longer_than_the_grace(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    size = 20 * 4096
    with socket.create_connection(("127.0.0.1", port)) as wire:
        wire.sendall(
            f"POST /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: {size}\r\n\r\n".encode()
        )
        for _ in range(20):
            wire.sendall(b"x" * 4096)
            time.sleep(0.06)
        wire.settimeout(5)
        answer = b""
        while piece := wire.recv(65536):
            answer += piece
    assert answer.startswith(b"HTTP/1.1 200")
    assert answer.endswith(b"x" * 100)


def test_one_connection_serves_many_requests_in_one_piece_or_in_several(port: int) -> None:
    wire = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    for number in range(20):
        wire.request("POST", "/x", str(number).encode())
        assert wire.getresponse().read() == str(number).encode()
        if number % 5 == 0:
            time.sleep(0.3)
    wire.close()
    with socket.create_connection(("127.0.0.1", port)) as raw:  # pipelined
        raw.sendall(b"POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\na" * 3)
        raw.settimeout(5)
        answer = b""
        while answer.count(b"200 OK") < 3:
            answer += raw.recv(65536)


class Wire:
    """A transport that notes what is written to it."""

    def __init__(self) -> None:
        self.written: list[bytes] = []
        self.closed = False

    def is_closing(self) -> bool:
        return self.closed

    def write(self, data: bytes) -> None:
        assert not self.closed
        self.written.append(data)

    def close(self) -> None:
        self.closed = True


HEAD = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n"


def test_head_and_body_of_an_answer_go_out_in_one_write() -> None:
    async def answer() -> list[bytes]:
        wire = Wire()
        joined = guard.Joined(wire, asyncio.get_running_loop())  # type: ignore[arg-type]
        for _ in range(2):
            joined.write(HEAD)
            joined.write(b"{}")
        await asyncio.sleep(0)
        return wire.written

    assert asyncio.run(answer()) == [HEAD + b"{}"] * 2


@pytest.mark.parametrize("closes", [True, False])
def test_a_head_whose_body_is_not_there_yet_goes_out_by_itself(closes: bool) -> None:
    async def answer() -> list[bytes]:
        wire = Wire()
        joined = guard.Joined(wire, asyncio.get_running_loop())  # type: ignore[arg-type]
        joined.write(HEAD)
        assert wire.written == []
        if closes:
            joined.close()
        await asyncio.sleep(0)
        return wire.written

    assert asyncio.run(answer()) == [HEAD]
