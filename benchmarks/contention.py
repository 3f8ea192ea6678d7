"""1, 2, 4 and 8 writers on one PostgreSQL, all counting the same days of the same account: how long they wait for each other.

Each writer is a process that records batches of its own messages, as a worker on a queue does; beside it the same with
one slot of the rollups for everybody. Who waits for a row is looked up in the server, a hundred times a second.
"""

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from benchmarks.corpus import messages
from benchmarks.figure import ROOT, Figure, could_not_run, figure
from benchmarks.serving import plain_environment

WRITERS, BATCH = (1, 2, 4, 8), 20
SHARED = "the same with one slot for all"
WAITED, MOST = "writers waiting for rows of others", 5.0  # per cent of their time
ROWS = """
SELECT count(*) FILTER (WHERE wait_event_type = 'Lock' AND wait_event IN ('transactionid', 'tuple')) FROM pg_stat_activity
WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()
"""


@dataclass(frozen=True, slots=True)
class Raced:
    """Messages a second of all writers together, the share of their time in which they waited for a row, and the slots used."""

    rate: float
    waited: float  # per cent
    slots: int


def figures(quick: bool) -> Iterator[Figure]:
    """Each number of writers, with free slots and with one for all in turn."""
    count, rounds = (400, 1) if quick else (6_000, 3)
    try:
        yield from _measured(count, rounds)
    except Exception as error:
        yield could_not_run(WAITED, "% of their time", f"at most {MOST:g} % with 8 writers", error)


def _measured(count: int, rounds: int) -> Iterator[Figure]:
    from elephant import Elephant

    own = Elephant()
    try:
        own.start()
        free: dict[int, list[Raced]] = {}
        shared: dict[int, list[Raced]] = {}
        for _ in range(rounds):
            for writers in WRITERS:
                free.setdefault(writers, []).append(_race(own.database(), writers, count, False))
                shared.setdefault(writers, []).append(_race(own.database(), writers, count, True))
    finally:
        own.close()
    for writers in WRITERS:
        ours, theirs = free[writers], shared[writers]
        named = f"{writers} writer{'s' if writers > 1 else ''}"
        yield figure(
            f"contention, {named}", [one.rate for one in ours], "messages/s of all together", SHARED, [one.rate for one in theirs],
            "reported", note=f"batches of {BATCH}, {max(one.slots for one in ours)} slots used, PostgreSQL with fsync beside them on two cores",
        )  # fmt: skip
        last = writers == WRITERS[-1]
        yield figure(
            f"{WAITED}, {named}", [one.waited for one in ours], "% of their time", SHARED, [one.waited for one in theirs],
            f"at most {MOST:g} %" if last else "reported", within=MOST if last else 0,
        )  # fmt: skip


def _race(url: str, writers: int, count: int, shared: bool) -> Raced:
    """All begin at one word; what they stored must be what they were given."""
    import psycopg

    connection, topic = _made(url)
    share = count // writers
    words = [
        sys.executable,
        "-m",
        "benchmarks.contention",
        url,
        str(connection),
        str(topic),
        str(share),
        "shared" if shared else "",
    ]
    begun = [
        subprocess.Popen(
            [*words, str(number)], cwd=ROOT, env=plain_environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for number in range(writers)
    ]  # fmt: skip
    try:
        for each in begun:
            assert each.stdout is not None
            if not each.stdout.readline():
                raise RuntimeError(f"a writer ended with {each.wait()}")
        with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as conn:
            for each in begun:
                assert each.stdin is not None
                each.stdin.write("go\n")
                each.stdin.flush()
            waiting: list[float] = []
            while any(each.poll() is None for each in begun):
                row = conn.execute(ROWS.encode()).fetchone()
                waiting.append(row[0] / writers * 100 if row else 0.0)
                time.sleep(0.01)
            seconds = max(float(each.stdout.read()) for each in begun if each.stdout is not None)
            stored, slots = _told(conn)
    finally:
        for each in begun:
            if each.poll() is None:
                each.kill()
            each.wait()
    if any(each.returncode for each in begun) or stored != (share + BATCH) * writers:
        raise RuntimeError(f"{(share + BATCH) * writers} messages, {stored} counted")
    return Raced(share * writers / seconds, statistics.mean(waiting), slots)


def _told(conn: Any) -> tuple[int, int]:
    """Messages counted, and slots used."""
    found = conn.execute(
        b"SELECT sum(sent), count(DISTINCT slot) FROM rollups WHERE dimension = '' AND grain = 'd' AND cohort = 's'"
    ).fetchone()
    return (int(found[0] or 0), int(found[1])) if found else (0, 0)


def _made(url: str) -> tuple[int, int]:
    from core.store import callbacks, connections
    from core.store.engine import open_store
    from core.store.migrate import migrate
    from core.store.tables import Connection

    store = open_store(url)
    migrate(store)
    now = int(time.time() * 1000)
    with store.write() as conn:
        row = Connection(uuid="b", name="b", region="eu-west-1", created_at=now, updated_at=now)
        made = connections.add(conn, row).id or 0
        callback = callbacks.add(conn, made, "t" * 40, False, None, now)
        callbacks.pin(conn, callback, "arn:aws:sns:eu-west-1:111122223333:b", now)
    topic = callbacks.topics(store, made)[0].id or 0
    store.close()
    return made, topic


def _write(url: str, connection: int, topic: int, count: int, shared: bool, number: int) -> None:
    """In the process of one writer: get ready, wait for the word, record, and say how many seconds that took."""
    from core.events.event import Notification
    from core.receiver.batch import take_in_now
    from core.store import ledger
    from core.store.engine import open_store

    if shared:
        ledger.free_slot = lambda conn: 0
    store, now = open_store(url), int(time.time() * 1000)
    told = [
        Notification(connection, topic, f"{number}-{place}", None, json.dumps(text), now, now, "2")
        for place, text in enumerate(_sends(count + BATCH, seed=number + 1))
    ]
    take_in_now(store, told[:BATCH])  # the first one warms up
    print("ready", flush=True)
    sys.stdin.readline()
    begun = time.monotonic()
    for place in range(BATCH, len(told), BATCH):
        take_in_now(store, told[place : place + BATCH])
    print(time.monotonic() - begun, flush=True)
    store.close()


def _sends(count: int, seed: int) -> Iterator[dict[str, object]]:
    """Mail of the corpus, the Send of each alone: every batch counts on the same days, identities and providers."""
    found = 0
    for text in messages(count * 4, seed):
        event = json.loads(text)
        if event["eventType"] == "Send":
            yield event
            found += 1
        if found == count:
            return


if __name__ == "__main__":
    _, url, connection, topic, count, shared, number = sys.argv
    _write(url, int(connection), int(topic), int(count), shared == "shared", int(number))
