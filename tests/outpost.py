"""Receivers in processes of their own, posts that never give up, and the count at the end: what fault tests stand on."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sns_signer import ACCOUNT, REGION, Signer, ses_event

from core import moment
from core.settings import Settings
from core.store import callbacks, connections
from core.store import store as open_settled_store
from core.store.engine import open_store
from core.store.tables import Connection

ROOT = Path(__file__).resolve().parent.parent
TOKEN = "t" * 40
Message = tuple[str, bytes, dict[str, str]]


@dataclass(frozen=True, slots=True)
class Tally:
    """What the store holds: the ids of its notifications, its events, and the deliveries its rollups count."""

    ids: tuple[str, ...]
    events: int
    delivered: int

    @property
    def whole(self) -> bool:
        """Whether nothing is there twice and the rollups are those of the events."""
        return len(self.ids) == len(set(self.ids)) == self.events == self.delivered


class Outpost:
    """A data folder with one connection, and receivers on it. `url` "" = SQLite in that folder."""

    def __init__(self, folder: Path, url: str = "") -> None:
        self.folder, self.url, self.signer = folder, url, Signer()
        self.signer.save(folder / "certificates")
        self.arn = f"arn:aws:sns:{REGION}:{ACCOUNT}:ses-durable"
        self.begun: list[subprocess.Popen[str]] = []
        now = moment.now()
        store = open_settled_store(Settings(data_dir=folder / "data", database_url=url))
        row = Connection(uuid="u", name="c", region=REGION, created_at=now, updated_at=now)
        with store.write() as conn:
            self.connection_id = connections.add(conn, row).id or 0
            callbacks.pin(
                conn, callbacks.add(conn, self.connection_id, TOKEN, False, None, now), self.arn, now
            )
        store.close()

    @property
    def store_url(self) -> str:
        return self.url or f"sqlite:///{self.folder / 'data' / 'ses-desk.db'}"

    @property
    def environment(self) -> dict[str, str]:
        """Ours without the operator's settings, with this outpost's."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("SES_DESK_", "AWS_"))}
        kept |= {"SES_DESK_DATA_DIR": str(self.folder / "data")}
        kept |= {"SES_DESK_CERTIFICATE_DIR": str(self.folder / "certificates")}
        return kept | ({"SES_DESK_DATABASE_URL": self.url} if self.url else {})

    def start(
        self, port: int = 0, words: Sequence[str] = (), before: Callable[[], Any] | None = None, **more: str
    ) -> "Post":
        """A receiver that listens. `before` runs in its process, before anything of ours."""
        process = subprocess.Popen(
            [sys.executable, "-m", "core.receiver", "--port", str(port), *words], cwd=ROOT, preexec_fn=before,
            env={**self.environment, **more}, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        self.begun.append(process)
        assert process.stdout is not None
        said = process.stdout.readline()
        if not said:
            raise RuntimeError(f"the receiver ended with {process.wait()}")
        begun = Post(process, int(said.rsplit(":", 1)[1]))
        begun.wait()
        return begun

    def message(self, number: int = 0) -> Message:
        """A signed notification of one delivery: its id, its body and its headers."""
        signed = self.signer.notification(self.arn, ses_event("Delivery", f"r{number}@example.com"))
        return signed["MessageId"], self.signer.body(signed), self.signer.headers(signed)

    def tally(self) -> Tally:
        """Count what is stored for its connection. On SQLite the file is looked over first."""
        store = open_store(self.store_url)
        try:
            with store.read() as conn:
                if not self.url:
                    assert conn.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
                mine = f"connection_id = {self.connection_id}"
                found = conn.exec_driver_sql(f"SELECT sns_message_id FROM notifications WHERE {mine}")
                ids = [str(row[0]) for row in found]
                events = conn.exec_driver_sql(f"SELECT count(*) FROM events WHERE {mine}").scalar()
                delivered = conn.exec_driver_sql(
                    "SELECT sum(delivered) FROM rollups "
                    f"WHERE dimension = '' AND grain = 'd' AND cohort = 's' AND {mine}"
                ).scalar()
            return Tally(tuple(ids), int(events or 0), int(delivered or 0))
        finally:
            store.close()

    def close(self) -> None:
        """End what was started here and still runs."""
        for process in self.begun:
            if process.poll() is None:
                process.kill()
            process.wait()
            if process.stdout is not None:
                process.stdout.close()


@dataclass
class Post:
    """One running receiver."""

    process: "subprocess.Popen[str]"
    port: int

    def wait(self, within: float = 60) -> None:
        """Until it answers: it says its port before it listens."""
        until = time.monotonic() + within
        while True:
            try:
                self.get("/healthz", 5)
                return
            except OSError:
                if self.process.poll() is not None or time.monotonic() > until:
                    raise
                time.sleep(0.02)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def ask_to_stop(self, within: float = 30) -> int:
        """SIGTERM; the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(within)

    def send(self, message: Message, timeout: float = 30) -> int:
        """Post once; the status."""
        return post(self.port, message, timeout)

    def get(self, path: str, timeout: float = 30) -> tuple[int, str]:
        wire = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            wire.request("GET", path)
            answer = wire.getresponse()
            return answer.status, answer.read().decode()
        finally:
            wire.close()


def post(port: int, message: Message, timeout: float = 30) -> int:
    """One post on a connection of its own; the status."""
    wire = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        wire.request("POST", f"/sns/{TOKEN}", message[1], message[2])
        answer = wire.getresponse()
        answer.read()
        return answer.status
    finally:
        wire.close()


@dataclass
class Load:
    """Threads that post, each message again and again until it was taken, as SNS does. Use as a context."""

    outpost: Outpost
    ports: list[int]  # may be changed while it runs
    threads: int = 4
    pause: float = 0.0  # seconds between two posts of one thread
    acknowledged: set[str] = field(default_factory=set)
    answers: Counter[int] = field(default_factory=Counter)
    slowest: float = 0.0
    last: float = 0.0  # when the last 200 came, monotonic
    over: threading.Event = field(default_factory=threading.Event)
    running: list[threading.Thread] = field(default_factory=list)

    def __enter__(self) -> "Load":
        self.running = [
            threading.Thread(target=self._post, args=(n,), daemon=True) for n in range(self.threads)
        ]
        for each in self.running:
            each.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        for each in self.running:
            each.join(40)

    def wait_for(self, more: int, within: float = 60) -> None:
        """Until so many more were acknowledged."""
        wanted, until = len(self.acknowledged) + more, time.monotonic() + within
        while len(self.acknowledged) < wanted:
            if time.monotonic() > until:
                raise TimeoutError(
                    f"{wanted - len(self.acknowledged)} of {more} did not come through: {self.answers}"
                )
            time.sleep(0.01)

    def _post(self, share: int) -> None:
        number, port, wire = share, 0, http.client.HTTPConnection("127.0.0.1", 1)
        while not self.over.is_set():
            message, done = self.outpost.message(number), False
            while not done and not self.over.is_set():
                goal = self.ports[number % len(self.ports)]
                if goal != port:
                    wire.close()
                    port, wire = goal, http.client.HTTPConnection("127.0.0.1", goal, timeout=30)
                done = self._once(wire, message)
            number += self.threads
            if self.pause:
                self.over.wait(self.pause)

    def _once(self, wire: http.client.HTTPConnection, message: Message) -> bool:
        begun = time.monotonic()
        try:
            wire.request("POST", f"/sns/{TOKEN}", message[1], message[2])
            answer = wire.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            wire.close()
            self.over.wait(0.01)
            return False
        self.answers[answer.status] += 1
        self.slowest = max(self.slowest, time.monotonic() - begun)
        if answer.status == 200:
            self.acknowledged.add(message[0])
            self.last = time.monotonic()
            return True
        self.over.wait(0.05)
        return False


def free_port() -> int:
    """A loopback port nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
