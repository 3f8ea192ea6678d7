"""Signing certificates: what they must be, where they are had from, and what happens when they cannot be had."""

import asyncio
import gc
import socket
import ssl
import threading
import time
import traceback
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from receiving import Desk, Line, desk
from sns_signer import Signer, ses_event

from core import moment
from core.receiver.certificates import Certificates
from core.receiver.download import download
from core.receiver.refused import Refused
from core.receiver.regions import REGIONS
from core.store import certificates as kept
from core.store import connections
from core.store.engine import Store
from core.watch import feed

NOW = datetime.now(UTC)
DAY = timedelta(days=1)
EU = REGIONS["eu-west-1"]


def other(name: str, **how: object) -> Signer:
    return Signer(file=f"SimpleNotificationService-{name}.pem", **how)  # type: ignore[arg-type]


def elliptic(signer: Signer) -> str:
    key = ec.generate_private_key(ec.SECP256R1())
    made = (
        x509.CertificateBuilder().subject_name(signer.certificate.subject).issuer_name(signer.certificate.subject)
        .public_key(key.public_key()).serial_number(7).not_valid_before(NOW - DAY).not_valid_after(NOW + DAY)
    )  # fmt: skip
    return made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()


BAD = {
    "made out to its host": (other("a", common_name="sns.eu-west-1.amazonaws.com"), None),
    "made out to a stranger": (other("b", common_name="sns.amazonaws.com.evil.example"), None),
    "made out to a wildcard": (other("c", common_name="*.amazonaws.com"), None),
    "made out to nobody": (other("d", common_name=""), None),
    "of a region with its own name": (other("e", common_name="sns-signing.eu-west-1.amazonaws.com"), None),
    "1024 bits": (other("f", bits=1024), None),
    "two certificates": (other("g"), lambda signer: signer.pem + signer.pem),
    "words before it": (other("h"), lambda signer: "Bag Attributes\n" + signer.pem),
    "words after it": (other("i"), lambda signer: signer.pem + "x"),
    "no certificate": (other("j"), lambda signer: "hello"),
    "an elliptic key": (other("l"), elliptic),
    "a key beside it": (other("m"), lambda signer: signer.pem + "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n"),
    "a damaged block": (other("n"), lambda signer: signer.pem.replace("MII", "AAA", 1)),
    "not yet valid": (other("o", not_before=NOW + DAY), None),
    "ended before the message": (other("p", not_before=NOW - 9 * DAY, not_after=NOW - DAY), None),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_bad_certificate_in_the_folder_is_refused(office_store: Store, tmp_path: Path, name: str) -> None:
    signer, bend = BAD[name]
    folder = signer.save(tmp_path)
    if bend:
        (folder / signer.file).write_text(bend(signer))
    with desk(office_store, folder, signer) as running:
        line = running.line()
        answer = running.post(line, signer.notification(line.arn, ses_event()))
        assert (answer.status, answer.code) == (403, "certificate"), answer.body
        assert running.fetched == []
        assert running.count("notifications", line) == 0


@pytest.mark.parametrize("length", [0, 27, 600])
def test_a_certificate_that_is_being_written_into_the_folder_is_awaited(
    office_store: Store, tmp_path: Path, length: int
) -> None:
    signer = other(f"cut{length}")
    folder = signer.save(tmp_path)
    (folder / signer.file).write_text(signer.pem[:length])
    with desk(office_store, folder, signer) as running:
        line = running.line()
        message = signer.notification(line.arn, ses_event())
        answer = running.post(line, message)
        assert (answer.status, answer.code) == (503, "certificate-unavailable"), answer.body
        signer.save(tmp_path)
        assert running.post(line, message).status == 200


def test_the_name_may_stand_in_the_alternative_names(post_office: Desk, line: Line) -> None:
    signer = other("san", common_name="", alternative_names=("example.com", "sns.amazonaws.com"))
    post_office.served[signer.url] = signer.pem
    assert post_office.post(line, signer.notification(line.arn, ses_event())).status == 200


def test_a_dead_letter_may_be_up_to_30_days_younger_than_its_certificates_end(
    post_office: Desk, line: Line
) -> None:
    for days, status in ((29, 200), (31, 403)):
        signer = other(f"old{days}", not_before=NOW - 365 * DAY, not_after=NOW - days * DAY)
        post_office.served[signer.url] = signer.pem
        message = signer.notification(line.arn, ses_event(), at=NOW - days * DAY - timedelta(hours=1))
        assert post_office.post(line, message).status == status


def test_a_downloaded_certificate_is_kept_in_the_store_and_asked_for_once(office_store: Store) -> None:
    signer = other("kept")
    with desk(office_store, None, signer) as first:
        first.served[signer.url] = signer.pem
        line = first.line()
        threads = [
            threading.Thread(target=lambda: first.post(line, signer.notification(line.arn, ses_event())))
            for _ in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert first.count("notifications", line) == 8
        assert first.fetched == [signer.url]
    assert kept.get(office_store, signer.url) == signer.pem
    with desk(office_store, None, signer) as second:
        line = second.line()
        assert second.post(line, signer.notification(line.arn, ses_event())).status == 200
        assert second.fetched == []


def test_an_unreachable_host_is_503_and_remembered_for_30_seconds(office_store: Store) -> None:
    clock, asked, served = [0.0], [], [False]
    signer = other("away")

    async def fetch(url: str) -> str:
        asked.append(url)
        if not served[0]:
            raise OSError("no route")
        return signer.pem

    async def story() -> None:
        found = Certificates(office_store, None, fetch, lambda: clock[0])
        for _ in range(3):
            with pytest.raises(Refused) as refused:
                await found.find(signer.url, EU)
            assert refused.value.status == 503
        assert len(asked) == 1
        clock[0], served[0] = 29.9, True
        with pytest.raises(Refused):
            await found.find(signer.url, EU)
        clock[0] = 30.1
        certificate = await found.find(signer.url, EU)
        assert "sns.amazonaws.com" in certificate.names
        assert len(asked) == 2

    asyncio.run(story())


def test_a_failure_that_is_remembered_keeps_no_request_that_it_refused(office_store: Store) -> None:
    clock, bodies = [0.0], weakref.WeakSet[Body]()

    async def fetch(url: str) -> str:
        raise OSError("no route")

    async def post(found: Certificates, url: str, body: Body) -> tuple[object, ...]:
        bodies.add(body)
        try:
            await found.find(url, EU)
        except Refused as refused:
            frames = len(list(traceback.walk_tb(refused.__traceback__)))
            return refused.status, refused.code, refused.message, refused.field, frames
        raise AssertionError("it was had")

    async def story() -> None:
        found = Certificates(office_store, None, fetch, lambda: clock[0])
        first = await post(found, other("away2").url, Body())
        again = {await post(found, other("away2").url, Body()) for _ in range(9)}
        assert len(again) == 1 and again.pop()[:4] == first[:4]
        await asyncio.sleep(0)  # the loop lets go of the wake-up
        gc.collect()
        assert len(bodies) == 0
        clock[0] = 30.1
        await asyncio.gather(*(post(found, other("away2").url, Body()) for _ in range(9)))
        await asyncio.sleep(0)  # the loop lets go of the wake-up
        gc.collect()
        assert len(bodies) == 0

    asyncio.run(story())


class Body:
    """What a request holds while it is answered."""


def test_a_503_for_a_certificate_says_when_to_come_again(post_office: Desk, line: Line) -> None:
    signer = other("nowhere")
    answer = post_office.post(line, signer.notification(line.arn, ses_event()))
    assert (answer.status, answer.headers["retry-after"]) == (503, "30")
    assert post_office.findings(line) == {"certificate-unavailable"}


def test_the_finding_about_a_certificate_ends_with_the_next_event_that_comes_in(
    post_office: Desk, line: Line
) -> None:
    post_office.post(line, other("elsewhere").notification(line.arn, ses_event()))
    assert post_office.findings(line) == {"certificate-unavailable"}
    connection = connections.by_id(post_office.store, line.connection_id)
    assert connection is not None
    feed.listen_for(post_office.store, connection, moment.now())
    assert post_office.findings(line) == {"certificate-unavailable"}
    time.sleep(0.005)
    assert post_office.post(line, post_office.signer.notification(line.arn, ses_event())).status == 200
    feed.listen_for(post_office.store, connection, moment.now())
    assert post_office.findings(line) == set()


def test_many_unknown_certificates_do_not_become_many_requests(office_store: Store) -> None:
    asked: list[str] = []

    async def fetch(url: str) -> str:
        asked.append(url)
        raise OSError("404")

    async def story() -> None:
        found = Certificates(office_store, None, fetch)
        for number in range(500):
            with pytest.raises(Refused) as refused:
                await found.find(other(f"x{number}").url, EU)
            assert refused.value.status == 503

    asyncio.run(story())
    assert len(asked) <= 64


def test_what_comes_from_the_host_and_is_wrong_is_never_kept(office_store: Store) -> None:
    signer = other("wrong", common_name="evil.example")
    with desk(office_store, None, signer) as running:
        running.served[signer.url] = signer.pem
        line = running.line()
        assert running.post(line, signer.notification(line.arn, ses_event())).status == 403
    assert kept.get(office_store, signer.url) is None


def test_the_demos_certificate_counts_for_its_own_topic_alone(post_office: Desk, line: Line) -> None:
    demo = Signer(number=2, file="SimpleNotificationService-demo.pem")
    office_signer, post_office.signer = post_office.signer, demo
    try:
        demo_line, demo_too = post_office.line(demo=True), post_office.line()
    finally:
        post_office.signer = office_signer
    assert post_office.post(demo_line, demo.notification(demo_line.arn, ses_event())).status == 200
    assert post_office.rows("notifications", demo_line)[0]["flags"] & 4
    posed = [
        (line, demo.notification(line.arn, ses_event())),
        (demo_too, demo.notification(demo_too.arn, ses_event())),
        (line, demo.notification(demo_line.arn, ses_event())),
        (demo_line, demo.notification(line.arn, ses_event())),
    ]
    for target, message in posed:
        assert post_office.post(target, message).status in (403, 503)
        assert post_office.count("notifications", target) == (1 if target is demo_line else 0)
    assert kept.get(post_office.store, demo.url) is None
    genuine = post_office.signer.notification(demo_line.arn, ses_event())
    assert post_office.post(demo_line, genuine).status == 403  # and the other way round


@contextmanager
def host(
    answer: Callable[[socket.socket], None], name: str = "sns.eu-west-1.amazonaws.com"
) -> Iterator[tuple[tuple[str, int], ssl.SSLContext]]:
    """Amazon's certificate host on loopback, with TLS of a CA of our own."""
    authority = trustme.CA()
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(server)
    client = ssl.create_default_context()
    authority.configure_trust(client)
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                raw, _ = listener.accept()
            except OSError:
                return
            try:
                with server.wrap_socket(raw, server_side=True) as wire:
                    wire.recv(4096)
                    answer(wire)
            except OSError:
                continue

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield listener.getsockname()[:2], client
    finally:
        listener.close()


def says(text: bytes) -> Callable[[socket.socket], None]:
    return lambda wire: wire.sendall(text)


URL = other("tls").url
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"


def test_a_certificate_comes_over_tls_of_the_exact_host() -> None:
    with host(says(OK)) as (where, trust):
        assert asyncio.run(download(URL, context=trust, connect_to=where)) == "hello"
        with pytest.raises(OSError):
            asyncio.run(download(URL, connect_to=where))  # a CA nobody trusts
    with host(says(OK), "sns.us-east-1.amazonaws.com") as (where, trust), pytest.raises(OSError):
        asyncio.run(download(URL, context=trust, connect_to=where))


def test_a_chunked_answer_is_fine() -> None:
    with host(says(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n")) as (
        where,
        trust,
    ):
        assert asyncio.run(download(URL, context=trust, connect_to=where)) == "hello"


@pytest.mark.parametrize(
    "answer",
    [
        b"", b"hello", b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", b"HTTP/1.1 500 No\r\nContent-Length: 5\r\n\r\nhello",
        b"HTTP/1.1 302 Found\r\nLocation: https://evil.example/\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 301 Moved\r\nLocation: http://127.0.0.1/x.pem\r\nContent-Length: 5\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nContent-Length: 70000\r\n\r\n" + b"x" * 70000, b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 200000,
        b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nhello", b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nh\xc3\xa9ll",
        b"HTTP/1.1 204 None\r\n\r\n",
    ],
)  # fmt: skip
def test_anything_but_a_small_200_is_not_to_be_had(answer: bytes) -> None:
    with host(says(answer)) as (where, trust), pytest.raises(OSError):
        asyncio.run(download(URL, context=trust, connect_to=where))


def test_a_host_that_says_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.receiver.download.SECONDS", 0.3)
    waiting = threading.Event()
    with (
        host(lambda wire: (waiting.wait(5), None)[1]) as (where, trust),
        pytest.raises(OSError, match="seconds"),
    ):
        asyncio.run(download(URL, context=trust, connect_to=where))
    waiting.set()
