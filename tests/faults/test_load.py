"""Callers in numbers and callers who lie: equal posts at once, bursts, bodies without end, connections that say nothing (F8-F11).

Against `python -m core.receiver` in processes of its own. Nothing here measures how long an answer takes.
"""

import http.client
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest
from outpost import TOKEN, Load, Message, Outpost, Post

BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
ON_BOTH = pytest.mark.parametrize("database", BOTH, indirect=True)
MEGABYTE = 1024 * 1024
EQUAL, THREADS = 1000, 16
BURST = 3000  # posts, as fast as 8 threads can: about ten seconds
Make = Callable[[str], Outpost]


@pytest.mark.parametrize("workers", [1, 2])
@ON_BOTH
def test_a_thousand_equal_posts_at_once_count_once(database: str, make_outpost: Make, workers: int) -> None:
    outpost = make_outpost(database)
    receiver = outpost.start(words=["--workers", str(workers)])
    same = outpost.message()
    begin = threading.Barrier(THREADS)

    def post(share: int) -> list[int]:
        wire, answers = http.client.HTTPConnection("127.0.0.1", receiver.port, timeout=60), []
        begin.wait(60)
        for _ in range(share, EQUAL, THREADS):
            wire.request("POST", f"/sns/{TOKEN}", same[1], same[2])
            answer = wire.getresponse()
            answer.read()
            answers.append(answer.status)
        wire.close()
        return answers

    with ThreadPoolExecutor(THREADS) as pool:
        answers = [status for some in pool.map(post, range(THREADS)) for status in some]
    assert answers == [200] * EQUAL
    tally = outpost.tally()
    assert tally.ids == (same[0],) and tally.whole


@ON_BOTH
def test_a_burst_is_taken_or_told_to_come_again_and_nothing_is_lost(
    database: str, make_outpost: Make
) -> None:
    outpost = make_outpost(database)
    receiver = outpost.start()
    with Load(outpost, [receiver.port], threads=1, pause=0.2) as calm:
        time.sleep(2)
    with Load(outpost, [receiver.port], threads=8) as burst:
        burst.wait_for(BURST, 240)
    with Load(outpost, [receiver.port], threads=1, pause=0.2) as after:
        after.wait_for(3)
    assert set(calm.answers | burst.answers | after.answers) <= {200, 503}
    tally = outpost.tally()
    assert calm.acknowledged | burst.acknowledged | after.acknowledged <= set(tally.ids) and tally.whole
    assert receiver.get("/readyz")[0] == 200


def head(more: str) -> bytes:
    kind = "x-amz-sns-message-type: Notification\r\nContent-Type: text/plain; charset=UTF-8\r\n"
    return f"POST /sns/{TOKEN} HTTP/1.1\r\nHost: a\r\n{kind}{more}\r\n\r\n".encode()


def chunks(size: int, times: int) -> Iterator[bytes]:
    piece = f"{size:x}\r\n".encode() + b"x" * size + b"\r\n"
    for _ in range(times):
        yield piece
    yield b"0\r\n\r\n"


def plain(times: int) -> Iterator[bytes]:
    for _ in range(times):
        yield b"x" * 65536


# What each says it sends and what it sends, and what it may be answered; "" = hung up on without a word.
LIARS: dict[str, tuple[str, Callable[[bytes], Iterator[bytes]], set[str]]] = {
    "64 MB in chunks": ("Transfer-Encoding: chunked", lambda _: chunks(65536, 1024), {"413", ""}),
    "64 MB in small chunks": ("Transfer-Encoding: chunked", lambda _: chunks(512, 131072), {"413", ""}),
    "one chunk of 2 GB": (
        "Transfer-Encoding: chunked",
        lambda _: iter([b"80000000\r\n", *plain(1024)]),
        {"413", ""},
    ),
    "64 MB, as it says": ("Content-Length: 67108864", lambda _: plain(1024), {"413", ""}),
    "2 GB said, 1 MB sent": ("Content-Length: 2147483648", lambda _: plain(16), {"413", ""}),
    "10 bytes said, 64 MB sent": ("Content-Length: 10", lambda _: plain(1024), {"400", ""}),
    "less said than sent": ("Content-Length: {less}", lambda body: iter([body]), {"400", ""}),
    "more said than sent": ("Content-Length: {more}", lambda body: iter([body]), {""}),
    "no number": ("Content-Length: -1", lambda body: iter([body]), {"400", ""}),
    "a number beyond all": ("Content-Length: 99999999999999999999999", lambda _: plain(16), {"400", "413", ""}),
    "both lengths": (
        "Content-Length: 10\r\nTransfer-Encoding: chunked",
        lambda _: chunks(65536, 1024),
        {"400", "413", ""},
    ),
}  # fmt: skip


def told(receiver: Post, said: str, pieces: Iterator[bytes]) -> list[str]:
    """Send until it is over or the line is cut; the statuses that came, in order."""
    with socket.create_connection(("127.0.0.1", receiver.port), 60) as wire:
        with suppress(OSError):
            wire.sendall(head(said))
            for piece in pieces:
                wire.sendall(piece)
        answer = b""
        with suppress(ConnectionError):  # but no TimeoutError: it has to hang up
            while piece := wire.recv(65536):
                answer += piece
    return re.findall(r"HTTP/1\.1 (\d{3})", answer.decode(errors="replace"))


def memory(receiver: Post, name: str) -> int:
    """VmRSS now, or VmHWM: the most it ever was since `forget_the_most`. In bytes."""
    said = Path(f"/proc/{receiver.process.pid}/status").read_text()
    return int(re.findall(rf"{name}:\s+(\d+) kB", said)[0]) * 1024


def forget_the_most(receiver: Post) -> None:
    with suppress(OSError):  # then the start counts too, which took less than what stands now
        Path(f"/proc/{receiver.process.pid}/clear_refs").write_text("5")


def true_ones(outpost: Outpost, receiver: Post, numbers: Sequence[int]) -> set[str]:
    """Post these and see each taken; their ids."""
    messages: list[Message] = [outpost.message(number) for number in numbers]
    assert [receiver.send(each, timeout=60) for each in messages] == [200] * len(messages)
    return {each[0] for each in messages}


def test_who_lies_about_the_size_of_a_body_is_cut_off_and_costs_no_memory(make_outpost: Make) -> None:
    outpost = make_outpost("")
    receiver = outpost.start()
    taken = true_ones(outpost, receiver, range(20))
    body = outpost.message(99)[1]
    before = memory(receiver, "VmRSS")
    forget_the_most(receiver)
    with ThreadPoolExecutor(len(LIARS)) as pool:
        waiting = {
            name: pool.submit(
                told, receiver, said.format(less=len(body) - 30, more=len(body) + 30), pieces(body)
            )
            for name, (said, pieces, _) in LIARS.items()
        }
        taken |= true_ones(outpost, receiver, range(20, 40))
        answers = {name: future.result() for name, future in waiting.items()}
    grown = memory(receiver, "VmHWM") - before
    wrong = {name: found for name, found in answers.items() if (found or [""])[0] not in LIARS[name][2]}
    assert not wrong
    assert not [name for name, found in answers.items() if any(status < "400" for status in found)]
    assert grown < 20 * MEGABYTE, f"{grown / MEGABYTE:.1f} MB"
    taken |= true_ones(outpost, receiver, [40])
    tally = outpost.tally()
    assert set(tally.ids) == taken and tally.whole, "and of the lies nothing was stored"


HALF = [
    b"",
    b"POST /sns/",
    b"POST /sns/x HTTP/1.1\r\nHost: a\r\nX-Long: ",
    head("Content-Length: 1000") + b"{",
    head("Transfer-Encoding: chunked") + b"5\r\n{",
]


def test_three_hundred_half_open_connections_keep_no_true_one_out(make_outpost: Make) -> None:
    outpost = make_outpost("")
    receiver = outpost.start()
    taken: set[str] = set()
    with ExitStack() as open_ones:
        half = []
        for number in range(300):
            half.append(open_ones.enter_context(socket.create_connection(("127.0.0.1", receiver.port), 60)))
            half[-1].sendall(HALF[number % len(HALF)])
        taken |= true_ones(outpost, receiver, range(50))
        assert all(_ended(wire) for wire in half), "who says nothing is hung up on in the end"
    taken |= true_ones(outpost, receiver, range(50, 55))
    tally = outpost.tally()
    assert set(tally.ids) == taken and tally.whole


def _ended(wire: socket.socket) -> bool:
    try:
        while wire.recv(65536):
            pass
    except TimeoutError:
        return False
    except OSError:
        return True
    return True
