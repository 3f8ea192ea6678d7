"""`python -m core.worker` as a process of its own, with the demo's queue: asked to stop, and killed or stopped at the worst moment."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from servers import ROOT, environment
from shops import Shop, bounce, until

from core.aws.pulling import HIDDEN
from core.demo import process
from core.errors import Unavailable
from core.store import queues

Start = Callable[[], "subprocess.Popen[bytes]"]


@pytest.fixture
def start(shop: Shop) -> Iterator[Start]:
    """Starts a worker on the shop's store and data folder; what is left at the end is killed."""
    folder = shop.desk.settings.folder
    process.announce(_made(folder / process.FOLDER), shop.amazon.demo)
    url = shop.store.engine.url.render_as_string(hide_password=False)
    begun: list[subprocess.Popen[bytes]] = []

    def go() -> "subprocess.Popen[bytes]":
        with (folder / f"worker-{len(begun)}.log").open("wb") as out:
            begun.append(
                subprocess.Popen(
                    [sys.executable, "-m", "core.worker"],
                    cwd=ROOT,
                    env=environment(folder, SES_DESK_DATABASE_URL=url),
                    stdout=out,
                    stderr=subprocess.STDOUT,
                )
            )
        return begun[-1]

    yield go
    for each in begun:
        with suppress(ProcessLookupError):
            each.kill()
        each.wait()


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def said(shop: Shop) -> str:
    return "".join(log.read_text() for log in sorted(shop.desk.settings.folder.glob("worker-*.log")))


def test_killed_between_the_commit_and_the_deletion_it_counts_once(shop: Shop, start: Start) -> None:
    shop.read_from_now_on(topics=[shop.topic])
    shop.amazon.amazon.faults.add(
        {"name": "timeout", "service": "sqs", "action": "DeleteMessageBatch", "count": -1, "seconds": 60}
    )
    shop.publish(*(bounce() for _ in range(7)))
    worker = start()
    until(lambda: shop.bounced() == 7, 60)
    assert len(shop.there.messages) == 7  # stored, and not deleted yet
    worker.kill()
    assert worker.wait(10) == -signal.SIGKILL
    shop.amazon.amazon.faults.clear()
    shop.show_again()
    start()
    until(lambda: not shop.there.messages, 60)
    assert shop.count("notifications") == shop.count("events") == shop.bounced() == 7


def test_stopped_between_the_commit_and_the_deletion_and_woken_after_another_it_counts_once(
    shop: Shop, start: Start
) -> None:
    shop.read_from_now_on(topics=[shop.topic])
    shop.amazon.amazon.faults.add(
        {"name": "timeout", "service": "sqs", "action": "DeleteMessageBatch", "count": -1, "seconds": 3}
    )
    shop.publish(*(bounce() for _ in range(7)))
    first = start()
    until(lambda: shop.bounced() == 7, 60)
    stopped(shop, first)
    shop.amazon.amazon.faults.clear()
    assert len(shop.there.messages) == 7 and shop.line.receive(0) == []  # stored, and hidden for a while yet
    with hidden_no_more(shop):
        second = start()
        until(lambda: not shop.there.messages, 60)
        assert shop.count("notifications") == shop.count("events") == shop.bounced() == 7
        second.send_signal(signal.SIGTERM)
        assert second.wait(30) == 0
        shop.publish(*(bounce() for _ in range(3)))
        first.send_signal(signal.SIGCONT)  # it deletes by receipts that are no good any more, and goes on
        until(lambda: _emptied(shop), 60)
    assert shop.count("notifications") == shop.count("events") == shop.bounced() == 10
    assert first.poll() is None


def stopped(shop: Shop, worker: "subprocess.Popen[bytes]") -> None:
    """Stop it at a moment when none of its jobs is writing: what it locks then nobody could write."""
    until(lambda: _stopped(shop, worker), 60)


def _stopped(shop: Shop, worker: "subprocess.Popen[bytes]") -> bool:
    worker.send_signal(signal.SIGSTOP)
    assert os.WIFSTOPPED(os.waitpid(worker.pid, os.WUNTRACED)[1])
    if _unlocked(shop):
        return True
    worker.send_signal(signal.SIGCONT)
    time.sleep(0.2)
    return False


def _unlocked(shop: Shop) -> bool:
    try:
        if shop.store.dialect == "sqlite":
            with shop.store.write(patience=0):
                return True
        with shop.store.read() as conn:
            others = "datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL"
            return not conn.exec_driver_sql(f"SELECT count(*) FROM pg_stat_activity WHERE {others}").scalar()
    except Unavailable:
        return False


@contextmanager
def hidden_no_more(shop: Shop) -> Iterator[None]:
    """While it lasts, the queue's clock is past the time for which a reader's messages are hidden."""
    tuning = shop.amazon.amazon.world.tuning
    tuning.clock_offset = (HIDDEN + 1) * 1000
    try:
        yield
    finally:
        tuning.clock_offset = 0


def test_killed_again_and_again_it_loses_nothing_and_counts_nothing_twice(shop: Shop, start: Start) -> None:
    shop.read_from_now_on(topics=[shop.topic])
    chance = random.Random(7)
    for cycle in range(3):
        shop.publish(*(bounce() for _ in range(60)))
        worker = start()
        until(lambda done=cycle: shop.count("notifications") > done * 60, 60)
        time.sleep(chance.random() * 0.15)
        worker.kill()
        worker.wait(10)
        shop.show_again()
    start()
    until(lambda: _emptied(shop), 60)
    assert shop.count("notifications") == shop.count("events") == shop.bounced() == 180


def _emptied(shop: Shop) -> bool:
    """Whether nothing is left. A poll that died with its worker may still have been handed messages: they come again."""
    time.sleep(0.5)
    shop.show_again()
    return not shop.there.messages


def test_asked_to_stop_it_finishes_the_commit_and_its_deletion(shop: Shop, start: Start) -> None:
    shop.read_from_now_on(topics=[shop.topic])
    worker = start()
    shop.publish(*(bounce() for _ in range(150)))
    until(lambda: shop.count("notifications") > 0, 60)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(30) == 0
    assert '"event": "worker-stopped"' in said(shop)
    stored, left = shop.count("notifications"), len(shop.there.messages)
    assert stored + left == 150 and shop.bounced() == stored  # whatever was stored has left the queue


def test_dead_letters_are_drained_at_the_start(shop: Shop, start: Start) -> None:
    shop.pin()
    shop.read_from_now_on(queues.DEAD_LETTERS)
    shop.publish(bounce(recipient="ann@example.org"))
    start()
    until(lambda: shop.bounced() == 1 and not shop.there.messages, 60)
    until(lambda: "dead-letters-read" in said(shop), 60)  # it is told after the letters are deleted
    log = said(shop)
    assert (
        "dead-letters-read" in log
        and "ann@example.org" not in log
        and shop.amazon.demo.secret_access_key not in log
    )
