"""Listening: one callback URL, requests that wait, and Confirm, which pins a topic and tells Amazon by API."""

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import sqlalchemy as sa
from amazon import ALICE, BOB, credentials_of

from core.aws import topics
from core.aws.access import Access
from core.aws.credentials import Credentials
from core.connect import listen, walk
from core.connect.endpoint import recognise
from core.demo.running import Running
from core.errors import NotAllowed, NotFound
from core.settings import Settings
from core.store import callbacks, connections, findings
from core.store.engine import Store
from core.store.tables import Connection
from core.vault import Vault

NOW = 1_800_000_000_000


@pytest.fixture
def shop(amazon: Running, store: Store, vault: Vault) -> Connection:
    wanted = walk.Wanted(
        "Shop",
        recognise("eu-west-1"),
        credentials_of(amazon),
        "news@example.com",
        account_id="000000000000",
        demo=True,
    )
    return walk.save(store, vault, wanted, ALICE, NOW)


@pytest.fixture(scope="module")
def ear() -> Iterator[tuple[str, list[dict[str, str]]]]:
    """A loopback endpoint and what was posted to it."""
    heard: list[dict[str, str]] = []

    class Ear(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Ear)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/", heard
    server.shutdown()


def asked(way: Access, ear: tuple[str, list[dict[str, str]]], name: str) -> tuple[str, str]:
    """A subscription that Amazon wants confirmed: the topic's ARN and the token it posted."""
    url, heard = ear
    sns = way.client("sns")
    arn = sns.create_topic(Name=name)["TopicArn"]
    sns.subscribe(TopicArn=arn, Protocol="http", Endpoint=url)
    until = time.monotonic() + 10
    while time.monotonic() < until:
        for said in heard:
            if said["TopicArn"] == arn:
                return arn, said["Token"]
        time.sleep(0.02)
    raise AssertionError("no request came")


def waiting(
    store: Store, vault: Vault, settings: Settings, shop: Connection, arn: str, token: str, now: int = NOW
) -> int:
    shown = listen.callback(store, vault, settings, shop, ALICE, now)
    with store.write() as conn:
        callbacks.wait(conn, shown.callback_id, arn, token, now)
    return next(one.topic_id for one in listen.requests(store, shop) if one.arn == arn)


def test_the_callback_url_is_made_once_and_shown_again(
    store: Store, vault: Vault, its_settings: Settings, shop: Connection
) -> None:
    real = shop.model_copy(update={"demo": False})
    first = listen.callback(store, vault, its_settings, real, ALICE, NOW)
    assert first.url == f"https://mail.example.com{first.path}" and len(first.path) > 40
    assert listen.callback(store, vault, its_settings, real, ALICE, NOW + 1) == first
    found = callbacks.find(store, first.path.removeprefix("/sns/"))
    assert found is not None and found.open and found.connection_id == shop.id


def test_without_a_public_url_there_is_a_path_only(
    store: Store, vault: Vault, its_settings: Settings, shop: Connection
) -> None:
    real, inside = shop.model_copy(update={"demo": False}), its_settings.model_copy(update={"public_url": ""})
    assert listen.callback(store, vault, inside, real, ALICE, NOW).url is None


def test_the_token_stands_nowhere_readable(
    store: Store, vault: Vault, its_settings: Settings, shop: Connection
) -> None:
    token = listen.callback(store, vault, its_settings, shop, ALICE, NOW).path.removeprefix("/sns/")
    with store.read() as conn:
        kept = "".join(
            str(tuple(row))
            for name in ("callbacks", "audit")
            for row in conn.execute(sa.text(f"SELECT * FROM {name}"))
        )
    assert token not in kept


def test_confirm_pins_the_topic_and_tells_amazon(
    store: Store,
    vault: Vault,
    its_settings: Settings,
    shop: Connection,
    way: Access,
    ear: tuple[str, list[dict[str, str]]],
) -> None:
    arn, token = asked(way, ear, f"pinned-{store.dialect}")
    topic_id = waiting(store, vault, its_settings, shop, arn, token)
    before = listen.requests(store, shop)[0]
    assert (before.state, before.confirmed, before.foreign, before.expires_at) == (
        "waiting",
        False,
        False,
        NOW + callbacks.TOKEN_LIFE,
    )
    done = listen.confirm(store, vault, its_settings, shop, topic_id, ALICE, NOW + 1)
    assert done.finding is None and done.subscription_arn and done.subscription_arn.startswith(arn)
    after = listen.requests(store, shop)[0]
    assert (after.state, after.confirmed, after.expires_at) == ("pinned", True, None)
    kept = connections.by_id(store, shop.id or 0)
    assert kept is not None and "listen" in walk.done(kept)
    said = way.client("sns").get_subscription_attributes(SubscriptionArn=done.subscription_arn)["Attributes"]
    assert said["ConfirmationWasAuthenticated"] == "true"
    assert listen.confirm(store, vault, its_settings, shop, topic_id, ALICE, NOW + 2).finding is None


def test_broken_off_while_it_is_written_down_a_confirmation_can_be_had_again_and_ends_the_step(
    store: Store, vault: Vault, its_settings: Settings, shop: Connection, way: Access,
    ear: tuple[str, list[dict[str, str]]], monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    arn, token = asked(way, ear, f"broken-{store.dialect}")
    topic_id = waiting(store, vault, its_settings, shop, arn, token)
    with monkeypatch.context() as patch:
        patch.setattr(connections, "note_step", broken)
        with pytest.raises(ZeroDivisionError):
            listen.confirm(store, vault, its_settings, shop, topic_id, ALICE, NOW)
    request = listen.requests(store, shop)[0]
    assert (request.state, request.confirmed) == ("pinned", False) and request.expires_at, (
        "the button is still there"
    )
    assert listen.confirm(store, vault, its_settings, shop, topic_id, ALICE, NOW + 1).finding is None
    kept = connections.by_id(store, shop.id or 0)
    assert kept is not None and "listen" in walk.done(kept) and listen.requests(store, shop)[0].confirmed


def broken(*_: object) -> None:
    raise ZeroDivisionError


def test_several_topics_may_be_pinned(
    store: Store,
    vault: Vault,
    its_settings: Settings,
    shop: Connection,
    way: Access,
    ear: tuple[str, list[dict[str, str]]],
) -> None:
    for name in ("bounces", "complaints"):
        arn, token = asked(way, ear, f"{name}-{store.dialect}")
        topic_id = waiting(store, vault, its_settings, shop, arn, token)
        assert listen.confirm(store, vault, its_settings, shop, topic_id, ALICE, NOW).finding is None
    assert [one.state for one in listen.requests(store, shop)] == ["pinned", "pinned"]


def test_when_amazon_refuses_the_topic_stays_pinned_and_it_can_be_tried_again(
    amazon: Running, store: Store, vault: Vault, its_settings: Settings, shop: Connection, way: Access,
    ear: tuple[str, list[dict[str, str]]],
) -> None:  # fmt: skip
    arn, token = asked(way, ear, f"again-{store.dialect}")
    topic_id = waiting(store, vault, its_settings, shop, arn, token)
    amazon.amazon.faults.add(
        {"name": "denied", "service": "sns", "action": "ConfirmSubscription", "count": 1}
    )
    refused = listen.confirm(store, vault, its_settings, shop, topic_id, ALICE, NOW)
    assert refused.finding is not None and refused.finding.reference == "permission-missing"
    assert listen.requests(store, shop)[0].state == "pinned" and not listen.requests(store, shop)[0].confirmed
    assert [row.reference for row in findings.standing(store, [shop.id or 0])] == [listen.UNCONFIRMED]
    assert listen.confirm(store, vault, its_settings, shop, topic_id, ALICE, NOW + 1).finding is None
    assert findings.standing(store, [shop.id or 0]) == []


@pytest.mark.parametrize("later", [0, 48 * 3_600_000 + 1])
def test_a_token_that_is_used_up_or_too_old_says_what_to_do(
    store: Store, vault: Vault, its_settings: Settings, shop: Connection, later: int
) -> None:
    arn = "arn:aws:sns:eu-west-1:000000000000:nobody"
    topic_id = waiting(store, vault, its_settings, shop, arn, "f" * 64)
    done = listen.confirm(store, vault, its_settings, shop, topic_id, ALICE, NOW + later)
    assert (
        done.finding is not None
        and done.finding.reference in ("token-not-taken", "topic-missing")
        and done.finding.steps
    )


def test_a_topic_of_another_account_or_region_is_marked(
    store: Store, vault: Vault, its_settings: Settings, shop: Connection
) -> None:
    for arn in ("arn:aws:sns:eu-west-1:999999999999:theirs", "arn:aws:sns:us-east-1:000000000000:far"):
        waiting(store, vault, its_settings, shop, arn, "t" * 40)
    assert [one.foreign for one in listen.requests(store, shop)] == [True, True]


def test_only_an_admin_sees_the_url_or_confirms(
    store: Store, vault: Vault, its_settings: Settings, shop: Connection
) -> None:
    topic_id = waiting(store, vault, its_settings, shop, "arn:aws:sns:eu-west-1:000000000000:t", "t" * 40)
    with pytest.raises(NotAllowed):
        listen.callback(store, vault, its_settings, shop, BOB, NOW)
    with pytest.raises(NotAllowed):
        listen.confirm(store, vault, its_settings, shop, topic_id, BOB, NOW)
    assert listen.requests(store, shop)[0].state == "waiting"


def test_a_request_of_another_connection_cannot_be_confirmed_here(
    amazon: Running, store: Store, vault: Vault, its_settings: Settings, shop: Connection
) -> None:
    wanted = walk.Wanted(
        "Other", recognise("eu-west-1"), credentials_of(amazon), "news@example.com", demo=True
    )
    other = walk.save(store, vault, wanted, ALICE, NOW)
    topic_id = waiting(store, vault, its_settings, other, "arn:aws:sns:eu-west-1:000000000000:t", "t" * 40)
    with pytest.raises(NotFound):
        listen.confirm(store, vault, its_settings, shop, topic_id, ALICE, NOW)


def test_without_keys_the_token_alone_confirms(way: Access, ear: tuple[str, list[dict[str, str]]]) -> None:
    arn, token = asked(way, ear, "unsigned")
    bare = Access(Credentials("keys"), "eu-west-1", endpoint_url=way.endpoint_url)
    assert topics.confirm(bare, arn, token).startswith(arn)
