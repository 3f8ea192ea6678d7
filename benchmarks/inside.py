"""The receiver inside the dashboard's process, while five people use a heavy page: what becomes of its answers.

One process, as `make run` starts it, takes 100 messages per second at fixed moments while five sessions ask for Review
over 90 days. The same messages with nobody there, with people who read for a second between two looks, with people who
never pause, and (never pausing) into a receiver in a process of its own on the same store.
"""

import shutil
import statistics
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.contestants import TOKEN, add_callback, counted, ours
from benchmarks.corpus import Signer, signed, write_requests
from benchmarks.figure import Figure, could_not_run, figure
from benchmarks.filled import filled
from benchmarks.page import session
from benchmarks.servers import desk
from benchmarks.serving import Round, Served, build_load, measure
from benchmarks.visitor import Visitor

RATE, PEOPLE, WIRES = 100, 5, 32
PAGE, QUERY = "review", "days=90+days"
ALONE, READING, HURRIED, APART = "alone", "reading", "hurried", "apart"


def figures(quick: bool = False) -> Iterator[Figure]:
    """All four, in turn."""
    name, target = "receiver inside the dashboard, five people at heavy pages: p99", "reported"
    folder = Path(tempfile.mkdtemp(prefix="inside-bench-"))
    try:
        events, count, rounds = (20_000, 300, 1) if quick else (200_000, 1_500, 3)
        data = folder / "data"
        shutil.copytree(filled(events), data)
        signer = Signer()
        signer.save(folder / "certificates")
        add_callback(data, connection_id=1)
        token, load, taken = session(data), build_load(folder), 0
        done: dict[str, list[Round]] = {ALONE: [], READING: [], HURRIED: [], APART: []}
        looks: dict[str, list[float]] = {READING: [], HURRIED: [], APART: []}
        for _ in range(rounds):
            for how in done:
                requests = folder / "requests"
                write_requests(requests, f"/sns/{TOKEN}", signed(signer, count, "2", seed=500 + taken))
                taken += 1
                with desk(data, SES_DESK_CERTIFICATE_DIR=str(folder / "certificates")) as board:
                    port, pid = int(board.url.rsplit(":", 1)[1]), board.process.pid
                    with _people(board.url, token, how, looks):
                        if how == APART:
                            with ours(folder, requests, data, workers=1) as server:
                                done[how].append(measure(load, server, count, RATE, connections=WIRES))
                        else:
                            here = Served(
                                port, pid, requests, lambda: counted(data / "ses-desk.db", "notifications")
                            )
                            done[how].append(measure(load, here, count, RATE, connections=WIRES))
        yield from _figures(name, target, done, looks, events)
    except Exception as error:
        yield could_not_run(name, "ms", target, error)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _people(url: str, token: str, how: str, looks: dict[str, list[float]]) -> Iterator[None]:
    """Five of them, each with a first look behind them; how long their looks took goes into `looks`."""
    people = [Visitor(url, token) for _ in range(1 if how == ALONE else PEOPLE)]
    try:
        for one in people:
            one.ask(PAGE, QUERY)
            one.runs.clear()
        if how != ALONE:
            for one in people:
                one.keep_asking(PAGE, 1.0 if how == READING else 0.0, QUERY)
        yield
        for one in people:
            if one.failed:
                raise RuntimeError(f"a person could not look: {one.failed}")
            if how != ALONE:
                looks[how] += one.runs
    finally:
        for one in people:
            one.leave()


def _figures(
    name: str, target: str, done: dict[str, list[Round]], looks: dict[str, list[float]], events: int
) -> Iterator[Figure]:
    p99 = {how: [one.p99 for one in rounds] for how, rounds in done.items()}
    longest = {how: max(one.worst for one in rounds) for how, rounds in done.items()}
    look = {how: statistics.median(times) for how, times in looks.items() if times}
    yield figure(
        name, p99[READING], f"ms at {RATE} messages/s", "the same with nobody at the dashboard", p99[ALONE], target,
        note=f"five sessions over Review of 90 days, {events:,} events, a second between two looks; a look takes {look.get(READING, 0):.2f} s; "
        f"p50 {statistics.median(one.p50 for one in done[READING]):.1f} ms, longest answer {longest[READING]:.0f} ms",
    )  # fmt: skip
    yield figure(
        "receiver inside the dashboard, five people who never pause: p99", p99[HURRIED], f"ms at {RATE} messages/s",
        "a receiver in its own process beside the same dashboard", p99[APART], target,
        note=f"a look takes {look.get(HURRIED, 0):.2f} s; p50 {statistics.median(one.p50 for one in done[HURRIED]):.1f} ms, longest answer "
        f"{longest[HURRIED]:.0f} ms; in its own process p50 {statistics.median(one.p50 for one in done[APART]):.1f} ms, longest {longest[APART]:.0f} ms",
    )  # fmt: skip
