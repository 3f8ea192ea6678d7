"""The public routes alone, as a raw ASGI application: what `python -m core.receiver` serves."""

import asyncio
import gc
import multiprocessing
import os

from starlette.types import ASGIApp, Receive, Scope, Send

from core import log
from core.receiver.answers import NOT_FOUND, send_answer
from core.receiver.receiver import Receiver
from core.receiver.routes import OURS, Public
from core.settings import settings
from core.store import store as open_settled_store

COLLECT = (100_000, 20, 20)
CACHE = 8_000  # kilobytes of SQLite for each connection: it writes at the end of tables, and hardly reads
WATCH = 1.0  # seconds between looks whether the supervisor still lives


class Serving:
    """The application around a receiver. Its lifespan finishes what waits before the process ends."""

    def __init__(self, receiver: Receiver, api: bool = True) -> None:
        self.receiver, self._public = receiver, Public(receiver, api)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or begin and end."""
        if scope["type"] == "http":
            if scope["path"][1:].partition("/")[0] in OURS:
                await self._public(scope, receive, send)
            else:
                await send_answer(NOT_FOUND, send)
        elif scope["type"] == "lifespan":
            await self.live(receive, send)
        else:
            await send({"type": "websocket.close", "code": 1008})

    async def live(self, receive: Receive, send: Send) -> None:
        """From the first moment to the last."""
        await _lifespan(self.receiver, receive, send)


class Watched(Serving):
    """The application of one of several processes: it ends when its supervisor is gone, however that ended."""

    def __init__(self, receiver: Receiver, api: bool = True) -> None:
        super().__init__(receiver, api)
        parent = multiprocessing.parent_process()  # known even when it ended before we came this far
        self._supervisor = parent.pid if parent else os.getppid()

    async def live(self, receive: Receive, send: Send) -> None:
        """The same, under watch."""
        task = asyncio.ensure_future(self._watch())
        try:
            await super().live(receive, send)
        finally:
            task.cancel()
            self.receiver.figures.tell()

    async def _watch(self) -> None:
        while os.getppid() == self._supervisor:
            await asyncio.to_thread(self.receiver.figures.tell)
            await asyncio.sleep(WATCH)
        os._exit(1)  # as abrupt as what ended the supervisor; nothing acknowledged is lost by it


async def _lifespan(receiver: Receiver, receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            gc.freeze()  # what was loaded stays; a batch makes thousands of short-lived values, and hardly a cycle
            gc.set_threshold(*COLLECT)
            await send({"type": "lifespan.startup.complete"})
        else:
            await asyncio.to_thread(receiver.close)
            await send({"type": "lifespan.shutdown.complete"})
            return


def app() -> ASGIApp:
    """The application of one process, from the environment."""
    return Serving(_opened())


def app_without_api() -> ASGIApp:
    """The same without /api."""
    return Serving(_opened(), api=False)


def worker() -> ASGIApp:
    """The application of one of several processes."""
    return Watched(_opened())


def worker_without_api() -> ASGIApp:
    """The same without /api."""
    return Watched(_opened(), api=False)


def _opened() -> Receiver:
    log.set_up()
    chosen = settings()
    receiver = Receiver(open_settled_store(chosen, CACHE), chosen, alone=True)
    if chosen.figures_dir is not None:
        receiver.figures.share(chosen.figures_dir)
    return receiver
