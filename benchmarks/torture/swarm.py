"""Two receivers on HTTPS and four workers on one queue, on PostgreSQL, any of them killed at any time: every count equal (F26)."""

import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from amazon import credentials_of
from outpost import Load, Outpost, Post, free_port
from shops import Shop, bounce, make_shop

from benchmarks.figure import ROOT
from benchmarks.torture import scene
from benchmarks.torture.row import Row, could_not_run, reckoned
from core.aws.access import Access
from core.demo import process
from core.demo.running import running
from core.desk import Desk
from core.settings import Settings
from core.store import store as open_settled_store
from core.vault import open_vault

KILLS, RECEIVERS, WORKERS, BATCH = 300, 2, 4, 20
NAME = "2 receivers and 4 SQS workers killed at random"


def rows(quick: bool) -> Iterator[Row]:
    """300 kills; with each, 20 more bounces go through the queue, and posts never cease."""
    try:
        yield _swarm(4 if quick else KILLS)
    except Exception as error:
        yield could_not_run(NAME, error)


def _swarm(kills: int) -> Row:
    chance = random.Random(4)
    with (
        scene.elephant() as own,
        tempfile.TemporaryDirectory(prefix="torture") as folder,
        scene.ended(Outpost(Path(folder), own.database())) as outpost,
        _shop(outpost) as shop,
    ):
        ports = [free_port() for _ in range(RECEIVERS)]
        posts = [outpost.start(port) for port in ports]
        workers = [_worker(outpost) for _ in range(WORKERS)]
        published = 0
        with Load(outpost, ports) as load:
            for _ in range(kills):
                shop.publish(*(bounce() for _ in range(BATCH)))
                published += BATCH
                time.sleep(chance.uniform(0.1, 1.0))
                _kill_one(chance, outpost, posts, ports, workers)
                shop.show_again()  # what a dead worker held comes again
            load.wait_for(4)
        left = _emptied(shop)
        for worker in workers:
            worker.kill()
            worker.wait()
        told = _told(shop)
        note = (
            f"{published:,} through the queue: {told} notifications, events and bounces counted; left {left}"
        )
        row = reckoned(NAME, kills, load, outpost.tally(), set(told) == {published} and not left, note)
        return Row(
            row.name, kills, row.acknowledged + published, row.lost + max(published - min(told), 0),
            row.duplicated + max(max(told) - published, 0), row.met, row.note,
        )  # fmt: skip


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
