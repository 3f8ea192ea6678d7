"""Receivers on HTTPS and workers on one queue, on one PostgreSQL, any of them killed at any time: what they count in the end."""

import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from unittest.mock import patch

from amazon import credentials_of
from outpost import ROOT, Load, Outpost, Post, free_port
from shops import Shop, bounce, make_shop

from core.aws.access import Access
from core.demo import process
from core.demo.running import running
from core.desk import Desk
from core.settings import Settings
from core.store import store as open_settled_store
from core.vault import open_vault

RECEIVERS, WORKERS = 2, 4


@dataclass(frozen=True, slots=True)
class Counted:
    """What went through the queue, and what the store made of it; `left`: still in the queue after two minutes."""

    published: int
    notifications: int
    events: int
    bounced: int
    left: int

    @property
    def whole(self) -> bool:
        """Whether each was taken once and counted once."""
        return not self.left and self.published == self.notifications == self.events == self.bounced


def swarm(outpost: Outpost, kills: int, batch: int) -> tuple[Load, Counted]:
    """Kill one at random so often, and let `batch` more bounces go through the queue before each; posts never cease."""
    chance = random.Random(4)
    with _shop(outpost) as shop:
        ports = [free_port() for _ in range(RECEIVERS)]
        posts = [outpost.start(port) for port in ports]
        workers = [_worker(outpost) for _ in range(WORKERS)]
        with Load(outpost, ports) as load:
            for _ in range(kills):
                shop.publish(*(bounce() for _ in range(batch)))
                time.sleep(chance.uniform(0.1, 1.0))
                _kill_one(chance, outpost, posts, ports, workers)
                shop.show_again()  # what a dead worker held comes again, and what a living one holds as well
            load.wait_for(4)
        left = _emptied(shop)
        for worker in workers:
            worker.kill()
            worker.wait()
        return load, Counted(kills * batch, *_told(shop), left)


@contextmanager
def _shop(outpost: Outpost) -> Iterator[Shop]:
    chosen = Settings(data_dir=outpost.folder / "data", database_url=outpost.url)
    store = open_settled_store(chosen)
    with (
        running() as here,
        patch.object(process, "ensure", lambda _: here.demo),
        patch.object(process, "running_now", lambda _: here.demo),
    ):
        here.amazon.world.tuning.event_delay = 0.05
        here.amazon.world.tuning.rate_limits = False
        folder = chosen.folder / process.FOLDER
        folder.mkdir(parents=True, exist_ok=True)
        process.announce(folder, here.demo)
        way = Access(credentials_of(here), "eu-west-1", endpoint_url=here.demo.endpoint_url)
        shop = make_shop(here, way, Desk(store, open_vault(chosen, store), chosen))
        shop.read_from_now_on(topics=[shop.topic])
        yield shop
    store.close()


def _worker(outpost: Outpost) -> "subprocess.Popen[str]":
    words = [sys.executable, "-m", "core.worker"]
    quiet = subprocess.DEVNULL
    begun = subprocess.Popen(words, cwd=ROOT, env=outpost.environment, stdout=quiet, stderr=quiet, text=True)
    outpost.begun.append(begun)
    return begun


def _kill_one(
    chance: random.Random,
    outpost: Outpost,
    posts: list[Post],
    ports: list[int],
    workers: list["subprocess.Popen[str]"],
) -> None:
    which = chance.randrange(RECEIVERS + WORKERS)
    if which < RECEIVERS:
        posts[which].kill()
        posts[which] = outpost.start(ports[which])
    else:
        workers[which - RECEIVERS].kill()
        workers[which - RECEIVERS].wait()
        workers[which - RECEIVERS] = _worker(outpost)


def _emptied(shop: Shop) -> int:
    """Wait until the queue holds nothing, twice in a row; how many are left after two minutes."""
    until, empty = time.monotonic() + 120, 0
    while empty < 3 and time.monotonic() < until:
        shop.show_again()
        time.sleep(1)
        empty = 0 if shop.there.messages else empty + 1
    return len(shop.there.messages)


def _told(shop: Shop) -> tuple[int, int, int]:
    number = shop.connection.id
    with shop.store.read() as conn:
        counted = [
            conn.exec_driver_sql(f"SELECT {what} AND connection_id = {number}").scalar()
            for what in (
                "count(*) FROM notifications WHERE 1 = 1",
                "count(*) FROM events WHERE 1 = 1",
                "sum(bounced_permanent) FROM rollups WHERE dimension = '' AND grain = 'd' AND cohort = 's'",
            )
        ]
    notifications, events, bounced = (int(one or 0) for one in counted)
    return notifications, events, bounced
