"""The receiver against django-ses, a Node stack and the limit: two processes each, in turn, on one machine.

Ours verifies (version 2), removes duplicates, rolls up and answers after a full sync. django-ses verifies version 1 and
stores one row; Node verifies version 2, ignores duplicates and stores one row; both with synchronous NORMAL. Every round
begins with an empty database, and fails unless as many rows were added as were answered 2xx.
"""

import shutil
import statistics
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.contestants import DJANGO_NAME, NODE_NAME, TOKEN, django, floor, node, ours
from benchmarks.corpus import Signer, signed, write_requests
from benchmarks.figure import Figure, could_not_run, figure
from benchmarks.limit import parts, summed
from benchmarks.serving import CONNECTIONS, Round, Served, build_load, largest_worker, measure

RATE = 300  # messages per second of the open loop
WIRES = 64  # its connections at most
WARM = 500  # messages before each round, not counted: what only the first ones pay


@dataclass
class Contestant:
    """One that is measured, and what came out. `why` it could not be measured, empty when it could."""

    name: str
    start: Callable[[], AbstractContextManager[Served]]
    count: int
    saturated: list[Round] = field(default_factory=list)
    steady: list[Round] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)
    why: str = ""


def figures(quick: bool = False) -> Iterator[Figure]:
    """All of it."""
    folder = Path(tempfile.mkdtemp(prefix="receiver-bench-"))
    try:
        yield from _measured(folder, quick)
    except Exception as error:
        yield could_not_run("receiver-throughput", "messages/s", "at least 5 times the peer", error)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _measured(folder: Path, quick: bool) -> Iterator[Figure]:
    count, fewer, steady, rounds = (3_000, 1_500, 600, 1) if quick else (30_000, 8_000, 2_400, 3)
    signer = Signer()
    signer.save(folder / "certificates")
    load = build_load(folder)
    corpus = signed(signer, count, "2")
    mine, third, theirs = folder / "mine", folder / "third", folder / "theirs"
    warm = {version: signed(signer, WARM, version, seed=3) for version in "12"}
    write_requests(mine, f"/sns/{TOKEN}", corpus)
    write_requests(third, "/events", corpus[:fewer])
    write_requests(theirs, "/events", signed(signer, fewer, "1"))
    write_requests(mine.with_suffix(".warm"), f"/sns/{TOKEN}", warm["2"])
    write_requests(third.with_suffix(".warm"), "/events", warm["2"])
    write_requests(theirs.with_suffix(".warm"), "/events", warm["1"])
    us = Contestant("SES Desk", lambda: ours(folder, mine), count)
    them = Contestant(DJANGO_NAME, lambda: django(folder, signer, theirs), fewer)
    others = Contestant(NODE_NAME, lambda: node(folder, signer, third), fewer)
    least = Contestant("HTTP floor", lambda: floor(folder, mine), count)
    costs = []
    for number in range(rounds):
        for one in (us, them, others, least):
            _round(load, one, steady, again=one is us and number == 0)
        costs.append(parts(folder, signer, corpus[: min(count, 10_000)]))
    for one in (us, them, least):
        if one.why:
            raise RuntimeError(f"{one.name}: {one.why}")
    yield from _figures(us, them, others)
    yield _share(us, least, costs)


def _round(load: Path, one: Contestant, steady: int, again: bool) -> None:
    """One round of one contestant: saturated on an empty database, then steady on another empty one."""
    if one.why:
        return
    try:
        with _warm(load, one) as server:
            one.saturated.append(measure(load, server, one.count))
            one.memory.append(largest_worker(server.pid)[0])
            if again:
                measure(load, server, one.count, new=False)
        if one.name != "HTTP floor":
            with _warm(load, one) as server:
                one.steady.append(measure(load, server, steady, RATE, connections=WIRES))
    except Exception as error:
        one.why = f"{type(error).__name__}: {error}"


@contextmanager
def _warm(load: Path, one: Contestant) -> Iterator[Served]:
    """It runs, and has taken its first messages in."""
    with one.start() as server:
        measure(load, server, WARM, requests=server.requests.with_suffix(".warm"), connections=WIRES)
        yield server


def _figures(us: Contestant, them: Contestant, others: Contestant) -> Iterator[Figure]:
    both = f"{CONNECTIONS} connections, 2 processes each"
    note = (
        f"{both}, {us.count:,} messages a round (peers {them.count:,}); verified, deduplicated, rolled up, synchronous FULL; "
        f"rows = 2xx in every round, each after {WARM} messages to warm up; all sent a second time once: every answer 2xx, no row added"
    )
    rates, cpus = [one.rate for one in us.saturated], [one.cpu for one in us.saturated]
    yield figure(
        "receiver-throughput", rates, "messages/s", them.name, [one.rate for one in them.saturated],
        "at least 5 times the peer", least=5, note=note,
    )  # fmt: skip
    if others.why:
        for name, unit, target in (
            ("receiver-throughput against Node", "messages/s", "at least 3.5 times the peer"),
            ("receiver-cpu against Node", "microseconds of CPU per message", "reported"),
        ):
            yield could_not_run(name, unit, target, others.why)
    else:
        yield figure(
            "receiver-throughput against Node", rates, "messages/s", others.name, [one.rate for one in others.saturated],
            "at least 3.5 times the peer", least=3.5, note=f"{both}; {_late(others)}",
        )  # fmt: skip
        yield figure(
            "receiver-cpu against Node", cpus, "microseconds of CPU per message", others.name,
            [one.cpu for one in others.saturated], "reported",
        )  # fmt: skip
    yield figure(
        "receiver-cpu", cpus, "microseconds of CPU per message", them.name, [one.cpu for one in them.saturated],
        "at most 140 microseconds", within=140,
    )  # fmt: skip
    yield figure(
        "receiver-p99", [one.p99 for one in us.saturated], "ms, saturated", them.name, [one.p99 for one in them.saturated],
        "at most 60 ms", within=60, note=f"{both}; p50 {statistics.median(one.p50 for one in us.saturated):.1f} ms",
    )  # fmt: skip
    yield figure(
        "receiver-worst", [max(one.worst for one in [*us.saturated, *us.steady])], "ms, the longest answer of all rounds", them.name,
        [max(one.worst for one in [*them.saturated, *them.steady])], "no answer over 1,000 ms", within=1_000,
    )  # fmt: skip
    yield figure(
        "receiver-p99 at 300 messages/s", [one.p99 for one in us.steady], "ms, open loop", them.name, [one.p99 for one in them.steady],
        "at most 2 ms", within=2,
        note=f"p50 {statistics.median(one.p50 for one in us.steady):.2f} ms; timed from the moment each was due; at most {WIRES} connections"
        + ("" if others.why else f"; Node p99 {statistics.median(one.p99 for one in others.steady):.1f} ms"),
    )  # fmt: skip
    yield figure(
        "receiver-memory", us.memory, "MB resident, the larger worker after a saturated round", them.name, them.memory,
        "under 120 MB", within=120, note="" if others.why else f"Node {statistics.median(others.memory):.0f} MB",
    )  # fmt: skip


def _late(one: Contestant) -> str:
    return f"the peer's p99 {statistics.median(each.p99 for each in one.saturated):.0f} ms, longest answer {max(each.worst for each in one.saturated):.0f} ms"


def _share(us: Contestant, least: Contestant, costs: list[dict[str, float]]) -> Figure:
    told, limit = summed(least.saturated, costs)
    spelled = ", ".join(f"{name} {value:.1f}" for name, value in told.items())
    cpu = statistics.median(one.cpu for one in us.saturated)
    return figure(
        "receiver-limit", [one.rate for one in us.saturated], "messages/s", "the sum of HTTP floor, parse and verify, and write at batch 256",
        [limit], "at least 0.5 of it", least=0.5,
        note=f"Microseconds of CPU per message: {spelled}; in all {sum(told.values()):.0f}, ours {cpu:.0f} "
        f"({sum(told.values()) / cpu:.0%} by CPU); the load generator {statistics.median(one.client for one in least.saturated):.1f}",
    )  # fmt: skip
