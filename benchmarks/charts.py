"""Every query behind Home, Review and the explorer at one and at ten million events: how long, and how much longer."""

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.figure import ROOT, Figure
from benchmarks.filled import filled
from benchmarks.serving import plain_environment

if TYPE_CHECKING:
    from core.period import Period
    from core.store.engine import Store

SMALL, LARGE = 1_000_000, 10_000_000
LIMIT, GROWTH = 50.0, 1.5  # ms; times from SMALL to LARGE
EXPLORER = 20.0  # ms
RUNS = 15


def figures(quick: bool) -> Iterator[Figure]:
    """Both sizes in one process and in turn, so that whatever else runs slows both; times are medians of warm runs."""
    sizes = (20_000, 200_000) if quick else (SMALL, LARGE)
    for name, (small, large) in _measured(*sizes).items():
        ratio = large / small if small else 0.0
        page = name.startswith("Explorer")
        most = EXPLORER if page else LIMIT
        target = f"under {most:g} ms at {sizes[1]:,} events" + (
            "" if page else f", and at most {GROWTH} times"
        )
        yield Figure(
            f"query: {name}", round(large, 2), "ms", f"the same at {sizes[0]:,} events", round(small, 2), round(ratio, 2),
            target, large < most and (page or ratio <= GROWTH), RUNS,
            f"{sizes[1]:,} events over 90 days, 8 identities, 20,000 domains, SQLite, warm, both sizes in turn; "
            "days that are over summed up as the worker does",
        )  # fmt: skip


def _measured(*sizes: int) -> dict[str, list[float]]:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.charts", *(str(filled(size)) for size in sizes)],
        cwd=ROOT,
        env=plain_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(
            done.stderr.strip().splitlines()[-1] if done.stderr.strip() else f"ended with {done.returncode}"
        )
    return dict(json.loads(done.stdout.splitlines()[-1]))


def _main(folders: list[Path]) -> None:
    """In a process of its own: ask each store in turn, print milliseconds by query and store."""
    from core.settings import Settings
    from core.store import store

    opened = [store(Settings(data_dir=folder)) for folder in folders]
    asked = [queries(each, 1) for each in opened]
    print(json.dumps({name: _medians([each[name] for each in asked]) for name in asked[0]}))
    for each in opened:
        each.close()


def queries(opened: object, connection: int) -> dict[str, Callable[[], object]]:
    """What the screens ask, by what a person sees."""
    from core import moment
    from core.period import last_days
    from core.reports.held_up import held_up_by_provider
    from core.reports.origin import origin
    from core.reports.reasons import reasons_of
    from core.reports.review import identities_of, review
    from core.store.engine import Store
    from core.store.explorer import EventFilter, events
    from core.store.rates import rates

    if not isinstance(opened, Store):
        raise TypeError("a store is needed")
    store, ids, now = opened, [connection], moment.now()
    week, month, quarter = (last_days(days, now) for days in (7, 30, 90))
    asked: dict[str, Callable[[], object]] = {
        "Home, one connection, 30 days": lambda: rates(store, ids, month.first, month.last),
        "Review, 7 days and the 7 before": lambda: review(store, ids, week),
        "Review, 30 days and the 30 before": lambda: review(store, ids, month),
        "Review, 90 days and the 90 before": lambda: review(store, ids, quarter),
        "Review, 90 days of one identity": lambda: review(store, ids, quarter, ["mail3.example.com"]),
        "Identities, 90 days": lambda: identities_of(store, ids, quarter),
        "Held up by provider, 90 days": lambda: held_up_by_provider(store, ids, quarter),
        "Reasons, 90 days": lambda: reasons_of(store, ids, quarter),
        "Where a bad day came from": lambda: origin(store, ids, month.last - 3, month),
        "Latest 50 bounces and complaints": lambda: events(
            store, ids, EventFilter(types=("Bounce", "Complaint"), since=month.since, until=month.until), 50
        ),
    }
    asked |= _pages(store, ids, quarter)
    for by in ("configuration_set", "mailbox_provider", "tag:campaign", "recipient_domain"):
        asked[f"Table by {by}, 30 days"] = lambda by=by: rates(store, ids, month.first, month.last, by=by)  # type: ignore[misc]
        asked[f"Table by {by}, 90 days"] = lambda by=by: rates(store, ids, quarter.first, quarter.last, by=by)  # type: ignore[misc]
    return asked


def _pages(store: "Store", ids: list[int], quarter: "Period") -> dict[str, Callable[[], object]]:
    """Pages of the explorer: by time, deep inside by cursor, by recipient, by message."""
    from core.store.explorer import EventFilter, events, of_message

    newest = events(store, ids, EventFilter(), 1).events[0]
    middle = quarter.since + (quarter.until - quarter.since) // 2
    return {
        "Explorer, the newest 100": lambda: events(store, ids, EventFilter(), 100),
        "Explorer, 100 from the middle of 90 days": lambda: events(
            store, ids, EventFilter(), 100, f"{middle}-0"
        ),
        "Explorer, one recipient": lambda: events(store, ids, EventFilter(recipient=newest.recipient), 100),
        "Explorer, one message": lambda: of_message(store, ids[0], str(newest.message_id)),
    }


def _medians(asks: list[Callable[[], object]]) -> list[float]:
    took: list[list[float]] = [[] for _ in asks]
    for _ in range(RUNS + 2):
        for ask, times in zip(asks, took, strict=True):
            begun = time.perf_counter()
            ask()
            times.append((time.perf_counter() - begun) * 1000)
    return [statistics.median(times[2:]) for times in took]


if __name__ == "__main__":
    _main([Path(folder) for folder in sys.argv[1:]])
