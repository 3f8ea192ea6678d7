"""The queues on the set-up's screen: how each fares, what they prove, what was put aside, in a browser and without one."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from amazon import ALICE, credentials_of
from servers import Server, settled, shot
from shops import Shop, bounce, until

from core import lifespan, moment
from core.aws.access import Access
from core.connect import walk
from core.connect.endpoint import recognise
from core.demo.running import Running
from core.errors import Unavailable
from core.settings import Settings
from core.store import poison, queues
from core.store.tables import Queue
from core.vault import open_vault
from core.worker import dead_letters
from core.worker.round import once

ARN = "arn:aws:sqs:eu-west-1:000000000000:ses-desk-{}"


@pytest.fixture
def own_desk(shop: Shop) -> Any:
    """Screens work with the shop's desk."""
    from servers import add_cast

    add_cast(shop.store)
    lifespan.use(shop.desk)
    yield shop.desk
    lifespan.use(None)


def words(test: Any) -> str:
    return "\n".join(
        str(each.value)
        for kind in ("markdown", "caption", "success", "error", "warning")
        for each in getattr(test, kind)
    )


def look(screen: Callable[..., Any]) -> Any:
    return screen("setup.py", "alice", connection="Shop", ways="Queues").run()


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_without_a_queue_the_screen_says_what_one_is_for(shop: Shop, screen: Callable[..., Any]) -> None:
    test = look(screen)
    assert not test.exception and "Nothing is fetched from a queue" in words(test)


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_a_queue_shows_how_it_fares_and_an_admin_takes_in_what_was_put_aside(
    shop: Shop, screen: Callable[..., Any]
) -> None:
    queue = shop.read_from_now_on(by_hand=True, topics=["arn:aws:sns:eu-west-1:000000000000:other"])
    shop.publish(bounce(recipient="ann@example.org"))
    once(shop.store, queue, shop.line, 1)
    test = look(screen)
    assert (
        shop.name in words(test)
        and "may not report here" in words(test)
        and "Put aside: 1 message" in words(test)
    )
    kept = poison.of_connection(shop.store, shop.connection.id or 0)[0]
    test.button(key=f"again-{kept.id}").click().run()
    assert "may not report here" in "".join(str(each.value) for each in test.error)
    with shop.store.write() as conn:
        queues.add(
            conn,
            shop.connection.id or 0,
            shop.arn,
            shop.url,
            "events",
            0,
            by_hand=True,
            demo=True,
            topics=[shop.topic],
        )
    look(screen).button(key=f"again-{kept.id}").click().run()
    assert shop.bounced() == 1 and poison.of_connection(shop.store, shop.connection.id or 0) == []
    test = look(screen)
    test.button(key=f"leave-{queue.id}").click().run()
    assert not test.exception and queues.all(shop.store) == [] and "left alone" in words(test)


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_dead_letters_are_read_when_somebody_asks(shop: Shop, screen: Callable[..., Any]) -> None:
    shop.pin()
    queue = shop.read_from_now_on(queues.DEAD_LETTERS)
    shop.publish(bounce(), bounce())
    test = look(screen)
    test.button(key=f"drain-{queue.id}").click().run()
    assert not test.exception and "2 messages came." in words(test) and shop.bounced() == 2


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_what_stops_the_reading_is_said_until_it_is_tried_again(
    shop: Shop, screen: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: Any) -> int:
        raise Unavailable("The database is busy.")

    queue = shop.read_from_now_on(queues.DEAD_LETTERS)
    test = look(screen)
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(dead_letters, "drain_now", busy)
        test.button(key=f"drain-{queue.id}").click().run()
    assert "The database is busy." in words(test)
    assert "The database is busy." in words(test.run())
    test.button(key=f"drain-{queue.id}").click().run()
    assert not test.exception and "The database is busy." not in words(test)


def _asked(queue: Queue | None) -> bool:
    return queue is not None and bool(queue.polled_at or queue.trouble)


def planted(server: Server, running: Running, way: Access) -> None:
    """A connection to the test's own Amazon with three queues: one with mail in it, dead letters, and one that is gone."""
    store = server.store()
    chosen = Settings(data_dir=server.data, allow_custom_endpoints=True, _env_file=None)
    now, vault = moment.now(), open_vault(chosen, store)
    elsewhere = replace(recognise("eu-west-1"), host=running.demo.endpoint_url)
    wanted = walk.Wanted("Queues", elsewhere, credentials_of(running), "news@example.com", account_id="000000000000")  # fmt: skip
    connection = walk.save(store, vault, wanted, ALICE, now)
    sqs, mark = way.client("sqs"), uuid4().hex[:6]
    with store.write() as conn:
        for name, kind in (("events", queues.EVENTS), ("dead-letters", queues.DEAD_LETTERS), ("gone", queues.EVENTS)):  # fmt: skip
            url = sqs.create_queue(QueueName=f"ses-desk-{name}-{mark}")["QueueUrl"]
            queues.add(
                conn, connection.id or 0, ARN.format(f"{name}-{mark}"), url, kind, now, by_hand=name == "gone"
            )
    sqs.delete_queue(QueueUrl=url)
    for body in ('{"hello": "<b>[x](http://evil.example)</b>"}', "x" * 5000, json.dumps(bounce())):
        sqs.send_message(
            QueueUrl=sqs.get_queue_url(QueueName=f"ses-desk-events-{mark}")["QueueUrl"], MessageBody=body
        )
    events = [one for one in queues.all(store) if one.kind == queues.EVENTS]
    until(lambda: all(_asked(queues.by_id(store, one.id or 0)) for one in events), 60)
    until(lambda: len(poison.of_connection(store, connection.id or 0)) == 2, 60)
    store.close()


@pytest.mark.browser
@pytest.mark.parametrize(("width", "dark"), [(1280, False), (390, True)])
def test_the_queues_read_well_in_a_browser(
    open_page: Callable[..., Any],
    make_server: Callable[..., Server],
    amazon: Running,
    way: Access,
    width: int,
    dark: bool,
) -> None:
    server = make_server(cast=True, SES_DESK_ALLOW_CUSTOM_ENDPOINTS="1")
    planted(server, amazon, way)
    page = open_page("/setup?connection=Queues&ways=Queues", "alice", at=server, width=width, dark=dark)
    settled(page)
    page.get_by_text("Put aside: 2 messages").wait_for()
    page.get_by_text("The queue was deleted").wait_for()
    assert page.get_by_text("Dead letters", exact=False).count() >= 1
    page.get_by_role("button", name="Read it now").click()
    page.get_by_text("It is empty.").wait_for()
    assert page.locator('a[href*="evil.example"]').count() == 0
    shot(page, f"queues-{width}{'-dark' if dark else ''}")


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_a_connection_that_is_heard_by_a_queue_alone_is_not_called_deaf(
    shop: Shop, screen: Callable[..., Any]
) -> None:
    queue = shop.read_from_now_on(topics=[shop.topic])
    shop.publish(bounce())
    once(shop.store, queue, shop.line, 1)
    said = words(screen("connections.py", "alice").run())
    assert "Listens to 1 queue, last event just now." in said
