"""A filled store of the first release whose migration is killed at random moments: at the old schema or the new, nothing gone (F20)."""

import random
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from half_migrated import copied, filled, held, killed_after, make_old, wrong_afterwards
from outpost import Outpost

from benchmarks.torture import scene
from benchmarks.torture.row import Row, Trial
from core.store.engine import open_store
from core.store.migrate import migrate, steps

KILLS, POSTS, QUICK = 100, 3_000, 3


def trials(quick: bool) -> list[Trial]:
    """100 kills on each database."""
    return [
        Trial(f"migrations-{database.lower()}", name, partial(_killed, name, database, QUICK if quick else KILLS))
        for database in scene.DATABASES
        for name in [f"migration killed, {database}"]
    ]  # fmt: skip


def _killed(name: str, database: str, kills: int) -> Row:
    chance, ends = random.Random(20), Counter[str]()
    lost = twice = 0
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="torture")))
        outpost = stack.enter_context(scene.ended(Outpost(folder / "post")))
        filled(outpost, min(POSTS, kills * 30))
        url = f"sqlite:///{folder / 'old.db'}"
        if database == "PostgreSQL":
            url = stack.enter_context(scene.elephant()).database()
        old, source = open_store(url), open_store(outpost.store_url)
        make_old(old, source)
        before = held(old)
        old.close()
        source.close()
        whole = _seconds(copied(url, folder, 0))
        for number in range(1, kills + 1):
            copy = copied(url, folder, number)
            killed_after(copy, chance.uniform(0, whole * 1.1))
            found, gone, more = wrong_afterwards(copy, before)
            ends["old" if found == steps()[0] else "new" if found == steps()[-1] else "between"] += 1
            lost, twice = lost + gone, twice + more
            (folder / f"copy{number}.db").unlink(missing_ok=True)
    rows = sum(each.total() for each in before.values())
    note = f"{rows:,} rows each; left at {dict(ends)}; a whole migration takes {whole:.2f} s"
    return Row(name, kills, 0, lost, twice, not (lost or twice or ends["between"]) and len(ends) == 2, note)


def _seconds(url: str) -> float:
    """How long the migration takes when nobody kills it."""
    store = open_store(url)
    begun = time.monotonic()
    migrate(store)
    took = time.monotonic() - begun
    store.close()
    return took
