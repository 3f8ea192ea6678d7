"""Two receivers on HTTPS and four workers on one queue, on PostgreSQL, any of them killed at any time: every count equal (F26)."""

import tempfile
from functools import partial
from pathlib import Path

from outpost import Outpost
from swarm import swarm

from benchmarks.torture import scene
from benchmarks.torture.row import Row, Trial, reckoned

KILLS, BATCH = 300, 70
NAME = "2 receivers and 4 SQS workers killed at random"


def trials(quick: bool) -> list[Trial]:
    """300 kills; with each, 70 more bounces go through the queue, and posts never cease."""
    return [Trial("swarm", NAME, partial(_swarm, 4 if quick else KILLS))]


def _swarm(kills: int) -> Row:
    with (
        scene.elephant() as own,
        tempfile.TemporaryDirectory(prefix="torture") as folder,
        scene.ended(Outpost(Path(folder), own.database())) as outpost,
    ):
        load, told = swarm(outpost, kills, BATCH)
        stored = (told.notifications, told.events, told.bounced)
        note = f"{told.published:,} through the queue: {stored} notifications, events and bounces counted; left {told.left}"
        row = reckoned(NAME, kills, load, outpost.tally(), told.whole, note)
        return Row(
            row.name, kills, row.acknowledged + told.published, row.lost + max(told.published - min(stored), 0),
            row.duplicated + max(max(stored) - told.published, 0), row.met, row.note,
        )  # fmt: skip
