"""Opening the store: one engine, a way to read, a way to write, and one place where database trouble gets its words."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import URL, make_url

from core.errors import BadInput, Unavailable
from core.store.driver import Driver, choose
from core.store.presence import Presence, announce
from core.store.space import FULL, Room
from core.store.turn import PATIENCE, Turn

_WRITES = "ses_desk_writes"
_DISK_FULL = "53100"  # PostgreSQL's number for it
CACHE = 32_000  # kilobytes


@dataclass(frozen=True, slots=True)
class Store:
    """An open database. Safe to share between threads."""

    engine: sa.Engine
    guard: str  # which SQLite and which guard is active, in words; for PostgreSQL its name
    turn: Turn | None = None
    presence: Presence | None = None  # SQLite: says that we have it open
    room: Room | None = None  # SQLite: the disk under it; a PostgreSQL's disk is its own business

    @property
    def dialect(self) -> str:
        """sqlite or postgresql."""
        return self.engine.dialect.name

    @contextmanager
    def write(self, patience: float = PATIENCE) -> Iterator[sa.Connection]:
        """One transaction that writes, durable when the block has ended; rolled back when it raises.

        Raises Unavailable when the database cannot do it just now; on SQLite also when it would
        have to wait for longer than `patience` seconds.
        """
        with (
            self.turn.taken(patience) if self.turn else nullcontext(),
            _words(),
            self.engine.connect() as conn,
            _impatient(conn) if patience < PATIENCE else nullcontext(),
            conn.execution_options(**{_WRITES: True}).begin(),
        ):
            yield conn

    @contextmanager
    def read(self, still: bool = False) -> Iterator[sa.Connection]:
        """A connection that sees one consistent state of the database: on PostgreSQL each statement its own, with `still`
        all of them the same. Raises Unavailable."""
        with _words(), self.engine.connect() as conn:
            if still and self.dialect == "postgresql":
                conn.execution_options(isolation_level="REPEATABLE READ")
            yield conn

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()
        if self.presence is not None:
            self.presence.close()


@contextmanager
def _impatient(conn: sa.Connection) -> Iterator[None]:
    """SQLite does not wait for a lock that somebody holds without having taken the turn."""
    raw: Any = conn.connection.driver_connection
    raw.execute("PRAGMA busy_timeout=0").close()
    try:
        yield
    finally:
        raw.execute(f"PRAGMA busy_timeout={int(PATIENCE * 1000)}").close()


@contextmanager
def _words() -> Iterator[None]:
    """Database trouble, told once: as Unavailable with a sentence that holds neither values nor a path."""
    try:
        yield
    except sa.exc.IntegrityError:
        raise
    except (sa.exc.DBAPIError, sa.exc.TimeoutError) as error:
        raise Unavailable(sentence(error)) from error


def sentence(error: Exception) -> str:
    """What a database's trouble means, for a person."""
    said = getattr(error, "orig", error)
    if getattr(said, "sqlstate", None) == _DISK_FULL:  # its words are in the server's language
        return FULL
    text = str(said).lower()
    for sign, sentence in (
        ("locked", "The database is busy: another process has kept it for more than 5 seconds. Try again."),
        ("full", FULL),
        ("no space left", FULL),
        (
            "disk i/o error",
            "The disk under the database refuses to write or to read. Check the disk, its quota and this user's limits.",
        ),
        ("readonly", "The database cannot be written. Check who owns its file and folder."),
        (
            "not a database",
            "The database file is damaged or is no SQLite database. Restore it from a backup.",
        ),
        ("malformed", "The database file is damaged. Restore it from a backup."),
        ("decode to utf-8", "The database file is damaged. Restore it from a backup."),
        (
            "unable to open",
            "The database file cannot be opened. Check that its folder exists and who owns it.",
        ),
        ("password", "The database refused the user name or password in SES_DESK_DATABASE_URL."),
        ("no such table", "The database has no tables yet. Start SES Desk once to make them."),
        (
            "does not exist",
            "The database has no tables yet, or does not exist. Start SES Desk once to make them.",
        ),
    ):
        if sign in text:
            return sentence
    return "The database cannot be reached or did not answer in time. Check that it is running."


def open_store(url: str, cache: int = CACHE) -> Store:
    """Open the store at a SQLAlchemy URL (SQLite file or postgresql+psycopg). Makes no tables: see `migrate`.

    `cache`: kilobytes of an SQLite file that each connection may hold in memory.

    Raises BadInput for a URL of another kind.
    """
    try:
        parsed = make_url(url)
    except (sa.exc.ArgumentError, ValueError):  # ValueError: a port that is no number
        raise BadInput("SES_DESK_DATABASE_URL is not a database URL.", "SES_DESK_DATABASE_URL") from None
    if parsed.get_backend_name() == "sqlite" and parsed.database not in (None, "", ":memory:"):
        return _open_sqlite(parsed, choose(), cache)
    if parsed.get_backend_name() == "postgresql":
        return _open_postgresql(parsed)
    raise BadInput(
        "SES_DESK_DATABASE_URL must name a SQLite file (sqlite:////path/to/file.db) or PostgreSQL (postgresql+psycopg://…).",
        "SES_DESK_DATABASE_URL",
    )


def _open_sqlite(url: URL, driver: Driver, cache: int = CACHE) -> Store:
    path = Path(str(url.database)).absolute()
    engine = sa.create_engine(
        url.set(drivername="sqlite", database=str(path)),
        module=driver.module,
        connect_args={"timeout": PATIENCE, "check_same_thread": False},
        pool_size=8,
        max_overflow=24,
        pool_timeout=PATIENCE,
        hide_parameters=True,  # messages and addresses have no place in an error's text
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        for pragma in (
            f"journal_mode={'wal' if driver.wal else 'truncate'}",
            "synchronous=full",
            "foreign_keys=on",
            "wal_autocheckpoint=4000",
            "temp_store=memory",
            f"cache_size=-{cache}",
        ):
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def _begin(conn: sa.Connection) -> None:
        writes = conn.get_execution_options().get(_WRITES, False)
        conn.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return Store(
        engine, driver.words, Turn(path.with_name(path.name + ".lock")), announce(path), Room(path.parent)
    )


def _open_postgresql(url: URL) -> Store:
    engine = sa.create_engine(
        url.set(drivername="postgresql+psycopg"),
        pool_pre_ping=True,
        pool_size=8,
        max_overflow=24,
        pool_timeout=PATIENCE,
        hide_parameters=True,  # messages and addresses have no place in an error's text
        connect_args={
            "connect_timeout": 5,
            # A server that vanished without a word is given up after some 20 seconds, not after hours.
            "keepalives_idle": 5,
            "keepalives_interval": 5,
            "keepalives_count": 3,
            "tcp_user_timeout": 20_000,
            "options": f"-c statement_timeout=15000 -c lock_timeout={PATIENCE * 1000:.0f} -c timezone=UTC -c synchronous_commit=on",
        },
    )
    return Store(engine, "PostgreSQL")
