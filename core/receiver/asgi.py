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


def serving(receiver: Receiver, api: bool = True) -> ASGIApp:
    """The application around a receiver. Its lifespan finishes what waits before the process ends."""
    public = Public(receiver, api)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            if scope["path"][1:].partition("/")[0] in OURS:
                await public(scope, receive, send)
            else:
                await send_answer(NOT_FOUND, send)
        elif scope["type"] == "lifespan":
            await _lifespan(receiver, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1008})

    return app


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
    return serving(_opened())


def app_without_api() -> ASGIApp:
    """The same without /api."""
    return serving(_opened(), api=False)


def worker() -> ASGIApp:
    """The application of one of several processes: it ends when its supervisor is gone, however that ended."""
    return _watching(_opened())


def worker_without_api() -> ASGIApp:
    """The same without /api."""
    return _watching(_opened(), api=False)


def _opened() -> Receiver:
    log.set_up()
    chosen = settings()
    receiver = Receiver(open_settled_store(chosen, CACHE), chosen, alone=True)
    if chosen.figures_dir is not None:
        receiver.figures.share(chosen.figures_dir)
    return receiver


def _watching(receiver: Receiver, api: bool = True) -> ASGIApp:
    inner = serving(receiver, api)
    parent = multiprocessing.parent_process()  # known even when it ended before we came this far
    supervisor = parent.pid if parent else os.getppid()

    async def watch() -> None:
        while os.getppid() == supervisor:
            await asyncio.to_thread(receiver.figures.tell)
            await asyncio.sleep(WATCH)
        os._exit(1)  # as abrupt as what ended the supervisor; nothing acknowledged is lost by it

    async def outer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            task = asyncio.ensure_future(watch())
            try:
                await inner(scope, receive, send)
            finally:
                task.cancel()
                receiver.figures.tell()
        else:
            await inner(scope, receive, send)

    return outer
