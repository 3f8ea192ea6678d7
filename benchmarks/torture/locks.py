"""Another process keeps the right to write for 3, 10 and 60 seconds (F4)."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import psycopg
from outpost import Load, Outpost

from benchmarks.torture import scene
from benchmarks.torture.row import Row, Trial, reckoned

SECONDS, QUICK = (3, 10, 60), (1, 7)
PATIENT = 4  # a lock of up to so many seconds is waited out: every answer is 200
HOLD = """
import sqlite3, sys
conn = sqlite3.connect(sys.argv[1], isolation_level=None)
conn.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
sys.stdin.readline()
"""


def trials(quick: bool) -> list[Trial]:
    """Each length on each database."""
    return [
        Trial(f"locks-{database.lower()}-{seconds}", name, partial(_held, name, database, seconds))
        for database in scene.DATABASES
        for seconds in (QUICK if quick else SECONDS)
        for name in [f"locked for {seconds} s, {database}"]
    ]


def _held(name: str, database: str, seconds: int) -> Row:
    with scene.on(database) as outpost:
        post = outpost.start()
        with Load(outpost, [post.port], threads=8) as load:
            load.wait_for(20)
            with _lock(outpost):
                until = time.monotonic() + seconds
                slowest = 0.0
                while time.monotonic() < until:
                    begun = time.monotonic()
                    post.get("/healthz")
                    slowest = max(slowest, time.monotonic() - begun)
                    time.sleep(0.05)
            load.wait_for(20)
        fine = (load.answers[503] == 0) is (seconds <= PATIENT)
        return reckoned(
            name, 1, load, outpost.tally(), fine, f"/healthz took {slowest * 1000:.0f} ms at most"
        )


@contextmanager
def _lock(outpost: Outpost) -> Iterator[None]:
    if outpost.url:
        with psycopg.connect(outpost.url.replace("+psycopg", "")) as conn:
            conn.execute("LOCK TABLE notifications IN EXCLUSIVE MODE")
            yield
            conn.rollback()
        return
    words = [sys.executable, "-c", HOLD, str(outpost.folder / "data" / "ses-desk.db")]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdin is not None and holder.stdout is not None
        holder.stdout.readline()
        yield
        holder.stdin.close()
