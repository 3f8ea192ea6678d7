"""Is it alive, could it store an event now, and what did it do: /healthz, /readyz, /metrics."""

import asyncio
import ipaddress
import time

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from starlette.types import Scope

from core import moment
from core.errors import SesDeskError
from core.receiver.answers import NOT_FOUND, Answer, error, json_answer
from core.receiver.bearer import bearer
from core.receiver.intake import Intake
from core.store import api_tokens, meta, raw
from core.store.engine import Store

HOLD = 1.0  # seconds a readiness answer stands, so that probes do not become load
FORWARDED = (b"forwarded", b"via", b"x-real-ip", b"x-client-ip", b"true-client-ip", b"cf-connecting-ip")
ALIVE = json_answer({"status": "ok"})


class Health:
    """The three small routes, and the counters behind the last."""

    def __init__(self, store: Store, intake: Intake) -> None:
        self._store, self._intake = store, intake
        self._ready: tuple[float, str] = (0.0, "")
        self._probe: asyncio.Task[str] | None = None
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "ses_desk_sns_requests", "Posts to /sns by answer", ["status", "result"], registry=self.registry
        )
        self.seconds = Histogram(
            "ses_desk_sns_seconds", "Seconds from the whole request to its answer", registry=self.registry,
            buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
        )  # fmt: skip
        self._counters: dict[tuple[int, str], Counter] = {}
        waiting = Gauge(
            "ses_desk_intake_waiting", "Notifications that wait for their commit", registry=self.registry
        )
        waiting.set_function(lambda: self._intake.waiting)

    def answered(self, status: int, result: str, seconds: float) -> None:
        """Count one answer of /sns. `result` comes from a closed list of words, so that labels stay few."""
        counter = self._counters.get((status, result))
        if counter is None:
            counter = self._counters[status, result] = self.requests.labels(str(status), result)
        counter.inc()
        self.seconds.observe(seconds)

    async def ready(self) -> Answer:
        """200 when an event could be stored now: a small durable write is tried, at most once a second."""
        if time.monotonic() >= self._ready[0]:
            if self._probe is None or self._probe.done():
                self._probe = asyncio.ensure_future(asyncio.to_thread(self._why_not))
            why = await asyncio.shield(self._probe)
            self._ready = (time.monotonic() + HOLD, why)
        why = self._ready[1]
        if not why:
            return json_answer({"status": "ready"})
        answer = error(503, why, "No event could be stored just now.")
        return json_answer({"status": "unavailable", "reason": why}, 503, answer.headers)

    def _why_not(self) -> str:
        if self._intake.full:
            return "busy"
        if self._store.room is not None and self._store.room.short:
            return "full"
        try:
            with self._store.write() as conn:
                meta.put(conn, "ready", str(moment.now()))
                raw.may_keep(conn)
        except SesDeskError as refused:
            return _word(str(refused))
        except Exception:
            return "error"
        return ""

    async def metrics(self, scope: Scope) -> Answer:
        """Prometheus text for this machine itself, or for any valid bearer token (it names no connection); else 404."""
        if not (_local(scope) or await self._allowed(scope)):
            return NOT_FOUND
        return Answer(200, generate_latest(self.registry), (), CONTENT_TYPE_LATEST.encode())

    async def _allowed(self, scope: Scope) -> bool:
        token = bearer(scope)
        if token is None:
            return False
        try:
            return await asyncio.to_thread(api_tokens.find, self._store, token) is not None
        except SesDeskError:
            return False


def _word(sentence: str) -> str:
    """The store's sentence as one word."""
    for sign, word in (
        ("busy", "locked"), ("full", "full"), ("damaged", "damaged"), ("newer", "newer-schema"),
        ("cannot be written", "read-only"), ("tables", "no-schema"), ("refuses to write", "disk"),
    ):  # fmt: skip
        if sign in sentence:
            return word
    return "down"


def _local(scope: Scope) -> bool:
    names = {name for name, _ in scope["headers"]}
    if any(name in FORWARDED or name.startswith(b"x-forwarded") for name in names):
        return False
    try:
        return ipaddress.ip_address((scope.get("client") or ("",))[0]).is_loopback
    except ValueError:
        return False
