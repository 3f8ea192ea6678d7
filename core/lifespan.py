"""What lives as long as the process: the desk that routes and screens share, and what starts and stops with the server."""

import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from starlette.middleware import Middleware
from starlette.routing import BaseRoute

from core import moment
from core.asgi import Edge
from core.settings import Settings, settings
from core.store import store as open_settled_store
from core.store.engine import Store
from core.vault import Vault, open_vault

# A page that computes holds the interpreter for this long at most before the receiver gets its turn (default 5 ms).
SWITCH_INTERVAL = 0.0005  # seconds

# What the first page needs. Imported beside the running server, so that neither the start nor the first visitor waits.
WARM = (
    "pandas",
    "plotly.graph_objects",
    "core.charts",
    "core.members.passwords",
    "core.store.rates",
    "core.diagnosis",
    "streamlit_authenticator",
)


@dataclass(frozen=True)
class Desk:
    """The three things every screen works with."""

    store: Store
    vault: Vault
    settings: Settings


_opening = threading.Lock()
_desk: Desk | None = None


def desk() -> Desk:
    """The desk of this process; opened by whoever asks first. Raises SesDeskError with a sentence when it cannot be."""
    global _desk
    with _opening:
        if _desk is None:
            chosen = settings()
            store = open_settled_store(chosen)
            _desk = Desk(store, open_vault(chosen, store), chosen)
        return _desk


def use(other: Desk | None) -> None:
    """Work with this desk from now on; None: open a new one when next asked. For tests."""
    global _desk
    with _opening:
        _desk = other


def routes() -> list[BaseRoute]:
    """Every route of ours, before Streamlit's: Amazon's and the mail clients', then the session's."""
    from core import session_routes
    from core.receiver.routes import routes as public_routes

    return [*public_routes(receiver()), *session_routes.routes()]


def middleware() -> list[Middleware]:
    """One door around everything."""
    return [Middleware(Edge)]
