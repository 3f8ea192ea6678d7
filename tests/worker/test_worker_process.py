"""`python -m core.worker` as a process of its own, with the demo's queue: asked to stop, and killed at the worst moment."""

import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from servers import ROOT, environment
from shops import Shop, bounce, until

from core.demo import process
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
