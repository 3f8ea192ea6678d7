"""A store of the first release, filled, whose migration is killed at some moment: what must be there afterwards is what was there before."""

import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from outpost import ROOT, Load, Outpost

from core.store.engine import Store, open_store
from core.store.migrate import migrate, schema_of, steps

KEPT = {
    "connections": ["id", "uuid", "name", "region"],
    "callbacks": ["id", "connection_id", "token_hash"],
    "notifications": ["connection_id", "published_at", "sns_message_id", "message", "state"],
    "events": ["connection_id", "type", "message_id", "recipient", "occurred_at"],
    "outcomes": ["connection_id", "message_id", "recipient", "flags"],
    "rollups": ["connection_id", "dimension", "grain", "cohort", "bucket", "value", "delivered"],
}
UPGRADE = """
import sys
from alembic import command, config  # so that the kill meets the migration, not an import
from core.store.engine import open_store
from core.store.migrate import migrate
store = open_store(sys.argv[1])
with store.read() as conn:
    conn.exec_driver_sql("SELECT 1")
print("ready", flush=True)
migrate(store)
print("done", flush=True)
"""
Held = dict[str, Counter[tuple[object, ...]]]


def make_old(store: Store, source: Store) -> None:
    """Tables of the first release in an empty store, with what `source` (of today) holds."""
    config = Config()
    config.set_main_option("script_location", str(ROOT / "core" / "store" / "migrations"))
    with store.write() as conn:
        config.attributes["connection"] = conn
        command.upgrade(config, steps()[0])
    with source.read() as conn, store.write() as to:
        for name in KEPT:
            new, old = _table(conn, name), _table(to, name)
            rows = conn.execute(sa.select(*(new.c[column.name] for column in old.c if column.name in new.c)))
            if found := [dict(row._mapping) for row in rows]:
                to.execute(old.insert(), found)


def _table(conn: sa.Connection, name: str) -> sa.TableClause:
    """The table as the database has it."""
    return sa.table(
        name, *(sa.column(one["name"], one["type"]) for one in sa.inspect(conn).get_columns(name))
    )


def held(store: Store) -> Held:
    """What a migration must keep: every row of these tables, in columns that each release has."""
    with store.read() as conn:
        return {name: Counter(map(tuple, _rows(conn, name, columns))) for name, columns in KEPT.items()}


def _rows(conn: sa.Connection, name: str, columns: list[str]) -> sa.CursorResult[Any]:
    table = _table(conn, name)
    return conn.execute(sa.select(*(table.c[column] for column in columns)))


def killed_after(url: str, seconds: float) -> bool:
    """Migrate in a process of its own and kill that so many seconds after it began; whether it had ended before."""
    words = [sys.executable, "-c", UPGRADE, url]
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(seconds)
        process.kill()
        return "done" in process.stdout.read()


def wrong_afterwards(url: str, before: Held) -> tuple[str | None, int, int]:
    """Where a killed migration left the schema, and after another one: rows lost, rows too many."""
    store = open_store(url)
    try:
        with store.read() as conn:
            found = schema_of(conn)
            if store.dialect == "sqlite":
                assert conn.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
        migrate(store)
        with store.read() as conn:
            assert schema_of(conn) == steps()[-1]
        after = held(store)
    finally:
        store.close()
    lost = sum((before[name] - after[name]).total() for name in KEPT)
    return found, lost, sum((after[name] - before[name]).total() for name in KEPT)


def copied(url: str, folder: Path, number: int) -> str:
    """A database of its own with the same content."""
    parsed = sa.make_url(url)
    if parsed.get_backend_name() == "sqlite":
        goal = folder / f"copy{number}.db"
        goal.write_bytes(Path(str(parsed.database)).read_bytes())
        return f"sqlite:///{goal}"
    name = f"{parsed.database}_{number}"
    admin = sa.create_engine(parsed.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with admin.connect() as conn:
        conn.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE {parsed.database}")
    admin.dispose()
    return parsed.set(database=name).render_as_string(hide_password=False)


def filled(outpost: Outpost, posts: int) -> None:
    """So many notifications in its store, through a receiver."""
    with Load(outpost, [outpost.start().port]) as load:
        load.wait_for(posts, within=300)
    outpost.close()
