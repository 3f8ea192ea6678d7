"""Every query behind Home and Review at one million and at ten million events: how long, and how much longer."""

import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.figure import ROOT, Figure
from benchmarks.servers import environment

SMALL, LARGE = 1_000_000, 10_000_000
LIMIT, GROWTH = 50.0, 1.5  # ms; times from SMALL to LARGE
RUNS = 9


def figures(quick: bool) -> Iterator[Figure]:
    """Each size in a process of its own; times are medians of warm runs."""
    sizes = (20_000, 200_000) if quick else (SMALL, LARGE)
    free = shutil.disk_usage(tempfile.gettempdir()).free
    if free < sizes[1] * 1_500:
        raise RuntimeError(
            f"{sizes[1] * 1_500 // 10**9} GB of disk are needed in {tempfile.gettempdir()}, {free // 10**9} are free"
        )
    small, large = (_measured(size) for size in sizes)
    for name, value in large.items():
        ratio = value / small[name] if small[name] else 0.0
        yield Figure(
            f"query: {name}", round(value, 2), "ms", f"the same at {sizes[0]:,} events", round(small[name], 2), round(ratio, 2),
            f"under {LIMIT:g} ms at {sizes[1]:,} events, and at most {GROWTH} times", value < LIMIT and ratio <= GROWTH, RUNS,
            f"{sizes[1]:,} events over 90 days, 8 identities, 20,000 domains, SQLite, warm",
        )  # fmt: skip


def _measured(size: int) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.charts", str(size)],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(
            done.stderr.strip().splitlines()[-1] if done.stderr.strip() else f"ended with {done.returncode}"
        )
    return dict(json.loads(done.stdout.splitlines()[-1]))


def _main(size: int) -> None:
    """In the process of one size: fill, ask, print milliseconds by query."""
    from benchmarks.bulk import fill

    with tempfile.TemporaryDirectory() as folder:
        opened, connection = fill(Path(folder), size)
        asked = queries(opened, connection)
        print(json.dumps({name: _median(ask) for name, ask in asked.items()}))
        opened.close()


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
    for by in ("configuration_set", "mailbox_provider", "tag:campaign", "recipient_domain"):
        asked[f"Table by {by}, 30 days"] = lambda by=by: rates(store, ids, month.first, month.last, by=by)  # type: ignore[misc]
        asked[f"Table by {by}, 90 days"] = lambda by=by: rates(store, ids, quarter.first, quarter.last, by=by)  # type: ignore[misc]
    return asked


def _median(ask: Callable[[], object]) -> float:
    took = []
    for _ in range(RUNS + 2):
        begun = time.perf_counter()
        ask()
        took.append((time.perf_counter() - begun) * 1000)
    return statistics.median(took[2:])


if __name__ == "__main__":
    _main(int(sys.argv[1]))
