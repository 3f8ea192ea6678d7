"""The receiver on PostgreSQL, beside SQLite: how fast, and what a message leaves behind there, which `docs/scale.md` multiplies.

A PostgreSQL of one's own with fsync and its own settings, on the same two cores: its processes' CPU is counted with ours.
"""

import shutil
import statistics
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.contestants import TOKEN, ours
from benchmarks.corpus import Signer, signed, write_requests
from benchmarks.figure import Figure, could_not_run, figure
from benchmarks.serving import Round, build_load, cpu_seconds, measure

RATE, WIRES = 300, 64
NAME, TARGET = "receiver-throughput on PostgreSQL", "reported"
OTHERS = ("wal", "syncs", "pages", "event rows", "outcome rows")  # what is no size of a table
SIZES = """
SELECT coalesce(parent.relname, own.relname), sum(pg_total_relation_size(own.oid))
FROM pg_class own LEFT JOIN pg_inherits tie ON tie.inhrelid = own.oid LEFT JOIN pg_class parent ON parent.oid = tie.inhparent
WHERE own.relkind = 'r' AND own.relnamespace = 'public'::regnamespace GROUP BY 1
"""


def figures(quick: bool = False) -> Iterator[Figure]:
    """Throughput and CPU, bytes by table, and what a steady stream asks of the disk."""
    folder = Path(tempfile.mkdtemp(prefix="postgresql-bench-"))
    try:
        yield from _measured(folder, quick)
    except Exception as error:
        yield could_not_run(NAME, "messages/s", TARGET, error)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _measured(folder: Path, quick: bool) -> Iterator[Figure]:
    from elephant import Elephant

    count, steady, rounds = (2_000, 600, 1) if quick else (30_000, 3_000, 3)
    signer = Signer()
    signer.save(folder / "certificates")
    load, requests, later = build_load(folder), folder / "requests", folder / "later"
    write_requests(requests, f"/sns/{TOKEN}", signed(signer, count, "2"))
    write_requests(later, f"/sns/{TOKEN}", signed(signer, steady, "2", seed=900))
    there: list[Round] = []
    here: list[Round] = []
    slow: list[Round] = []
    theirs: list[float] = []
    spent: list[dict[str, float]] = []
    own = Elephant()
    try:
        own.start()
        for _ in range(rounds):
            url = own.database()
            with ours(folder, requests, url=url) as server:
                before, sizes = cpu_seconds(own.pid), _sizes(url)
                there.append(measure(load, server, count))
                theirs.append((cpu_seconds(own.pid) - before) / count * 1e6)
                left = {name: (size - sizes.get(name, 0)) / count for name, size in _sizes(url).items()}
                begun = _written(own.dsn)
                slow.append(measure(load, server, steady, RATE, requests=later, connections=WIRES))
                left |= {name: (size - begun[name]) / steady for name, size in _written(own.dsn).items()}
                left |= _rows(url)
            spent.append(left)
            with ours(folder, requests) as server:
                here.append(measure(load, server, count))
    finally:
        own.close()
    cpus = [one.cpu + more for one, more in zip(there, theirs, strict=True)]
    yield figure(
        NAME, [one.rate for one in there], "messages/s", "SQLite, the same messages", [one.rate for one in here], TARGET,
        note=f"2 workers, 256 connections; p99 {statistics.median(one.p99 for one in there):.0f} ms saturated, "
        f"{statistics.median(one.p99 for one in slow):.1f} ms at {RATE} messages/s; rows = 2xx",
    )  # fmt: skip
    yield figure(
        "receiver-cpu on PostgreSQL", cpus, "microseconds of CPU per message, PostgreSQL's own with it", "SQLite, the same messages",
        [one.cpu for one in here], TARGET, note=f"PostgreSQL's own: {statistics.median(theirs):.0f}",
    )  # fmt: skip
    yield figure(
        "PostgreSQL, CPU of its own per message", theirs, "microseconds of CPU per message", "the receiver and PostgreSQL", cpus, TARGET,
    )  # fmt: skip
    yield from _left(spent, requests.stat().st_size / count)


def _left(spent: list[dict[str, float]], request: float) -> Iterator[Figure]:
    """Bytes per message by table, indexes with them, and what the log on disk takes."""

    def of(name: str) -> float:
        return statistics.median(one.get(name, 0.0) for one in spent)

    big = ("notifications", "events", "outcomes")
    rest = sum(
        of(name) for name in spent[0] if name not in (*big, "wal", "syncs", "event rows", "outcome rows")
    )
    note = (
        f"{of('event rows'):.2f} events and {of('outcome rows'):.2f} outcomes per message; indexes with them"
    )
    for name, value in (*((name, of(name)) for name in big), ("rollups and the rest", rest)):
        yield figure(
            f"PostgreSQL, size per message: {name}", [value], "bytes", "the HTTP request that brought it", [request], "reported",
            note=note if name == "events" else "",
        )  # fmt: skip
    yield figure(
        "PostgreSQL, log written per message", [of("wal")], "bytes", "the HTTP request that brought it", [request], "reported",
        note=f"at {RATE} messages/s, whole pages after a checkpoint with it",
    )  # fmt: skip
    yield figure(
        "PostgreSQL, syncs of the log per message", [of("syncs")], "syncs", "one per message", [1.0], "reported",
        note=f"at {RATE} messages/s; several messages share a commit",
    )  # fmt: skip
    yield figure(
        "PostgreSQL, pages written per message", [of("pages")], "pages of 8 KB", "one per message", [1.0], "reported",
        note=f"at {RATE} messages/s with a checkpoint after ten seconds; a longer time between two writes fewer",
    )  # fmt: skip


def _sizes(url: str) -> dict[str, float]:
    """Bytes of each table with its indexes and partitions."""
    return {str(name): float(size) for name, size in _asked(url.replace("+psycopg", ""), SIZES)}


def _rows(url: str) -> dict[str, float]:
    plain = url.replace("+psycopg", "")
    many = {
        name: float(_asked(plain, f"SELECT count(*) FROM {name}")[0][0])
        for name in ("notifications", "events", "outcomes")
    }
    return {f"{name[:-1]} rows": many[name] / many["notifications"] for name in ("events", "outcomes")}


def _written(dsn: str) -> dict[str, float]:
    """Bytes of the log so far, how often it was synced, and the pages written, with a checkpoint made now."""
    _asked(dsn, "CHECKPOINT")
    version = int(_asked(dsn, "SHOW server_version_num")[0][0])
    bytes_of = float(_asked(dsn, "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')")[0][0])
    syncs = (
        "SELECT sum(fsyncs) FROM pg_stat_io WHERE object = 'wal'"
        if version >= 180000
        else "SELECT wal_sync FROM pg_stat_wal"
    )
    pages = (
        "SELECT sum(writes) FROM pg_stat_io WHERE object = 'relation'"
        if version >= 160000
        else "SELECT buffers_checkpoint + buffers_clean + buffers_backend FROM pg_stat_bgwriter"
    )
    return {
        "wal": bytes_of,
        "syncs": float(_asked(dsn, syncs)[0][0] or 0),
        "pages": float(_asked(dsn, pages)[0][0] or 0),
    }


def _asked(dsn: str, question: str) -> list[Any]:
    import psycopg

    with psycopg.connect(dsn, autocommit=True) as conn:
        answer = conn.execute(question.encode())
        return answer.fetchall() if answer.description else []
