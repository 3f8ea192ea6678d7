"""Test mail to a person carries a way out: our link and headers, or Amazon's own; drills carry none."""

import json
import time
from urllib.parse import urlsplit

import pytest
from amazon import ALICE, BOB, credentials_of
from leaving import FORM, ONE_CLICK
from receiver.receiving import serve

from core.connect import walk
from core.connect.endpoint import recognise
from core.connect.tests import send_test
from core.demo import list_management
from core.demo.mail import Mail
from core.demo.running import Running
from core.desk import Desk
from core.errors import BadInput
from core.events.event import Notification
from core.events.parse import parse
from core.receiver.asgi import Serving
from core.receiver.receiver import Receiver
from core.settings import Settings
from core.store import connections, departures, list_settings, suppressions
from core.store.engine import Store
from core.store.record import record
from core.store.tables import Connection
from core.unsubscribe import amazons, changes
from core.unsubscribe.chosen import Look
from core.vault import open_vault

NOW = 1_800_000_000_000
ADA = "ada@example.com"
WAYS = pytest.mark.parametrize("pasted", ["eu-west-1", "email-smtp.eu-west-1.amazonaws.com"])


@pytest.fixture
def desk(sqlite_store: Store, its_settings: Settings) -> Desk:
    return Desk(sqlite_store, open_vault(its_settings, sqlite_store), its_settings)


def connect(desk: Desk, amazon: Running, pasted: str = "eu-west-1") -> Connection:
    wanted = walk.Wanted(
        "Shop", recognise(pasted), credentials_of(amazon), "news@example.com", "The Shop", demo=True
    )
    return walk.save(desk.store, desk.vault, wanted, ALICE, NOW)


def send(desk: Desk, amazon: Running, connection: Connection, to: str = ADA, scenario: str = "person"):  # type: ignore[no-untyped-def]
    """Send one test, and find the mail at Amazon's."""
    for region in amazon.amazon.world.regions.values():
        region.production = True
    sent = send_test(
        desk.store, desk.vault, desk.settings, connection, scenario, to, "Hello", "Text", BOB, NOW
    )
    assert sent.state == "accepted", sent.finding
    return amazon.amazon.recent[sent.message_id]


@WAYS
def test_a_person_gets_a_link_and_both_headers_and_pressing_works(
    desk: Desk, amazon: Running, pasted: str
) -> None:
    connection = connect(desk, amazon, pasted)
    mail = send(desk, amazon, connection)
    headers = dict(mail.headers)
    url = headers["List-Unsubscribe"].strip("<>")
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert url.startswith("https://mail.example.com/unsubscribe/") and url in mail.text.replace("=\n", "")
    assert "mailto:" not in headers["List-Unsubscribe"] and "ada" not in url
    receiver = Receiver(desk.store, desk.settings)
    with serve(Serving(receiver)) as port:
        import http.client

        wire = http.client.HTTPConnection("127.0.0.1", port)
        wire.request("POST", urlsplit(url).path, ONE_CLICK, {"Content-Type": FORM})
        assert wire.getresponse().status == 200
        wire.close()
    assert list(suppressions.reasons(desk.store, connection.id or 0, ADA)) == ["unsubscribe"]


@WAYS
def test_a_drill_carries_none(desk: Desk, amazon: Running, pasted: str) -> None:
    mail = send(desk, amazon, connect(desk, amazon, pasted), scenario="success")
    assert "List-Unsubscribe" not in dict(mail.headers) and "nsubscribe" not in mail.text


@pytest.mark.parametrize("public_url", ["", "http://mail.example.com"])
def test_without_https_there_is_none(desk: Desk, amazon: Running, public_url: str) -> None:
    mine = Desk(desk.store, desk.vault, desk.settings.model_copy(update={"public_url": public_url}))
    mail = send(mine, amazon, connect(mine, amazon))
    assert "List-Unsubscribe" not in dict(mail.headers) and mail.text.strip() == "Text"


def test_it_can_be_switched_off_and_lead_elsewhere(desk: Desk, amazon: Running) -> None:
    connection = connect(desk, amazon)
    changes.change_page(desk.store, connection, Look(elsewhere="https://brand.example/bye.html"), ALICE, NOW)
    mail = send(desk, amazon, connection)
    assert "https://brand.example/bye.html?t=" in mail.text
    assert "mail.example.com/unsubscribe/" in dict(mail.headers)["List-Unsubscribe"]
    changes.change_page(desk.store, connection, Look(on_tests=False), ALICE, NOW)
    assert "List-Unsubscribe" not in dict(send(desk, amazon, connection, "bob@example.com").headers)


def test_lost_link_keys_stop_a_test_with_a_sentence(desk: Desk, amazon: Running) -> None:
    connection = connect(desk, amazon)
    send(desk, amazon, connection)
    (desk.settings.folder / "link.keys").unlink()
    with pytest.raises(BadInput, match="is gone"):
        send(desk, amazon, connection, "bob@example.com")


@WAYS
def test_amazons_own_management_writes_the_link_and_what_it_is_told_counts_here(
    desk: Desk, amazon: Running, pasted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection = connect(desk, amazon, pasted)
    changes.add_group(desk.store, connection, "news", "Newsletter", ALICE, NOW)
    there = amazons.there(desk, connection, ALICE)
    if there is None:
        there = amazons.make(desk, connection, "people", ALICE, NOW)
    assert amazons.there(desk, connection, ALICE) == there and there.topics == ("news",)
    changes.let_amazon(desk.store, connection, there.name, "", ALICE, NOW)
    mail = send(desk, amazon, connection)
    assert (mail.contact_list, mail.contact_topic) == ("people", "")
    assert "{{amazonSESUnsubscribeUrl}}" not in mail.text and "/unsubscribe/" in mail.text
    assert (
        "List-Unsubscribe" in dict(mail.headers)
        and "mail.example.com" not in dict(mail.headers)["List-Unsubscribe"]
    )
    region = amazon.amazon.region("eu-west-1")
    heard: list[str] = []

    def hear(amazon: object, region: object, mail: Mail, kind: str, body: dict[str, object]) -> None:
        told = {
            "messageId": mail.message_id,
            "timestamp": "2026-11-02T12:00:00.000Z",
            "destination": mail.destination,
        }
        if kind == "Subscription":  # the mail itself is told of as well, when its time has come
            heard.append(json.dumps({"eventType": kind, "mail": told, "subscription": body}))

    monkeypatch.setattr(list_management.telling, "tell", hear)
    for state in ("OPT_OUT", "OPT_IN"):
        with amazon.amazon.lock:
            list_management.wish(amazon.amazon, region, mail, state, "PreferencePage", everything=True)
        time.sleep(0.01)  # Amazon's clock must move on
    assert len(heard) == 2
    for number, message in enumerate(heard):
        one = Notification(connection.id or 0, None, f"sns-{number}", None, message, NOW, NOW, "2")
        with desk.store.write() as conn:
            record(conn, [(one, parse(one))])
        assert departures.left_all(desk.store, connection.id or 0, ADA) == (number == 0)


def test_a_connection_keeps_its_own_choice(desk: Desk, amazon: Running) -> None:
    connection = connect(desk, amazon)
    with desk.store.write() as conn:
        list_settings.change(conn, connection.id or 0, 1, contact_list="nowhere")
    for region in amazon.amazon.world.regions.values():
        region.production = True
    sent = send_test(
        desk.store, desk.vault, desk.settings, connection, "person", ADA, "Hello", "Text", BOB, NOW
    )
    assert sent.state == "refused" and connections.by_id(desk.store, connection.id or 0)
