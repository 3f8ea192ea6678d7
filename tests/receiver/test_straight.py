"""The straight way and the usual way give the same answers; only what is plain and good goes straight, and nothing is lost on either."""

import gc
import socket
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from receiving import Desk, Line, nobody_else_writes, on_both
from sns_signer import Signer, ses_event

from core.errors import Unavailable
from core.receiver import callbacks
from core.receiver.asgi import Serving
from core.receiver.post import Post, PostProtocol

pytestmark = on_both
Ask = Callable[[Desk, Line, dict[str, Any]], bytes]


@pytest.fixture
def usual(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The paths of the posts that went the usual way."""
    asked: list[str] = []
    before = Serving.__call__

    async def counted(self: Serving, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and scope["path"].startswith("/sns/"):
            asked.append(scope["path"])
        await before(self, scope, receive, send)

    monkeypatch.setattr(Serving, "__call__", counted)
    yield asked


@pytest.fixture
def warm(post_office: Desk, line: Line) -> Line:
    """A line that is held in memory, and whose signatures are of version 2."""
    for _ in range(2):
        assert post_office.post(line, bounce(post_office.signer, line)).status == 200
        time.sleep(0.6)  # held anew: with the signature's version that was noted
    assert post_office.post(line, bounce(post_office.signer, line)).status == 200
    return line


def bounce(signer: Signer, line: Line, **more: Any) -> dict[str, Any]:
    return signer.notification(line.arn, ses_event("Bounce"), **more)


def request(
    desk: Desk, line: Line, message: dict[str, Any], *lines: str, path: str = "", version: str = "1.1"
) -> bytes:
    """One post as bytes."""
    body = desk.signer.body(message)
    named = [f"{name}: {value}" for name, value in desk.signer.headers(message).items()]
    head = [f"POST {path or line.path} HTTP/{version}", "Host: desk", *named, *lines]
    if not any(one.lower().startswith(("content-length", "transfer-encoding")) for one in lines):
        head.append(f"Content-Length: {len(body)}")
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


def say(port: int, *pieces: bytes, answers: int = 1, pause: float = 0.0) -> list[tuple[int, bytes]]:
    """Send the pieces over one connection; statuses and bodies of so many answers."""
    with socket.create_connection(("127.0.0.1", port), 20) as wire:
        wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for piece in pieces:
            wire.sendall(piece)
            time.sleep(pause)
        return [read(wire) for _ in range(answers)]


_left: dict[int, bytes] = {}


def read(wire: socket.socket) -> tuple[int, bytes]:
    """One whole answer; what came after it is kept for the next."""
    wire.settimeout(20)
    data = _left.pop(wire.fileno(), b"")
    while b"\r\n\r\n" not in data:
        got = wire.recv(65536)
        assert got, data
        data += got
    head, _, rest = data.partition(b"\r\n\r\n")
    length = next(
        int(one.split(b":")[1]) for one in head.lower().split(b"\r\n") if one.startswith(b"content-length")
    )
    while len(rest) < length:
        got = wire.recv(65536)
        assert got, data
        rest += got
    if rest[length:]:
        _left[wire.fileno()] = rest[length:]
    return int(head.split()[1]), rest[:length]


def test_a_plain_good_notification_goes_straight(post_office: Desk, warm: Line, usual: list[str]) -> None:
    message = bounce(post_office.signer, warm)
    first, again = post_office.post(warm, message), post_office.post(warm, message)
    assert (first.status, first.json) == (200, {"status": "stored"})
    assert (again.status, again.json) == (200, {"status": "duplicate"})
    assert first.headers["content-type"] == "application/json"
    assert first.headers["cache-control"] == "no-store"
    assert "date" in first.headers
    assert usual == []


def chunked(desk: Desk, line: Line, message: dict[str, Any]) -> bytes:
    body = desk.signer.body(message)
    whole = request(desk, line, message, "Transfer-Encoding: chunked")
    return whole[: -len(body)] + f"{len(body):x}\r\n".encode() + body + b"\r\n0\r\n\r\n"


PECULIAR: dict[str, tuple[int, Ask]] = {
    "chunked": (200, chunked),
    "HTTP/1.0": (200, lambda desk, line, message: request(desk, line, message, version="1.0")),
    "connection: close": (200, lambda desk, line, message: request(desk, line, message, "Connection: close")),
    "a query": (200, lambda desk, line, message: request(desk, line, message, path=line.path + "?x=1")),
    "gzip": (415, lambda desk, line, message: request(desk, line, message, "Content-Encoding: gzip")),
    "raw": (400, lambda desk, line, message: request(desk, line, message, "x-amz-sns-rawdelivery: true")),
    "a slash after it": (404, lambda desk, line, message: request(desk, line, message, path=line.path + "/")),
    "an unknown token": (404, lambda desk, line, message: request(desk, line, message, path="/sns/nobodys")),
    "another's signature": (
        403,
        lambda desk, line, message: request(desk, line, {**message, "Signature": "AAAA"}),
    ),
    "no JSON": (400, lambda desk, line, message: request(desk, line, message)[:-1] + b"!"),
    "an unknown topic": (
        403,
        lambda desk, line, _: request(
            desk, line, desk.signer.notification(line.arn + "-other", ses_event("Bounce"))
        ),
    ),
    "headers that disagree": (
        400,
        lambda desk, line, message: request(desk, line, message).replace(
            b"x-amz-sns-message-id: ", b"x-amz-sns-message-id: 0"
        ),
    ),
}


@pytest.mark.parametrize("name", PECULIAR)
def test_what_is_peculiar_goes_the_usual_way(
    post_office: Desk, warm: Line, usual: list[str], name: str
) -> None:
    status, ask = PECULIAR[name]
    (answer,) = say(post_office.port, ask(post_office, warm, bounce(post_office.signer, warm)))
    assert answer[0] == status, answer
    assert len(usual) == 1


def test_a_body_in_pieces_is_one_post(post_office: Desk, warm: Line, usual: list[str]) -> None:
    whole = request(post_office, warm, bounce(post_office.signer, warm))
    pieces = [whole[at : at + 700] for at in range(0, len(whole), 700)]
    assert say(post_office.port, *pieces, pause=0.02) == [(200, b'{"status":"stored"}')]
    assert usual == []


def test_a_large_body_goes_straight_too_and_a_bad_one_of_that_size_the_usual_way(
    post_office: Desk, warm: Line, usual: list[str]
) -> None:
    """Above 64 KB uvicorn stops reading until somebody asks for the body."""
    event = ses_event("Bounce")
    event["mail"]["headers"] = [{"name": "X-Long", "value": "y" * 150_000}]
    large = post_office.signer.notification(warm.arn, event)
    assert say(post_office.port, request(post_office, warm, large)) == [(200, b'{"status":"stored"}')]
    assert usual == []
    bad = request(post_office, warm, {**large, "Signature": "AAAA"})
    assert say(post_office.port, bad)[0][0] == 403
    assert len(usual) == 1


def test_posts_and_others_behind_each_other_on_one_connection_are_answered_in_their_order(
    post_office: Desk, warm: Line
) -> None:
    first, second = (request(post_office, warm, bounce(post_office.signer, warm)) for _ in range(2))
    health = b"GET /healthz HTTP/1.1\r\nHost: desk\r\n\r\n"
    answers = say(post_office.port, first + health + first + second + health, answers=5)
    assert answers == [
        (200, b'{"status":"stored"}'),
        (200, b'{"status":"ok"}'),
        (200, b'{"status":"duplicate"}'),
        (200, b'{"status":"stored"}'),
        (200, b'{"status":"ok"}'),
    ]


def test_who_hangs_up_while_it_waits_loses_nothing(post_office: Desk, warm: Line, usual: list[str]) -> None:
    message = bounce(post_office.signer, warm)
    before = post_office.count("notifications", warm)
    with nobody_else_writes(post_office.store):
        wire = socket.create_connection(("127.0.0.1", post_office.port), 20)
        wire.sendall(request(post_office, warm, message))
        time.sleep(0.3)
        wire.close()
        time.sleep(0.2)
    for _ in range(200):
        if post_office.count("notifications", warm) == before + 1:
            break
        time.sleep(0.02)
    assert post_office.count("notifications", warm) == before + 1
    assert post_office.post(warm, message).json == {"status": "duplicate"}
    assert usual == []


@pytest.mark.parametrize("where", ["put", "later"])
def test_a_store_that_cannot_take_it_is_503_either_way(
    post_office: Desk, warm: Line, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    def away(*_: object, **__: object) -> None:
        raise Unavailable("The database is away.")

    message = bounce(post_office.signer, warm)
    with monkeypatch.context() as patch:
        if where == "put":
            patch.setattr(post_office.receiver.intake, "put", away)
        else:
            patch.setattr("core.receiver.batch.record_in", away)
        answer = post_office.post(warm, message)
    assert (answer.status, answer.code, answer.headers["retry-after"]) == (503, "store", "30")
    assert post_office.post(warm, message).json == {"status": "stored"}


def test_a_straight_way_that_breaks_is_the_usual_way(
    post_office: Desk, warm: Line, usual: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> bool:
        raise RuntimeError("not to be had")

    monkeypatch.setattr(post_office.receiver.straight, "take", broken)
    assert post_office.post(warm, bounce(post_office.signer, warm)).json == {"status": "stored"}
    assert len(usual) == 1


def test_a_way_that_breaks_after_it_was_put_answers_once(
    post_office: Desk, warm: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    take = post_office.receiver.straight.take

    def broken(*words: Any) -> bool:
        take(*words)
        raise RuntimeError("too late")

    monkeypatch.setattr(post_office.receiver.straight, "take", broken)
    post = request(post_office, warm, bounce(post_office.signer, warm))
    health = b"GET /healthz HTTP/1.1\r\nHost: desk\r\n\r\n"
    answers = say(post_office.port, post, health, answers=2, pause=0.3)
    assert answers[0][0] == 200
    assert answers[1] == (200, b'{"status":"ok"}')


def test_of_a_connection_that_lives_long_only_the_last_post_is_remembered(
    post_office: Desk, warm: Line
) -> None:
    with socket.create_connection(("127.0.0.1", post_office.port), 20) as wire:
        for _ in range(30):
            wire.sendall(request(post_office, warm, bounce(post_office.signer, warm)))
            assert read(wire)[0] == 200
        gc.collect()
        ours = [one for one in gc.get_objects() if isinstance(one, Post)]
        assert 1 <= len(ours) <= 3  # one of each connection that is still open
        assert all(not one.body for one in ours)


def test_zeros_before_a_length_do_not_hide_that_it_is_too_large(post_office: Desk, warm: Line) -> None:
    for path in (warm.path, "/sns/nobodys"):
        head = f"POST {path} HTTP/1.1\r\nHost: desk\r\nContent-Length: {'0' * 19}19999999\r\n\r\n"
        assert say(post_office.port, head.encode(), b"x" * 400_000)[0][0] == 413
    whole = request(post_office, warm, bounce(post_office.signer, warm))
    assert say(post_office.port, whole.replace(b"Content-Length: ", b"Content-Length: 000"))[0][0] == 200


@pytest.mark.parametrize("cut", [200, None], ids=["in the body", "after its answer"])
def test_what_a_closed_connection_held_is_free_without_the_collector(
    post_office: Desk, warm: Line, monkeypatch: pytest.MonkeyPatch, cut: int | None
) -> None:
    made: list[weakref.ref[Post]] = []
    before = Post.__init__

    def remembered(self: Post, *words: Any) -> None:
        before(self, *words)
        made.append(weakref.ref(self))

    monkeypatch.setattr(Post, "__init__", remembered)
    whole = request(post_office, warm, bounce(post_office.signer, warm))
    gc.collect()
    gc.disable()
    try:
        with socket.create_connection(("127.0.0.1", post_office.port), 20) as wire:
            wire.sendall(whole[: -cut if cut else len(whole)])
            if cut is None:
                assert read(wire)[0] == 200
            for _ in range(200):
                if made:
                    break
                time.sleep(0.02)
        assert made
        for _ in range(200):
            if made[0]() is None:
                break
            time.sleep(0.02)
        assert made[0]() is None
    finally:
        gc.enable()


def test_a_certificate_is_counted_once_a_post_on_either_way(post_office: Desk, warm: Line) -> None:
    certificates = post_office.receiver.certificates
    before = certificates.asked
    good = bounce(post_office.signer, warm)
    assert post_office.post(warm, good).status == 200
    assert certificates.asked == before + 1
    assert post_office.post(warm, {**good, "Signature": "AAAA"}).status == 403
    assert certificates.asked == before + 2


def test_many_at_once_are_each_stored_once(post_office: Desk, warm: Line, usual: list[str]) -> None:
    before = post_office.count("notifications", warm)
    messages = [bounce(post_office.signer, warm) for _ in range(40)]
    told: list[tuple[int, bytes]] = []

    def caller(mine: list[dict[str, Any]]) -> None:
        with socket.create_connection(("127.0.0.1", post_office.port), 20) as wire:
            for message in mine:
                wire.sendall(request(post_office, warm, message))
                told.append(read(wire))

    threads = [threading.Thread(target=caller, args=(messages[at::4] + messages[at::8],)) for at in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(30)
    assert len(told) == 60
    assert {status for status, _ in told} == {200}
    assert post_office.count("notifications", warm) == before + 40
    assert usual == []


def test_nobody_waits_while_the_callback_is_read_afresh(
    post_office: Desk, warm: Line, usual: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, go_on = threading.Event(), threading.Event()
    find = callbacks.kept.find

    def slow(*words: Any) -> Any:
        asked.set()
        assert go_on.wait(20)
        return find(*words)

    monkeypatch.setattr(callbacks.kept, "find", slow)
    try:
        for _ in range(100):  # until half of the second is over
            assert post_office.post(warm, bounce(post_office.signer, warm)).status == 200
            if asked.wait(0.02):
                break
        assert asked.is_set()
        assert post_office.post(warm, bounce(post_office.signer, warm)).status == 200
        assert usual == []
    finally:
        go_on.set()


def test_a_callback_that_is_gone_when_it_is_read_afresh_is_not_held(post_office: Desk, warm: Line) -> None:
    with post_office.store.write() as conn:
        conn.exec_driver_sql(f"DELETE FROM topics WHERE callback_id = {warm.callback_id}")
        conn.exec_driver_sql(f"DELETE FROM callbacks WHERE id = {warm.callback_id}")
    for _ in range(150):
        answer = post_office.post(warm, bounce(post_office.signer, warm))
        if answer.status == 404:
            break
        time.sleep(0.02)
    assert (answer.status, answer.code) == (404, "unknown-token")


def test_what_fails_in_our_own_hands_is_503_and_what_is_no_http_is_400(
    post_office: Desk, warm: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = bounce(post_office.signer, warm)
    for name in ("_plain", "on_body", "_body_begins"):
        with monkeypatch.context() as patch:

            def no_memory(*_: object) -> None:
                raise MemoryError

            patch.setattr(PostProtocol, name, no_memory)
            assert say(post_office.port, request(post_office, warm, message)) == [(503, b"")]
    assert post_office.post(warm, message).json == {"status": "stored"}
    with socket.create_connection(("127.0.0.1", post_office.port), 20) as wire:
        wire.sendall(b"nonsense\r\n\r\n")
        assert wire.recv(100).startswith(b"HTTP/1.1 400")
