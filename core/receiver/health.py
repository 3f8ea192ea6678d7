"""Is it alive, could it store an event now, and what did it do: /healthz, /readyz, /metrics."""

import asyncio
import ipaddress
import time

from prometheus_client import CONTENT_TYPE_LATEST
from starlette.types import Scope

from core import moment
from core.errors import SesDeskError
from core.receiver.answers import NOT_FOUND, Answer, error, json_answer
from core.receiver.bearer import bearer
from core.receiver.figures import Figures
from core.receiver.intake import Intake
from core.store import api_tokens, probes, raw
from core.store.engine import Store

PATIENCE = 6.0  # seconds a probe waits for the store, which gives up a lock after 5
HOLD = 1.0  # seconds a readiness answer stands, so that probes do not become load
FORWARDED = (b"forwarded", b"via", b"x-real-ip", b"x-client-ip", b"true-client-ip", b"cf-connecting-ip")
ALIVE = json_answer({"status": "ok"})


class Health:
    """The three small routes."""

    def __init__(self, store: Store, intake: Intake, figures: Figures) -> None:
        self._store, self._intake, self._figures = store, intake, figures
        self.answered = figures.answered
        self._ready: tuple[float, str] = (0.0, "")
        self._probe: asyncio.Task[str] | None = None

    async def ready(self) -> Answer:
        """200 when an event could be stored now: a small durable write is tried, at most once a second."""
        if time.monotonic() >= self._ready[0]:
            if self._probe is None or self._probe.done():
                self._probe = asyncio.ensure_future(asyncio.to_thread(self._why_not))
            try:
                async with asyncio.timeout(PATIENCE):
                    why = await asyncio.shield(self._probe)
            except TimeoutError:
                why = "slow"  # the question stands; whoever asks next waits for the same answer
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
                probes.probe(conn, moment.now())
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
        text = await asyncio.to_thread(self._figures.text)
        return Answer(200, text, (), CONTENT_TYPE_LATEST.encode())

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
