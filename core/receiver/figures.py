"""The figures behind /metrics: what this process did, and how its store stands. No names and no addresses: topics by number."""

from collections.abc import Iterator
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Metric, generate_latest
from prometheus_client.core import CounterMetricFamily
from prometheus_client.registry import Collector

from core.errors import SesDeskError
from core.moment import SECOND
from core.receiver.certificates import Certificates
from core.receiver.intake import Intake
from core.receiver.shared import Shared
from core.store import callbacks, depths
from core.store.depths import Depth
from core.store.engine import Store
from core.store.space import free_at


class Figures:
    """Counters of this process, and how its store stands. `share` adds up those of several processes behind one port."""

    def __init__(self, store: Store, intake: Intake, certificates: Certificates, folder: Path) -> None:
        self._store, self._folder = store, folder
        self.registry, self._all = (
            CollectorRegistry(),
            CollectorRegistry(),
        )  # of this process; of all in one store
        self._shared: Shared | None = None
        self._requests = Counter(
            "ses_desk_sns_requests", "Posts to /sns by answer", ["status", "result"], registry=self.registry
        )
        self._seconds = Histogram(
            "ses_desk_sns_seconds", "Seconds from the whole request to its answer", registry=self.registry,
            buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
        )  # fmt: skip
        self._commit = Histogram(
            "ses_desk_commit_seconds", "Seconds to store one batch durably", registry=self.registry,
            buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
        )  # fmt: skip
        self._batch = Histogram(
            "ses_desk_batch_notifications", "Notifications in one batch", registry=self.registry,
            buckets=(1, 2, 4, 8, 16, 32, 64, 128, 256),
        )  # fmt: skip
        self._failed = Counter(
            "ses_desk_batches_failed", "Batches that could not be stored; SNS sends them again", registry=self.registry
        )  # fmt: skip
        self._last = Gauge(
            "ses_desk_topic_last_event_seconds", "When a topic was last heard, by its number, in seconds since 1970",
            ["topic"], registry=self._all,
        )  # fmt: skip
        self._free = Gauge("ses_desk_free_bytes", "Free space where the data is kept", registry=self._all)
        self._up = Gauge(
            "ses_desk_store_up", "1 when the store could be read for these figures", registry=self._all
        )
        self._depth = Gauge(
            "ses_desk_queue_messages", "Messages in an SQS queue by its number, as the worker last saw it",
            ["queue", "kind", "state"], registry=self._all,
        )  # fmt: skip
        self._depth_at = Gauge(
            "ses_desk_queue_seen_seconds", "When the worker last saw a queue's depth, in seconds since 1970",
            ["queue", "kind"], registry=self._all,
        )  # fmt: skip
        self.registry.register(_Lookups(certificates))
        self._gauge("ses_desk_intake_waiting", "Notifications that wait for their commit").set_function(
            lambda: intake.waiting
        )
        self._gauge("ses_desk_certificates_held", "Signing certificates held in memory").set_function(
            lambda: certificates.held
        )
        self._counters: dict[tuple[int, str], Counter] = {}
        intake.committed = self.committed

    def _gauge(self, name: str, words: str) -> Gauge:
        return Gauge(name, words, registry=self.registry)

    def answered(self, status: int, result: str, seconds: float) -> None:
        """Count one answer of /sns. `result` comes from a closed list of words, so that labels stay few."""
        counter = self._counters.get((status, result))
        if counter is None:
            counter = self._counters[status, result] = self._requests.labels(str(status), result)
        counter.inc()
        self._seconds.observe(seconds)

    def committed(self, size: int, seconds: float, stored: bool) -> None:
        """Count one batch."""
        if stored:
            self._commit.observe(seconds)
            self._batch.observe(size)
        else:
            self._failed.inc()

    def text(self) -> bytes:
        """All of it as Prometheus reads it. Asks the store: not for the event loop. A store that is away says so in a figure."""
        free = free_at(self._folder)
        self._free.set(float("nan") if free is None else free)
        try:
            heard, queues = callbacks.last_heard(self._store), depths.seen(self._store)
        except SesDeskError:
            self._up.set(0)
        else:
            self._up.set(1)
            self._last.clear()
            for number, at in heard.items():
                self._last.labels(str(number)).set(at / SECOND)
            self._queues(queues)
        return generate_latest(self._shared or self.registry) + generate_latest(self._all)

    def share(self, folder: Path) -> None:
        """Add up with the processes that keep their figures in the same folder."""
        self._shared = Shared(folder, self.registry)

    def tell(self) -> None:
        """Let the other processes know how these figures stand: once a second."""
        if self._shared is not None:
            self._shared.tell()

    def _queues(self, queues: list[Depth]) -> None:
        self._depth.clear()
        self._depth_at.clear()
        for one in queues:
            number = str(one.queue)
            self._depth.labels(number, one.kind, "waiting").set(one.waiting)
            self._depth.labels(number, one.kind, "hidden").set(one.hidden)
            self._depth_at.labels(number, one.kind).set(one.seen_at / SECOND)


class _Lookups(Collector):
    """How often a signing certificate was at hand, and how often it was not."""

    def __init__(self, certificates: Certificates) -> None:
        self._of = certificates

    def collect(self) -> Iterator[Metric]:
        """The two counts."""
        told = CounterMetricFamily(
            "ses_desk_certificate_lookups", "Signing certificates wanted, by where they were", labels=["at"]
        )
        told.add_metric(["hand"], self._of.asked - self._of.missed)
        told.add_metric(["elsewhere"], self._of.missed)
        yield told
