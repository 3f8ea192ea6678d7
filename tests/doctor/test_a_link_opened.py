"""An unsubscribe link opened over TLS at a public name: the real receiver, and all that may stand in its place."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme
from drilling import Yard
from public_address import NAME, receiver_over_tls, saying, tls_server, wire

from core import moment
from core.connect import access
from core.desk import Desk
from core.doctor import unsubscribe
from core.doctor.line import Line
from core.doctor.patient import Patient
from core.setup.callback_wire import Wire
from core.store import list_settings
from core.unsubscribe.chosen import Look


@pytest.fixture(scope="module")
def ca() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def ours(ground: Yard, ca: trustme.CA) -> Iterator[int]:
    with receiver_over_tls(ground.desk.store, ground.desk.settings.folder, ca) as port:
        yield port


def page(ground: Yard, line: Wire, url: str = f"https://{NAME}") -> Line:
    settings = ground.desk.settings.model_copy(update={"public_url": url})
    desk = Desk(ground.desk.store, ground.desk.vault, settings)
    way = access.of(desk.store, desk.vault, settings, ground.connection)
    lines = unsubscribe.check(Patient(desk, ground.connection, way, moment.now()), line)
    return {said.key: said for said in lines if said.ended}["page"]


def reference(line: Line) -> str:
    assert line.state == "fail" and line.finding is not None and line.finding.known and line.finding.steps
    assert line.finding.title in line.sentence and not line.facts.get("opened")
    return line.finding.reference


def departures(ground: Yard) -> int:
    with ground.desk.store.read() as conn:
        return sum(
            conn.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one()
            for table in ("suppressions", "departures")
        )


def test_our_own_page_knows_the_link_and_nothing_is_changed(ground: Yard, ours: int, ca: trustme.CA) -> None:
    before = departures(ground)
    seen = page(ground, wire(ours, ca))
    assert seen.state == "ok" and seen.facts == {"opened": True} and "was opened" in seen.sentence
    assert departures(ground) == before


def test_a_receiver_without_our_keys_shows_a_page_that_stops_nothing(
    ground: Yard, ca: trustme.CA, tmp_path: Path
) -> None:
    apart = tmp_path / "apart"
    apart.mkdir()
    with receiver_over_tls(ground.desk.store, apart, ca) as port:
        assert reference(page(ground, wire(port, ca))) == "unsubscribe-link-unknown"


def test_a_page_of_their_own_is_not_said_to_be_opened(ground: Yard, ours: int, ca: trustme.CA) -> None:
    with ground.desk.store.write() as conn:
        look = Look(elsewhere="https://shop.example.com/bye").as_json()
        list_settings.change(conn, ground.number, moment.now(), page=look)
    seen = page(ground, wire(ours, ca))
    assert seen.state == "ok" and seen.facts == {"opened": False} and "was not opened" in seen.sentence


@pytest.mark.parametrize(
    ("status", "body", "headers", "expected"),
    [
        ("302 Found", b"", ("Location: https://login.example.com/",), "unsubscribe-redirects"),
        ("401 Unauthorized", b"", (), "callback-login"),
        ("200 OK", b"<form><input type=password></form>", ("Content-Type: text/html",), "callback-login"),
        ("200 OK", b"<form method=post>Unsubscribe</form>", ("Content-Type: text/html",), "unsubscribe-not-ours"),
        ("200 OK", b"<form>", ("Content-Type: text/html", "X-SES-Desk: " + "0" * 32), "unsubscribe-not-ours"),
        ("404 Not Found", b"{}", (), "unsubscribe-not-ours"),
        ("502 Bad Gateway", b"<html>nginx</html>", ("Content-Type: text/html",), "callback-unavailable"),
    ],
)  # fmt: skip
def test_what_stands_in_place_of_our_page_is_told_apart(
    ground: Yard, ca: trustme.CA, status: str, body: bytes, headers: tuple[str, ...], expected: str
) -> None:
    with tls_server(ca.issue_cert(NAME), saying(status, body, *headers)) as (port, came):
        assert reference(page(ground, wire(port, ca))) == expected
    assert len(came) == 1, "nothing is followed, nothing is asked twice"
    assert came[0].startswith(b"GET /unsubscribe/") and b"POST" not in came[0]


def test_a_certificate_that_browsers_warn_of(ground: Yard, ca: trustme.CA) -> None:
    with tls_server(trustme.CA().issue_cert(NAME), saying("200 OK")) as (port, came):
        assert reference(page(ground, wire(port, ca))) == "unsubscribe-certificate" and not came


def test_a_name_that_leads_inside_is_never_asked(ground: Yard, ca: trustme.CA) -> None:
    with tls_server(ca.issue_cert(NAME), saying("200 OK")) as (port, came):
        assert reference(page(ground, wire(port, ca, "10.0.0.5"))) == "unsubscribe-not-public" and not came


def test_a_stranger_learns_nothing_of_a_link(ground: Yard, ours: int, ca: trustme.CA) -> None:
    from core.in_time import ends
    from core.setup import callback_wire

    where = callback_wire.place(f"https://{NAME}")
    for query in ("", "?hello=", "?hello=" + "0" * 76, "?again&hello=x"):
        said = callback_wire.get(where, ["x"], f"/unsubscribe/anything{query}", wire(ours, ca), ends(10))
        assert said.status == 200 and "x-ses-desk" not in said.headers
