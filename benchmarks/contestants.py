"""Who is measured: SES Desk's receiver, django-ses, a Node stack, and the floor, each with two processes and an empty database.

What the peers need is installed once, into `benchmarks/.cache`.
"""

import hashlib
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.corpus import ARN, Signer
from benchmarks.figure import ROOT
from benchmarks.servers import free_port
from benchmarks.serving import Served, plain_environment, running

WORKERS = 2
CACHE = ROOT / "benchmarks" / ".cache"
DJANGO = ("django-ses[events]==4.8.2", "django==5.2.*", "gunicorn==27.0.1")
DJANGO_NAME = "django-ses 4.8.2, gunicorn sync, 2 workers, SQLite WAL NORMAL, persistent connections"
NODE_NAME = "Node: express 5 + sns-validator + better-sqlite3, 2 processes, SQLite WAL NORMAL"
TOKEN = "benchmark-token-" + "x" * 32


def add_callback(folder: Path, connection_id: int | None = None, url: str = "") -> None:
    """A callback that takes the corpus's topic in, on a connection of its own unless one is named."""
    from core import moment
    from core.settings import Settings
    from core.store import callbacks, connections, store
    from core.store.tables import Connection

    chosen = Settings(data_dir=folder, database_url=url) if url else Settings(data_dir=folder)
    opened, now = store(chosen), moment.now()
    with opened.write() as conn:
        if connection_id is None:
            made = connections.add(
                conn, Connection(uuid="b", name="bench", region="eu-west-1", created_at=now, updated_at=now)
            )
            connection_id = made.id or 0
        callbacks.pin(conn, callbacks.add(conn, connection_id, TOKEN, False, None, now), ARN, now)
    opened.close()


def counted(database: Path, name: str) -> int:
    """The rows of a table of a SQLite file."""
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=60) as db:
        return int(db.execute(f"SELECT count(*) FROM {name}").fetchone()[0])


def kept(url: str) -> int:
    """The notifications in a PostgreSQL."""
    import psycopg

    with psycopg.connect(url.replace("+psycopg", "")) as conn:
        found = conn.execute("SELECT count(*) FROM notifications").fetchone()
    return int(found[0]) if found else 0


@contextmanager
def ours(
    folder: Path, requests: Path, data: Path | None = None, workers: int = WORKERS, url: str = ""
) -> Iterator[Served]:
    """SES Desk's receiver; on an empty SQLite store unless `data` has one with a callback, or on an empty PostgreSQL."""
    if data is None:
        data = Path(tempfile.mkdtemp(dir=folder))
        add_callback(data, url=url)
    database, port = data / "ses-desk.db", free_port()
    words = [sys.executable, "-m", "core.receiver", "--port", str(port), "--workers", str(workers)]
    settings = plain_environment(
        SES_DESK_DATA_DIR=str(data), SES_DESK_CERTIFICATE_DIR=str(folder / "certificates"), SES_DESK_DATABASE_URL=url
    )  # fmt: skip
    with running(words, ROOT, settings, port, "/healthz", folder / "ours.log") as pid:
        yield Served(port, pid, requests, lambda: kept(url) if url else counted(database, "notifications"))


@contextmanager
def django(folder: Path, signer: Signer, requests: Path) -> Iterator[Served]:
    """django-ses under gunicorn."""
    home = installed_django()
    database, port = Path(tempfile.mkdtemp(dir=folder)) / "peer.db", free_port()
    shutil.copy(ROOT / "benchmarks" / "peer.py", folder / "peer.py")
    settings = plain_environment(
        PEER_DB=str(database), PEER_URL=signer.url, PEER_PEM=str(folder / "certificates" / signer.file)
    )
    words = [str(home / "bin" / "gunicorn"), "peer:application", "--preload", "-w", str(WORKERS), "-b", f"127.0.0.1:{port}"]  # fmt: skip
    with running(words, folder, settings, port, "/nothing", folder / "django.log") as pid:
        yield Served(port, pid, requests, lambda: counted(database, "peer_event"))


@contextmanager
def node(folder: Path, signer: Signer, requests: Path) -> Iterator[Served]:
    """The Node stack."""
    home = installed_node()
    database, port = Path(tempfile.mkdtemp(dir=folder)) / "peer.db", free_port()
    shutil.copy(ROOT / "benchmarks" / "node" / "server.js", home / "server.js")
    settings = plain_environment(
        PORT=str(port), WORKERS=str(WORKERS), PEER_DB=str(database), PEER_PEM=str(folder / "certificates" / signer.file),
        NODE_ENV="production",
    )  # fmt: skip
    with running(["node", "server.js"], home, settings, port, "/nothing", folder / "node.log") as pid:
        yield Served(port, pid, requests, lambda: counted(database, "events"))


@contextmanager
def floor(folder: Path, requests: Path) -> Iterator[Served]:
    """The least that uvicorn with httptools and uvloop can do."""
    port = free_port()
    words = [
        sys.executable, "-m", "uvicorn", "benchmarks.floor:app", "--port", str(port), "--workers", str(WORKERS), "--http", "httptools",
        "--loop", "uvloop", "--lifespan", "off", "--no-access-log", "--backlog", "4096",
    ]  # fmt: skip
    with running(words, ROOT, plain_environment(), port, "/", folder / "floor.log") as pid:
        yield Served(port, pid, requests, None)


def installed_django() -> Path:
    """A virtual environment with django-ses."""
    home = CACHE / f"django-{hashlib.sha256(repr((DJANGO, sys.version)).encode()).hexdigest()[:12]}"
    if not (home / "complete").exists():
        shutil.rmtree(home, ignore_errors=True)
        venv.create(home, with_pip=True)
        words = [str(home / "bin" / "pip"), "install", "-q", "--disable-pip-version-check", *DJANGO]
        done = subprocess.run(words, capture_output=True, text=True, timeout=900)
        if done.returncode:
            raise RuntimeError(f"pip could not install the peer: {done.stderr[-200:]}")
        (home / "complete").touch()
    return home


def installed_node() -> Path:
    """A folder with the three npm packages. better-sqlite3 may be compiled here, which takes minutes."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        raise RuntimeError("node and npm are not on this machine")
    wanted = (ROOT / "benchmarks" / "node" / "package.json").read_text()
    version = subprocess.run(["node", "--version"], capture_output=True, text=True).stdout
    home = CACHE / f"node-{hashlib.sha256((wanted + version).encode()).hexdigest()[:12]}"
    if not (home / "complete").exists():
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir(parents=True)
        (home / "package.json").write_text(wanted)
        done = subprocess.run(
            ["npm", "install", "--no-audit", "--no-fund", "--no-progress"],
            cwd=home,
            capture_output=True,
            text=True,
            timeout=1200,
        )
        tried = subprocess.run(
            ["node", "-e", "new (require('better-sqlite3'))(':memory:')"],
            cwd=home,
            capture_output=True,
            text=True,
        )
        if done.returncode or tried.returncode:
            raise RuntimeError(
                f"npm could not install the peer: {(done.stderr if done.returncode else tried.stderr)[-200:]}"
            )
        (home / "complete").touch()
    return home
