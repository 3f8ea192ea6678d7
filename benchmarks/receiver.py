"""The receiver against django-ses 4.8.2 under gunicorn: two processes each, 256 connections, rounds in turn, one machine.

Ours verifies (version 2), removes duplicates, rolls up and answers after a full sync; the peer verifies (version 1) and
stores one row. Every round begins with an empty database, and fails unless the rows are as many as the 2xx answers.
"""

import json
import os
import shutil
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.corpus import ARN, Signer, signed, write_requests
from benchmarks.figure import ROOT, Figure, could_not_run, figure

CONNECTIONS, WORKERS = 256, 2
PEER = ("django-ses[events]==4.8.2", "django==5.2.*", "gunicorn==27.0.1")
NAMED = "django-ses 4.8.2, gunicorn sync, 2 workers, SQLite WAL NORMAL, persistent connections"
TOKEN = "benchmark-token-" + "x" * 32


@dataclass(frozen=True, slots=True)
class Round:
    """One run: messages per second, latency in ms, CPU of the server in microseconds per message."""

    rate: float
    p50: float
    p99: float
    cpu: float


def free_port() -> int:
    with socket.socket() as wire:
        wire.bind(("127.0.0.1", 0))
        return int(wire.getsockname()[1])


def cpu_seconds(pid: int) -> float:
    """User and system time of a process and its living children."""
    ticks = 0
    pids = [pid]
    while pids:
        one = pids.pop()
        try:
            fields = Path(f"/proc/{one}/stat").read_text().rsplit(")", 1)[1].split()
            ticks += int(fields[11]) + int(fields[12])
            pids += [int(child) for child in Path(f"/proc/{one}/task/{one}/children").read_text().split()]
        except OSError:
            continue
    return ticks / os.sysconf("SC_CLK_TCK")


@contextmanager
def running(
    words: list[str], cwd: Path, environment: dict[str, str], port: int, path: str, log: Path
) -> Iterator[int]:
    """A server that answers on its port; its pid."""
    with log.open("wb") as out:
        process = subprocess.Popen(words, cwd=cwd, env=environment, stdout=out, stderr=out)
    try:
        for _ in range(300):
            try:
                with socket.create_connection(("127.0.0.1", port), 2) as wire:
                    wire.sendall(
                        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode()
                    )
                    if wire.recv(64).startswith(b"HTTP/1.1"):
                        break
            except OSError:
                time.sleep(0.1)
        else:
            raise RuntimeError(f"the server did not start: {log.read_text()[-300:]}")
        time.sleep(1)  # the other worker
        yield process.pid
    finally:
        process.terminate()
        process.wait(30)


def measure(load: Path, port: int, pid: int, requests: Path, count: int, rows: Callable[[], int]) -> Round:
    """Send everything once; what was answered 2xx must be in the database, row for row."""
    before = cpu_seconds(pid)
    words = [str(load), str(port), str(requests), str(CONNECTIONS), str(count)]
    said = json.loads(subprocess.run(words, check=True, capture_output=True, text=True, timeout=600).stdout)
    spent = cpu_seconds(pid) - before
    stored = rows()
    if said["ok"] != count or stored != said["ok"]:
        raise RuntimeError(f"{count} sent, {said['ok']} answered 2xx, {stored} rows: {said}")
    return Round(said["ok"] / said["seconds"], said["p50"], said["p99"], spent / count * 1e6)


def plain_environment() -> dict[str, str]:
    return {k: v for k, v in os.environ.items() if not k.startswith(("SES_DESK_", "AWS_"))}


def ours(folder: Path, load: Path, signer: Signer, requests: Path, count: int) -> Round:
    """One round of SES Desk."""
    from core import moment
    from core.settings import Settings
    from core.store import callbacks, connections
    from core.store import store as open_settled_store
    from core.store.tables import Connection

    data = Path(tempfile.mkdtemp(dir=folder))
    store, now = open_settled_store(Settings(data_dir=data)), moment.now()
    with store.write() as conn:
        made = connections.add(
            conn, Connection(uuid="b", name="bench", region=signer.region, created_at=now, updated_at=now)
        )
        callbacks.pin(conn, callbacks.add(conn, made.id or 0, TOKEN, False, None, now), ARN, now)
    store.close()
    settings = {"SES_DESK_DATA_DIR": str(data), "SES_DESK_CERTIFICATE_DIR": str(folder / "certificates")}
    port = free_port()
    words = [sys.executable, "-m", "core.receiver", "--port", str(port), "--workers", str(WORKERS)]

    def rows() -> int:
        with sqlite3.connect(f"file:{data / 'ses-desk.db'}?mode=ro", uri=True) as db:
            return int(db.execute("SELECT count(*) FROM notifications").fetchone()[0])

    with running(
        words, ROOT, {**plain_environment(), **settings}, port, "/healthz", folder / "ours.log"
    ) as pid:
        return measure(load, port, pid, requests, count, rows)


def theirs(folder: Path, load: Path, signer: Signer, requests: Path, count: int) -> Round:
    """One round of the peer."""
    database = Path(tempfile.mkdtemp(dir=folder)) / "peer.db"
    port = free_port()
    shutil.copy(ROOT / "benchmarks" / "peer.py", folder / "peer.py")
    settings = {
        "PEER_DB": str(database),
        "PEER_URL": signer.url,
        "PEER_PEM": str(folder / "certificates" / signer.file),
    }
    words = [
        str(folder / "venv" / "bin" / "gunicorn"),
        "peer:application",
        "--preload",
        "-w",
        str(WORKERS),
        "-b",
        f"127.0.0.1:{port}",
    ]

    def rows() -> int:
        with sqlite3.connect(database) as db:
            return int(db.execute("SELECT count(*) FROM peer_event").fetchone()[0])

    with running(
        words, folder, {**plain_environment(), **settings}, port, "/nothing", folder / "theirs.log"
    ) as pid:
        return measure(load, port, pid, requests, count, rows)


def install_peer(folder: Path) -> None:
    venv.create(folder / "venv", with_pip=True)
    words = [str(folder / "venv" / "bin" / "pip"), "install", "-q", "--disable-pip-version-check", *PEER]
    done = subprocess.run(words, capture_output=True, text=True, timeout=600)
    if done.returncode:
        raise RuntimeError(f"pip could not install the peer: {done.stderr[-200:]}")


def build_load(folder: Path) -> Path:
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        raise RuntimeError("no C compiler for the load generator (apt-get install gcc)")
    subprocess.run(
        [compiler, "-O2", "-o", str(folder / "load"), str(ROOT / "benchmarks" / "load.c")], check=True
    )
    return folder / "load"


def parts(folder: Path, signer: Signer, notifications: list[dict[str, Any]]) -> dict[str, float]:
    """CPU of the single steps in this process, microseconds per message."""
    from core.events.event import Notification
    from core.events.parse import parse
    from core.receiver.certificate import read_certificate
    from core.receiver.envelope import read_envelope
    from core.receiver.signature import is_signed
    from core.settings import Settings
    from core.store import store as open_settled_store
    from core.store.record import record

    store = open_settled_store(Settings(data_dir=Path(tempfile.mkdtemp(dir=folder))))
    bodies = [signer.body(one) for one in notifications]
    key = read_certificate(signer.pem).key
    assert key is not None

    def timed(work: Callable[[], Any]) -> tuple[float, Any]:
        begin = time.process_time()
        result = work()
        return (time.process_time() - begin) / len(bodies) * 1e6, result

    envelope, read = timed(lambda: [read_envelope(body) for body in bodies])
    verify, _ = timed(lambda: [is_signed(key, e.signature_version, e.signature, e.signed) for e in read])
    made = [
        Notification(1, None, e.message_id, e.subject, e.message, e.published_at, e.published_at, "2")
        for e in read
    ]
    parsing, taken = timed(lambda: [(one, parse(one)) for one in made])

    def write() -> None:
        for place in range(0, len(taken), 64):
            with store.write() as conn:
                record(conn, taken[place : place + 64])

    recording, _ = timed(write)
    store.close()
    return {"envelope": envelope, "verify": verify, "parse": parsing, "record at batch 64": recording}


def figures(quick: bool = False) -> Iterator[Figure]:
    """Throughput, CPU and latency against the peer."""
    target = "at least 5 times the peer"
    folder = Path(tempfile.mkdtemp(prefix="receiver-bench-"))
    try:
        count, peer_count, rounds = (2_000, 1_000, 1) if quick else (20_000, 6_000, 3)
        signer = Signer()
        signer.save(folder / "certificates")
        load = build_load(folder)
        install_peer(folder)
        corpus = signed(signer, count, "2")
        write_requests(folder / "ours", f"/sns/{TOKEN}", corpus)
        write_requests(folder / "theirs", "/events", signed(signer, peer_count, "1"))
        us, them = [], []
        for _ in range(rounds):
            us.append(ours(folder, load, signer, folder / "ours", count))
            them.append(theirs(folder, load, signer, folder / "theirs", peer_count))
        cost = parts(folder, signer, corpus[: min(count, 5_000)])
        told = ", ".join(f"{name} {value:.0f}" for name, value in cost.items())
        cpu = statistics.median(one.cpu for one in us)
        note = (
            f"{CONNECTIONS} connections, {WORKERS} workers each, verified, deduplicated, rolled up, synchronous FULL; rows = 2xx. "
            f"Microseconds of CPU per message: {cpu:.0f} in all; {told}; the rest is HTTP and handing over."
        )
        yield figure(
            "receiver-throughput",
            [one.rate for one in us],
            "messages/s",
            NAMED,
            [one.rate for one in them],
            target,
            least=5,
            note=note,
        )
        yield figure(
            "receiver-cpu", [one.cpu for one in us], "microseconds of CPU per message", NAMED, [one.cpu for one in them],
            "at most a fifth of the peer's", most=0.2,
        )  # fmt: skip
        yield figure(
            "receiver-p99", [one.p99 for one in us], "ms, saturated", NAMED, [one.p99 for one in them],
            "no more than the peer's", most=1.0, note=f"p50 {statistics.median(one.p50 for one in us):.1f} ms.",
        )  # fmt: skip
    except Exception as error:
        yield could_not_run("receiver-throughput", "messages/s", target, error)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
