"""The figures of several receiver processes as one: each keeps its own in a folder, and whoever is asked adds them up.

Counts of a process that has ended stay in the sum, so that no sum ever falls; what it held or had waiting does not.
"""

import json
import os
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from prometheus_client import CollectorRegistry, Metric
from prometheus_client.registry import Collector

ALIVE = 10.0  # seconds since a process last told its figures; it does so every second
Sample = tuple[str, dict[str, str], float]
Family = tuple[str, str, str, list[Sample]]  # name, type, words, samples


class Shared(Collector):
    """The figures of this process's registry with those of its siblings."""

    def __init__(self, folder: Path, own: CollectorRegistry) -> None:
        self._folder, self._registry = folder, own
        self._own = folder / f"{os.getpid()}-{time.time_ns()}.json"
        self._telling = threading.Lock()

    def tell(self) -> None:
        """Write down how the figures of this process stand. Where that cannot be, the others go on with the last ones."""
        with self._telling, suppress(OSError):
            told = [
                (family.name, family.type, family.documentation, [(one.name, one.labels, one.value) for one in family.samples])
                for family in self._registry.collect()
            ]  # fmt: skip
            beside = self._own.with_suffix(".new")
            beside.write_text(json.dumps(told))
            os.replace(beside, self._own)

    def collect(self) -> Iterator[Metric]:
        """Every family once, summed over the processes."""
        self.tell()
        sums: dict[str, tuple[Metric, dict[tuple[str, str], tuple[dict[str, str], float]]]] = {}
        for path in sorted(self._folder.glob("*.json"), key=lambda one: one != self._own):
            for name, kind, words, samples in _read(path):
                if kind == "gauge" and path != self._own and not _alive(path):
                    continue
                _, found = sums.setdefault(name, (Metric(name, words, kind), {}))
                for sample, labels, value in samples:
                    if not sample.endswith("_created"):  # a moment is no sum
                        key = sample, json.dumps(labels, sort_keys=True)
                        found[key] = labels, found.get(key, (labels, 0.0))[1] + value
        for metric, found in sums.values():
            for (sample, _), (labels, value) in found.items():
                metric.add_sample(sample, labels, value)
            yield metric


def _read(path: Path) -> list[Family]:
    try:
        return list(json.loads(path.read_text()))
    except (OSError, ValueError):
        return []


def _alive(path: Path) -> bool:
    try:
        return time.time() - path.stat().st_mtime < ALIVE
    except OSError:
        return False
