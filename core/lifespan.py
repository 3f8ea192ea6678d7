"""What lives as long as the process: the desk that routes and screens share, and what starts and stops with the server."""

import asyncio
import gc
import logging
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from importlib import import_module
from typing import Any

from starlette.middleware import Middleware
from starlette.routing import BaseRoute

from core import log, moment
from core.asgi import Edge
from core.desk import Desk
from core.errors import SesDeskError
from core.members import first
from core.receiver.receiver import Receiver
from core.receiver.routes import routes as public_routes
from core.settings import Settings, settings
from core.store import store as open_settled_store
from core.uploads import MembersUploads
from core.vault import open_vault

# A page that computes holds the interpreter for this long at most before the receiver gets its turn (default 5 ms).
SWITCH_INTERVAL = 0.0005  # seconds

# What the first page needs. Imported beside the running server, so that neither the start nor the first visitor waits.
WARM_AFTER = 0.3  # seconds, so that the first answer is out by then
WARM = (
    "pandas",
    "pyarrow",
    "plotly.graph_objects",
    "core.charts.rate",
    "core.charts.volume",
    "core.charts.meter",
    "core.reports.home",
    "core.reports.review",
    "core.diagnosis",
    "core.members.passwords",
    "streamlit_authenticator",
)


_opening = threading.Lock()
_desk: Desk | None = None
_welcomed = False
_receiver: Receiver | None = None


def desk(found: Settings | None = None) -> Desk:
    """The desk of this process; opened by whoever asks first. Raises SesDeskError with a sentence when it cannot be.

    `found`: the settings as they turned out, for the one who opens it (a port of 0 has become a real one).
    """
    global _desk
    with _opening:
        if _desk is None:
            chosen = found or settings()
            store = open_settled_store(chosen)
            _desk = Desk(store, open_vault(chosen, store), chosen)
        return _desk


def use(other: Desk | None) -> None:
    """Work with this desk from now on; None: open a new one when next asked. For tests."""
    global _desk
    with _opening:
        _desk = other


def routes() -> list[BaseRoute]:
    """Every route of ours, before Streamlit's: Amazon's and the mail clients', then the session's.

    Opens the desk. What keeps it shut is said in one sentence and ends the process with 1, however it was started.
    """
    global _receiver
    from core import session_routes

    log.set_up()
    try:
        opened = desk()
        welcome(opened)
    except SesDeskError as refused:
        print(f"SES Desk cannot start: {refused}", file=sys.stderr, flush=True)
        sys.exit(1)
    _receiver = Receiver(opened.store, opened.settings)
    return [*public_routes(_receiver), *session_routes.routes()]


def middleware() -> list[Middleware]:
    """One door around everything, and a second one before files."""
    return [Middleware(Edge), Middleware(MembersUploads)]


@asynccontextmanager
async def lifespan(app: object) -> AsyncIterator[dict[str, Any]]:
    """Warm what the first page needs and do the background jobs; at the end let what is under way finish."""
    sys.setswitchinterval(SWITCH_INTERVAL)
    _one_log()
    gc.freeze()  # what was loaded stays: the collector need not look at it again
    gc.enable()
    warming = threading.Timer(WARM_AFTER, _warm)
    warming.daemon = True
    warming.start()
    stop = threading.Event()
    jobs = threading.Thread(target=_work, args=(stop,), name="jobs", daemon=True)
    jobs.start()
    yield {}
    warming.cancel()
    stop.set()
    await asyncio.to_thread(jobs.join, 10)
    if _receiver is not None:
        await asyncio.to_thread(_receiver.close)
    await asyncio.to_thread(_stop_demo)


def welcome(opened: Desk) -> None:
    """Once per process: make the first admin from the environment, or print the code with which the first visitor becomes it.

    Raises BadInput when the environment names an admin that cannot be.
    """
    global _welcomed
    if _welcomed:
        return
    _welcomed = True
    if first.from_environment(opened.settings, opened.store, moment.now()) is not None:
        return
    code = first.offer(opened.store)
    if code is not None:
        print(
            f"Nobody can sign in yet. The first visitor makes the first admin with this one-time code: {code}",
            flush=True,
        )


def _work(stop: threading.Event) -> None:
    """The worker of this process, once the first answer is out."""
    if not stop.wait(WARM_AFTER):
        from core.worker.run import run

        run(desk(), stop)


def _stop_demo() -> None:
    """End the demo Amazon with us; whoever speaks to it next starts it again, with its world as it was."""
    from core.demo import process

    if (desk().settings.folder / process.FOLDER).exists():
        process.stop(desk().settings)


def _warm() -> None:
    """Import ahead. One library declares its Streamlit parts while it loads, and Streamlit says that no page is running."""
    logging.getLogger("streamlit.runtime.scriptrunner_utils.script_run_context").setLevel(logging.ERROR)
    for name in WARM:
        with suppress(ImportError):
            import_module(name)
    _one_log()


def _one_log() -> None:
    """Streamlit gives each of its loggers a stream of its own; let them pass our redaction instead."""
    for name in list(logging.root.manager.loggerDict):
        if name == "streamlit" or name.startswith("streamlit."):
            logger = logging.getLogger(name)
            logger.handlers[:], logger.propagate = [], True
    logging.getLogger("streamlit.error_util").setLevel(logging.CRITICAL)  # pages.parts.broken tells it, once
