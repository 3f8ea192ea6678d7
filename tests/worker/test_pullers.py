"""Pullers: begun and ended as queues come and go; trouble is noted, waited out, and ended by the first good answer."""

import threading
import time
from collections.abc import Iterator

import pytest
from amazon import ALICE
from shops import Shop, bounce, until

from core import moment
from core.connect import walk
from core.demo import process
from core.diagnosis.diagnosis import Diagnosis
from core.store import findings, queues
from core.vault.vault import Vault
from core.worker import line, puller, run
from core.worker.pull import Pullers


@pytest.fixture
def pullers(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pullers]:
    """The pullers of a worker, with short pauses."""
    monkeypatch.setattr(puller, "PAUSE", 0.05)
    monkeypatch.setattr("core.worker.pull.LOOK", 0.05)
    stop = threading.Event()
    found = Pullers(shop.desk, stop, wait=1)
    thread = threading.Thread(target=found.run, daemon=True)
    thread.start()
    yield found
    stop.set()
    thread.join(10)
    for each in found.at_work:
        each.thread.join(10)
        assert not each.thread.is_alive()


def finding_of(shop: Shop) -> list[str]:
    return [one.reference for one in findings.standing(shop.store, [shop.connection.id or 0])]


def trouble_of(shop: Shop, queue_id: int) -> str:
    found = queues.by_id(shop.store, queue_id)
    return Diagnosis.from_json(found.trouble).reference if found and found.trouble else ""


def test_a_queue_is_read_from_the_moment_it_is_known_until_it_is_taken_away(
    shop: Shop, pullers: Pullers
) -> None:
    shop.pin()
    queue = shop.read_from_now_on()
    shop.publish(bounce())
    until(lambda: shop.bounced() == 1 and not shop.there.messages)
    with shop.store.write() as conn:
        queues.remove(conn, shop.connection.id or 0, queue.arn)
    until(lambda: not pullers.at_work)
    time.sleep(1.2)  # the poll that was under way is over
    shop.publish(bounce())
    time.sleep(0.5)
    assert len(shop.there.messages) == 1 and shop.bounced() == 1


def test_dead_letters_are_not_polled_all_the_time(shop: Shop, pullers: Pullers) -> None:
    shop.read_from_now_on(queues.DEAD_LETTERS)
    pullers.look()
    assert not pullers.at_work


def test_what_amazon_refuses_is_noted_with_its_reason_and_ends_by_itself(
    shop: Shop, pullers: Pullers
) -> None:
    shop.amazon.amazon.faults.add(
        {"name": "denied", "service": "sqs", "action": "ReceiveMessage", "count": -1}
    )
    queue = shop.read_from_now_on(topics=[shop.topic])
    until(lambda: finding_of(shop) == ["queue-not-readable"])
    assert trouble_of(shop, queue.id or 0) == "permission-missing"
    shop.amazon.amazon.faults.clear()
    shop.publish(bounce())
    until(lambda: shop.bounced() == 1 and finding_of(shop) == [] and not trouble_of(shop, queue.id or 0))


def test_a_queue_that_was_deleted_is_named_so(shop: Shop, pullers: Pullers) -> None:
    queue = shop.read_from_now_on()
    shop.way.client("sqs").delete_queue(QueueUrl=shop.url)
    until(lambda: trouble_of(shop, queue.id or 0) == "queue-gone")


def test_a_single_failure_is_no_finding_yet(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    queue = shop.read_from_now_on()
    line.note_trouble(shop.desk, queue.id or 0, TimeoutError("once"), lasting=False)
    assert trouble_of(shop, queue.id or 0) == "read-timeout" and finding_of(shop) == []


def test_a_locked_vault_only_pauses(shop: Shop, pullers: Pullers, monkeypatch: pytest.MonkeyPatch) -> None:
    ring = shop.desk.vault._ring
    monkeypatch.setattr(shop.desk.vault, "_ring", None)
    assert isinstance(shop.desk.vault, Vault) and shop.desk.vault.state == "locked"
    queue = shop.read_from_now_on(topics=[shop.topic])
    shop.publish(bounce())
    time.sleep(0.5)
    assert len(shop.there.messages) == 1 and not trouble_of(shop, queue.id or 0) and finding_of(shop) == []
    monkeypatch.setattr(shop.desk.vault, "_ring", ring)
    until(lambda: shop.bounced() == 1)


def test_a_disabled_connections_queue_is_still_emptied(shop: Shop, pullers: Pullers) -> None:
    walk.set_disabled(shop.store, shop.connection, True, ALICE, moment.now())
    shop.read_from_now_on(topics=[shop.topic])
    shop.publish(bounce())
    until(lambda: shop.bounced() == 1)


def test_two_workers_on_one_queue_take_each_message_once(shop: Shop, pullers: Pullers) -> None:
    stop = threading.Event()
    second = Pullers(shop.desk, stop, wait=1)
    threading.Thread(target=second.run, daemon=True).start()
    shop.read_from_now_on(topics=[shop.topic])
    for _ in range(5):
        shop.publish(*(bounce() for _ in range(20)))
    until(lambda: shop.bounced() == 100 and not shop.there.messages, 60)
    stop.set()
    for each in second.at_work:
        each.thread.join(10)
    assert shop.count("notifications") == shop.count("events") == 100


def test_the_demo_is_never_started_for_its_queues_alone(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "running_now", lambda settings: None)
    monkeypatch.setattr(process, "ensure", lambda settings: pytest.fail("started"))
    assert line.open_line(shop.desk, shop.read_from_now_on()) is None


def test_a_worker_stops_within_seconds_and_leaves_no_commit_half_done(shop: Shop) -> None:
    shop.read_from_now_on(topics=[shop.topic])
    stop, began = threading.Event(), time.monotonic()
    worker = threading.Thread(target=run.run, args=(shop.desk, stop))
    worker.start()
    shop.publish(*(bounce() for _ in range(30)))
    until(lambda: shop.bounced() == 30)
    stop.set()
    worker.join(15)
    assert not worker.is_alive() and time.monotonic() - began < 45
    assert not shop.there.messages
