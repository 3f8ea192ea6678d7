"""The only place that knows SQL: tables, migrations, recording, rollups and queries, on SQLite or PostgreSQL."""

from core.store.engine import Store, open_store
from core.store.start import store

__all__ = ["Store", "open_store", "store"]
