"""The callback's self-check against real TLS servers: each reason by its name, and never more said than was seen."""

import datetime
import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import trustme
from public_address import ABROAD, NAME, receiver_over_tls, saying, tls_server, wire
from servers import fetch

from core import moment
from core.errors import Unavailable
from core.receiver import hello
from core.setup import callback_check, callback_wire
from core.setup.callback_check import CallbackCheck, check
from core.setup.callback_wire import Wire
from core.store import callbacks, connections
from core.store.engine import Store
from core.store.tables import Connection

URL = f"https://{NAME}"
ARN = "arn:aws:sns:eu-west-1:123456789012:ses-desk"


@pytest.fixture(scope="module")
def ca() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def connection(sqlite_store: Store) -> Connection:
    return made(sqlite_store)


def made(store: Store, demo: bool = False) -> Connection:
    row = Connection(uuid="u", name="Shop", region="eu-west-1", demo=demo, created_at=1, updated_at=1)
    with store.write() as conn:
        return connections.add(conn, row)


@pytest.fixture
def ours(sqlite_store: Store, tmp_path: Path, ca: trustme.CA) -> Iterator[int]:
    with receiver_over_tls(sqlite_store, tmp_path, ca) as port:
        yield port


def tried(store: Store, connection: Connection, line: Wire, url: str = URL) -> CallbackCheck:
    return check(store, url, connection, moment.now(), line)


def reference(said: CallbackCheck) -> str:
    assert said.finding is not None and said.finding.known and not said.reachable_from_here
    return said.finding.reference


def test_our_own_receiver_is_reachable_from_here_and_no_more(
    sqlite_store: Store, connection: Connection, ours: int, ca: trustme.CA
) -> None:
    said = tried(sqlite_store, connection, wire(ours, ca))
    assert (said.state, said.reachable_from_here, said.finding) == ("here", True, None)
    assert "not been heard" in said.sentence and said.by_https


def test_reachable_from_amazon_is_said_once_its_subscription_request_came(
    sqlite_store: Store, connection: Connection, ours: int, ca: trustme.CA
) -> None:
    with sqlite_store.write() as conn:
        callback = callbacks.add(conn, connection.id or 0, "t" * 43, True, None, 1)
        callbacks.pin(conn, callback, ARN, 1)
    assert tried(sqlite_store, connection, wire(ours, ca)).state == "here", (
        "pinned by us is not heard from Amazon"
    )
    with sqlite_store.write() as conn:
        callbacks.wait(conn, callback, ARN, "token", 2)
    assert tried(sqlite_store, connection, wire(ours, ca)).state == "amazon"


def test_of_a_name_that_leads_both_ways_only_the_public_address_is_asked(
    sqlite_store: Store, connection: Connection, ours: int, ca: trustme.CA
) -> None:
    asked: list[str] = []
    line = wire(ours, ca, "10.0.0.5", "224.0.0.1", "::ffff:127.0.0.1", ABROAD)

    def dial(address: str, port: int, seconds: float) -> socket.socket:
        asked.append(address)
        return line.dial(address, port, seconds)

    assert tried(sqlite_store, connection, replace(line, dial=dial)).state == "here" and asked == [ABROAD]


def test_an_answer_nested_without_end_is_not_ours(
    sqlite_store: Store, connection: Connection, ca: trustme.CA
) -> None:
    said = saying("200 OK", b"[" * 60_000, "Content-Type: application/json")
    with tls_server(ca.issue_cert(NAME), said) as (port, _):
        assert reference(tried(sqlite_store, connection, wire(port, ca))) == "callback-not-ours"


def test_another_installation_is_not_ours(
    sqlite_store: Store, connection: Connection, ca: trustme.CA, tmp_path: Path
) -> None:
    from core.store.engine import open_store
    from core.store.migrate import migrate

    other = open_store(f"sqlite:///{tmp_path / 'other.db'}")
    migrate(other)
    hello.ask(other, moment.now())
    with receiver_over_tls(other, tmp_path, ca) as port:
        said = tried(sqlite_store, connection, wire(port, ca))
    assert reference(said) == "callback-not-ours" and said.state == "no"
    other.close()


@pytest.mark.parametrize(
    ("status", "body", "headers", "expected"),
    [
        ("302 Found", b"", ("Location: https://login.example.com/",), "callback-redirects"),
        ("308 Permanent Redirect", b"", ("Location: /sign-in",), "callback-redirects"),
        ("401 Unauthorized", b"", ("WWW-Authenticate: Basic",), "callback-login"),
        ("403 Forbidden", b"no", (), "callback-login"),
        ("200 OK", b"<form><input type=password></form>", ("Content-Type: text/html",), "callback-login"),
        ("200 OK", b"<h1>It works!</h1>", ("Content-Type: text/html; charset=utf-8",), "callback-not-ours"),
        (
            "200 OK",
            b'{"answer":"' + b"0" * 32 + b'"}',
            ("Content-Type: application/json",),
            "callback-not-ours",
        ),
        ("200 OK", b"[1]", (), "callback-not-ours"),
        ("404 Not Found", b"{}", (), "callback-not-ours"),
        ("405 Method Not Allowed", b"", (), "callback-not-ours"),
        ("502 Bad Gateway", b"<html>nginx</html>", (), "callback-unavailable"),
        ("503 Service Unavailable", b"{}", (), "callback-unavailable"),
    ],
)
def test_what_answers_instead_of_us_is_told_apart(
    sqlite_store: Store, connection: Connection, ca: trustme.CA,
    status: str, body: bytes, headers: tuple[str, ...], expected: str,
) -> None:  # fmt: skip
    with tls_server(ca.issue_cert(NAME), saying(status, body, *headers)) as (port, came):
        said = tried(sqlite_store, connection, wire(port, ca))
    assert reference(said) == expected
    assert len(came) == 1, "nothing is followed, nothing is asked twice"
    assert came[0].startswith(b"POST /sns/hello/") and f"Host: {NAME}".encode() in came[0]


def test_a_chunked_answer_of_a_proxy_is_read(
    sqlite_store: Store, connection: Connection, ca: trustme.CA
) -> None:
    def talk(line: Any, request: bytes) -> None:
        asked = request.split(b" ")[1].rsplit(b"/", 1)[1].decode()
        body = f'{{"answer":"{hello.answer_to(sqlite_store, asked)}"}}'.encode()
        line.sendall(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
        )

    with tls_server(ca.issue_cert(NAME), talk) as (port, _):
        assert tried(sqlite_store, connection, wire(port, ca)).state == "here"


@pytest.mark.parametrize("kind", ["unknown authority", "other name", "ended"])
def test_a_certificate_that_amazon_would_not_trust(
    sqlite_store: Store, connection: Connection, ca: trustme.CA, kind: str
) -> None:
    past = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=2)
    leaf = {
        "unknown authority": lambda: trustme.CA().issue_cert(NAME),
        "other name": lambda: ca.issue_cert("other.example.com"),
        "ended": lambda: ca.issue_cert(NAME, not_before=past - datetime.timedelta(days=9), not_after=past),
    }[kind]()
    with tls_server(leaf, saying("200 OK")) as (port, came):
        said = tried(sqlite_store, connection, wire(port, ca))
    assert reference(said) == "callback-certificate" and not came
    assert said.finding is not None and said.finding.evidence["said"]


def test_plain_http_behind_an_https_address(
    sqlite_store: Store, connection: Connection, ca: trustme.CA
) -> None:
    with tls_server(None, saying("400 Bad Request")) as (port, _):
        assert reference(tried(sqlite_store, connection, wire(port, ca))) == "callback-no-tls"


def test_nobody_listens(sqlite_store: Store, connection: Connection, ca: trustme.CA) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    assert reference(tried(sqlite_store, connection, wire(port, ca))) == "callback-no-answer"


@pytest.mark.parametrize("how", ["silent", "dripping"])
def test_a_server_that_never_ends_does_not_hold_us(
    sqlite_store: Store, connection: Connection, ca: trustme.CA, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    monkeypatch.setattr(callback_check, "PATIENCE", 1.0)

    def talk(line: Any, request: bytes) -> None:
        until = time.monotonic() + 15
        while time.monotonic() < until:
            if how == "dripping":
                line.sendall(b"X")
            time.sleep(0.05)

    with tls_server(ca.issue_cert(NAME), talk) as (port, _):
        said = tried(sqlite_store, connection, wire(port, ca))
    assert reference(said) == "callback-no-answer" and said.seconds < 8


def test_an_answer_without_end_is_cut(sqlite_store: Store, connection: Connection, ca: trustme.CA) -> None:
    def talk(line: Any, request: bytes) -> None:
        line.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
        for _ in range(1000):
            line.sendall(b"<p>x</p>" * 1000)

    with tls_server(ca.issue_cert(NAME), talk) as (port, _):
        assert reference(tried(sqlite_store, connection, wire(port, ca))) == "callback-not-ours"


@pytest.mark.parametrize(
    ("url", "expected", "state"),
    [
        ("", "callback-no-public-url", "none"),
        ("http://mail.example.com", "callback-not-https", "no"),
        ("http://localhost:8501", "callback-localhost", "private"),
        ("https://127.0.0.1", "callback-localhost", "private"),
        ("https://[::1]:8501", "callback-localhost", "private"),
        ("https://desk.localhost", "callback-localhost", "private"),
        ("https://192.168.1.10", "callback-private", "private"),
        ("https://10.0.0.1:8443", "callback-private", "private"),
        ("https://169.254.169.254", "callback-private", "private"),
        ("https://[fd00::1]", "callback-private", "private"),
        ("https://desk.local", "callback-private", "private"),
        ("https://user:secret@192.168.1.10/x", "callback-private", "private"),
    ],
)
def test_addresses_that_need_no_asking(
    sqlite_store: Store, connection: Connection, url: str, expected: str, state: str
) -> None:
    def never(*_: Any) -> Any:
        raise AssertionError("nothing may be asked")

    said = tried(sqlite_store, connection, Wire(never, never), url)
    assert (reference(said), said.state) == (expected, state)
    assert not said.by_https and "secret" not in str(said)


@pytest.mark.parametrize(
    ("leads_to", "expected"),
    [
        (("127.0.0.1",), "callback-localhost"),
        (("10.1.2.3", "fe80::1%eth0"), "callback-private"),
        (("100.64.0.1",), "callback-private"),
    ],
)
def test_a_name_that_leads_inside_goes_to_the_queue(
    sqlite_store: Store, connection: Connection, ca: trustme.CA, leads_to: tuple[str, ...], expected: str
) -> None:
    said = tried(sqlite_store, connection, wire(1, ca, *leads_to))
    assert (reference(said), said.state) == (expected, "private")
    assert said.finding is not None and "queue" in said.finding.steps[0]


def test_a_name_that_leads_nowhere(sqlite_store: Store, connection: Connection) -> None:
    def nowhere(host: str, port: int) -> list[str]:
        raise socket.gaierror(-2, "Name or service not known")

    assert reference(tried(sqlite_store, connection, Wire(nowhere))) == "callback-unresolved"


def test_a_resolver_that_never_answers(
    sqlite_store: Store, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(callback_check, "PATIENCE", 0.3)

    def asleep(host: str, port: int) -> list[str]:
        time.sleep(20)
        return []

    assert reference(tried(sqlite_store, connection, Wire(asleep))) == "callback-unresolved"


def test_a_store_that_cannot_be_written_is_our_side(
    sqlite_store: Store, connection: Connection, ca: trustme.CA, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: Any) -> str:
        raise Unavailable("The store is busy.")

    monkeypatch.setattr(hello, "ask", away)
    assert reference(tried(sqlite_store, connection, wire(1, ca))) == "callback-not-checked"


def test_the_demo_needs_no_public_address(sqlite_store: Store) -> None:
    said = tried(sqlite_store, made(sqlite_store, demo=True), Wire(), "")
    assert said.state == "demo" and said.by_https


def test_the_question_tells_a_stranger_nothing(
    sqlite_store: Store, connection: Connection, ours: int, ca: trustme.CA
) -> None:
    now = moment.now()
    line, where = wire(ours, ca), callback_wire.place(URL)

    def post(asked: str) -> int:
        said = callback_wire.post(where, ["x"], f"/sns/hello/{asked}", line, time.monotonic() + 10)
        return said.status

    good = hello.ask(sqlite_store, now)
    assert post(good) == 200
    ended = hello.ask(sqlite_store, now - hello.LIFE - 1000)
    flipped = good[:-1] + ("0" if good[-1] != "0" else "1")
    for stranger in (
        "",
        "x",
        "0" * 76,
        flipped,
        good + "0",
        good.upper(),
        ended,
        "f" * 12 + good[12:],
        "%00",
    ):
        assert post(stranger) == 404, stranger


def test_only_post_is_answered(server: Any) -> None:
    asked = hello.ask(server.store(), moment.now())
    url = f"{server.url}/sns/hello/{asked}"
    assert fetch(url, "POST", b"{}")[0] == 200
    for method in ("GET", "HEAD", "PUT", "DELETE"):
        assert fetch(url, method)[0] == 404


def test_the_wire_of_everyday_trusts_public_authorities_alone() -> None:
    everyday = Wire()
    assert everyday.trust.check_hostname and everyday.trust.verify_mode.name == "CERT_REQUIRED"
    assert replace(everyday, look_up=lambda h, p: []).dial is callback_wire.dial
