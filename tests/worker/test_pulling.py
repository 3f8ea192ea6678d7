"""Topic → queue → store: taken in once, deleted only after the commit, strangers put aside."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import uvicorn
from amazon import ALICE, BOB
from shops import REGION, Shop, bounce, until

from core import moment
from core.aws.pulling import Line, Received
from core.connect import walk
from core.errors import BadInput, NotAllowed, Unavailable
from core.queues import put_aside
from core.queues.proof import proof
from core.receiver.asgi import Serving
from core.receiver.receiver import Receiver
from core.store import callbacks, connections, findings, poison, queues
from core.store.engine import Store
from core.worker import dead_letters
from core.worker.round import once


def test_what_ses_reports_comes_through_the_queue_and_leaves_it(shop: Shop) -> None:
    queue = shop.read_from_now_on()
    shop.pin()
    shop.publish(*(bounce(recipient=f"p{number}@example.org") for number in range(25)))
    done = once(shop.store, queue, shop.line, wait=1)
    assert (done.came, done.stored, done.put_aside) == (25, 25, 0)
    assert shop.there.messages == [] and shop.count("notifications") == 25 and shop.bounced() == 25
    kept = queues.by_id(shop.store, queue.id or 0)
    assert kept is not None and kept.message_at is not None and kept.trouble is None


def test_one_that_comes_again_counts_once(shop: Shop) -> None:
    queue = shop.read_from_now_on(topics=[shop.topic])
    shop.publish(bounce())
    body = shop.there.messages[0].body
    assert once(shop.store, queue, shop.line, 1).stored == 1
    shop.put(body)
    assert once(shop.store, queue, shop.line, 1).stored == 0
    assert shop.count("notifications") == shop.count("events") == shop.bounced() == 1


def test_what_cannot_be_deleted_comes_again_and_counts_once(shop: Shop) -> None:
    queue = shop.read_from_now_on(topics=[shop.topic])
    shop.publish(bounce())
    shop.amazon.amazon.faults.add(
        {"name": "broken", "service": "sqs", "action": "DeleteMessageBatch", "count": -1}
    )
    with pytest.raises(Exception, match="internal error"):
        once(shop.store, queue, shop.line, 1)
    assert shop.bounced() == 1 and len(shop.there.messages) == 1
    shop.amazon.amazon.faults.clear()
    shop.show_again()
    assert once(shop.store, queue, shop.line, 1).stored == 0
    assert shop.there.messages == [] and shop.count("notifications") == shop.bounced() == 1


def test_nothing_is_deleted_while_the_store_cannot_take_it(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue = shop.read_from_now_on(topics=[shop.topic])
    shop.publish(bounce())

    @contextmanager
    def full(*_: Any, **__: Any) -> Iterator[Any]:
        raise Unavailable("The disk that holds the database is full.")
        yield

    with monkeypatch.context() as patch:
        patch.setattr(Store, "write", full)
        with pytest.raises(Unavailable):
            once(shop.store, queue, shop.line, 1)
    assert len(shop.there.messages) == 1 and shop.count("notifications") == 0
    shop.show_again()
    assert once(shop.store, queue, shop.line, 1).stored == 1


def test_strangers_are_put_aside_and_hold_up_nobody(shop: Shop) -> None:
    queue = shop.read_from_now_on(topics=[shop.topic])
    shop.put("junk 😀")
    shop.put('{"a": 1}')
    shop.publish(bounce())
    until(lambda: len(shop.there.messages) == 3)
    done = once(shop.store, queue, shop.line, 1)
    assert (done.came, done.stored, done.put_aside) == (3, 1, 2)
    assert shop.there.messages == []
    kept = poison.of_connection(shop.store, shop.connection.id or 0)
    assert {one.body for one in kept} == {"junk 😀", '{"a": 1}'} and all(one.reason for one in kept)
    assert [one.reference for one in findings.standing(shop.store, [shop.connection.id or 0])] == [
        put_aside.PUT_ASIDE
    ]


def test_an_id_that_no_database_can_hold_is_put_aside_and_holds_up_nobody(shop: Shop) -> None:
    queue = shop.read_from_now_on(topics=[shop.topic])
    envelope = {
        "source": "aws.ses", "account": "000000000000", "region": REGION, "time": moment.rfc3339(moment.now()),
        "detail": bounce(recipient="bob@example.org"),
    }  # fmt: skip
    for number in ("x\ud800", "x\x00y", "good"):
        shop.put(json.dumps({**envelope, "id": number}))
    shop.publish(bounce())
    until(lambda: len(shop.there.messages) == 4)
    done = once(shop.store, queue, shop.line, 1)
    assert (done.came, done.stored, done.put_aside) == (4, 2, 2) and shop.there.messages == []
    kept = poison.of_connection(shop.store, shop.connection.id or 0)
    assert sorted(json.loads(one.body)["id"] for one in kept) == ["x\x00y", "x\ud800"]


def test_of_what_strangers_send_only_the_newest_thousand_are_kept(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(poison, "MOST", 3)
    queue = shop.read_from_now_on()
    for number in range(5):
        shop.put(f"junk {number}")
    once(shop.store, queue, shop.line, 1)
    kept = poison.of_connection(shop.store, shop.connection.id or 0)
    assert [one.body for one in kept] == ["junk 4", "junk 3", "junk 2"]


def test_a_topic_that_is_pinned_later_can_be_taken_in_after_all(shop: Shop) -> None:
    queue = shop.read_from_now_on()
    shop.publish(bounce())
    assert once(shop.store, queue, shop.line, 1).put_aside == 1
    kept = poison.of_connection(shop.store, shop.connection.id or 0)[0]
    now, about = moment.now(), (shop.desk, shop.connection, kept.id or 0)
    with pytest.raises(NotAllowed):
        put_aside.again(*about, BOB, now)
    with pytest.raises(BadInput, match="may not report"):
        put_aside.again(*about, ALICE, now)
    shop.pin()
    assert put_aside.again(*about, ALICE, now)
    assert shop.bounced() == 1 and poison.count(shop.store, queue.id or 0) == 0
    assert findings.standing(shop.store, [shop.connection.id or 0]) == []


def test_a_message_may_be_forgotten_by_an_admin(shop: Shop) -> None:
    queue = shop.read_from_now_on()
    shop.put("junk")
    once(shop.store, queue, shop.line, 1)
    kept = poison.of_connection(shop.store, shop.connection.id or 0)[0]
    put_aside.forget(shop.desk, shop.connection, kept.id or 0, ALICE, moment.now())
    assert poison.of_connection(shop.store, shop.connection.id or 0) == []


def test_raw_delivery_is_fine_through_a_queue(shop: Shop) -> None:
    sns = shop.way.client("sns")
    subscription = sns.list_subscriptions_by_topic(TopicArn=shop.topic)["Subscriptions"][0]["SubscriptionArn"]
    sns.set_subscription_attributes(
        SubscriptionArn=subscription, AttributeName="RawMessageDelivery", AttributeValue="true"
    )
    queue = shop.read_from_now_on()
    shop.publish(bounce())
    assert "Type" not in json.loads(shop.there.messages[0].body)
    assert once(shop.store, queue, shop.line, 1).stored == 1 and shop.bounced() == 1


def test_a_removed_connection_leaves_its_queue_as_it_is(shop: Shop) -> None:
    queue = shop.read_from_now_on(topics=[shop.topic])
    shop.publish(bounce())
    with shop.store.write() as conn:
        connections.remove(conn, shop.connection.id or 0)
    assert once(shop.store, queue, shop.line, 1).came == 0
    assert len(shop.there.messages) == 1 and shop.count("notifications") == 0


def test_a_fault_of_our_own_reader_keeps_the_message_for_later(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue = shop.read_from_now_on(topics=[shop.topic])
    shop.publish(bounce(recipient="ann@example.org"))

    def broken(*_: object) -> None:
        raise KeyError("ann@example.org")

    with monkeypatch.context() as patch:
        patch.setattr("core.worker.round.read", broken)
        assert once(shop.store, queue, shop.line, 1).put_aside == 1
    kept = poison.of_connection(shop.store, shop.connection.id or 0)[0]
    assert kept.reason == "SES Desk could not read it (KeyError)."
    assert (
        put_aside.again(shop.desk, shop.connection, kept.id or 0, ALICE, moment.now()) and shop.bounced() == 1
    )


def test_when_amazon_stops_answering_what_came_already_is_stored(shop: Shop) -> None:
    queue = shop.read_from_now_on(topics=[shop.topic])
    shop.publish(*(bounce() for _ in range(12)))

    class Breaking(Line):
        asked = 0

        def receive(self, wait: int = 20, hidden: int = 120) -> list[Received]:
            self.asked += 1
            if self.asked == 2:
                raise OSError("the line broke")
            return super().receive(wait, hidden)

    done = once(shop.store, queue, Breaking(shop.way, shop.url, "eu-west-1"), 1)
    assert done.stored == 10 and len(shop.there.messages) == 2


def test_dead_letters_are_drained_and_one_broken_queue_stops_no_other(shop: Shop) -> None:
    shop.pin()
    with shop.store.write() as conn:
        gone = queues.add(
            conn,
            shop.connection.id or 0,
            f"{shop.arn}-gone",
            f"{shop.url}-gone",
            queues.DEAD_LETTERS,
            moment.now(),
            demo=True,
        )
    queue = shop.read_from_now_on(queues.DEAD_LETTERS)
    shop.publish(*(bounce() for _ in range(3)))
    assert dead_letters.drain(shop.desk, moment.now()) == 3
    assert shop.bounced() == 3 and shop.there.messages == []
    broken, whole = queues.by_id(shop.store, gone), queues.by_id(shop.store, queue.id or 0)
    assert broken and broken.trouble and "queue-gone" in broken.trouble
    assert whole and whole.polled_at and not whole.trouble
    dead_letters.drain(shop.desk, moment.now())
    standing = findings.standing(shop.store, [shop.connection.id or 0])
    assert [(one.reference, one.subject) for one in standing] == [("queue-not-readable", f"{shop.arn}-gone")]


def test_a_disabled_connections_dead_letters_are_still_taken_in(shop: Shop) -> None:
    shop.pin()
    shop.read_from_now_on(queues.DEAD_LETTERS)
    shop.publish(bounce())
    walk.set_disabled(shop.store, shop.connection, True, ALICE, moment.now())
    assert dead_letters.drain(shop.desk, moment.now()) == 1 and shop.bounced() == 1


@contextmanager
def receiving(store: Store) -> Iterator[int]:
    """The real receiver on this store; gives its port."""

    async def nowhere(url: str) -> str:
        raise OSError(url)

    from core.receiver.guard import GuardedProtocol
    from core.settings import Settings

    listener = socket.create_server(("127.0.0.1", 0))
    app = Serving(Receiver(store, Settings(_env_file=None), nowhere))
    server = uvicorn.Server(
        uvicorn.Config(app, http=GuardedProtocol, ws="none", log_config=None, access_log=False)
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    until(lambda: server.started)
    yield int(listener.getsockname()[1])
    server.should_exit = True
    thread.join(15)


def test_https_and_the_queue_at_once_count_each_fact_once_and_prove_that_nothing_was_lost(shop: Shop) -> None:
    queue = shop.read_from_now_on()
    sns, now = shop.way.client("sns"), moment.now()
    with shop.store.write() as conn:
        made = callbacks.add(conn, shop.connection.id or 0, "token-of-the-test", False, None, now)
        callbacks.pin(conn, made, shop.topic, now, shop.amazon.demo.certificate_pem, demo=True)
    with receiving(shop.store) as port:
        sns.subscribe(
            TopicArn=shop.topic, Protocol="http", Endpoint=f"http://127.0.0.1:{port}/sns/token-of-the-test"
        )
        token = until(lambda: callbacks.topics(shop.store, shop.connection.id or 0)[0].confirm_token)
        sns.confirm_subscription(TopicArn=shop.topic, Token=token)
        shop.publish(*(bounce() for _ in range(20)))
        once(shop.store, queue, shop.line, 1)
        until(lambda: queues.came(shop.store, shop.connection.id or 0, now, now + 10**9) == (20, 0))
    assert shop.count("notifications") == shop.count("events") == shop.bounced() == 20
    later = moment.now() + 2 * 3_600_000
    said = proof(shop.store, shop.connection.id or 0, later)
    assert (said.came, said.alone) == (20, 0)
    assert said.sentence == "HTTPS lost nothing: all 20 notifications of the last 7 days came by it."
    shop.publish(bounce(), bounce())
    once(shop.store, queue, shop.line, 1)  # nobody listens by HTTPS any more
    early = proof(shop.store, shop.connection.id or 0, moment.now())
    assert (early.alone, early.waiting) == (0, 2)
    said = proof(shop.store, shop.connection.id or 0, later)
    assert said.alone == 2 and said.sentence.startswith("HTTPS missed 2 of 22 notifications")


def test_the_proof_says_when_there_is_nothing_to_prove(store: Store) -> None:
    now = moment.now()
    assert "nothing is proved" in proof(store, 1, now).sentence
