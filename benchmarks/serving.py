"""Servers under load: starting them, sending them requests, and what they spent: time, CPU, memory."""

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.figure import ROOT

CONNECTIONS = 256


@dataclass(frozen=True, slots=True)
class Served:
    """A server that answers. `rows` counts what it stored; None: it stores nothing."""

    port: int
    pid: int
    requests: Path
    rows: Callable[[], int] | None


@dataclass(frozen=True, slots=True)
class Round:
    """One run: messages per second, latencies in ms, microseconds of CPU per message of the server and of the client."""

    rate: float
    p50: float
    p99: float
    worst: float
    cpu: float
    client: float


def build_load(folder: Path) -> Path:
    """The load generator, compiled."""
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        raise RuntimeError("no C compiler for the load generator (apt-get install gcc)")
    built = folder / "load"
    subprocess.run([compiler, "-O2", "-o", str(built), str(ROOT / "benchmarks" / "load.c")], check=True)
    return built


def measure(
    load: Path,
    server: Served,
    count: int,
    rate: float = 0,
    requests: Path | None = None,
    new: bool = True,
    connections: int = CONNECTIONS,
) -> Round:
    """Send `count` requests, each once; in a closed loop, or `rate` per second. What was answered 2xx must be new rows.

    `new` False: what was sent before is sent again, and not one row may be added.
    """
    rows = server.rows or (lambda: 0)
    there, before = rows(), cpu_seconds(server.pid)
    words = [str(load), str(server.port), str(requests or server.requests), str(connections), str(count)]
    if rate:
        words.append(str(rate))
    said = json.loads(subprocess.run(words, check=True, capture_output=True, text=True, timeout=900).stdout)
    spent = cpu_seconds(server.pid) - before
    stored, wanted = rows() - there, said["ok"] if new and server.rows else 0
    if said["ok"] != count or stored != wanted:
        raise RuntimeError(f"{count} sent, {said['ok']} answered 2xx, {stored} rows added: {said}")
    return Round(
        said["ok"] / said["seconds"], said["p50"], said["p99"], said["worst"], spent / count * 1e6, said["cpu"] / count * 1e6
    )  # fmt: skip


@contextmanager
def running(
    words: list[str], cwd: Path, environment: dict[str, str], port: int, path: str, log: Path
) -> Iterator[int]:
    """A server that answers on its port; its pid."""
    with log.open("wb") as out:
        process = subprocess.Popen(words, cwd=cwd, env=environment, stdout=out, stderr=out)
    try:
        for _ in range(600):
            try:
                with socket.create_connection(("127.0.0.1", port), 2) as wire:
                    wire.sendall(
                        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode()
                    )
                    if wire.recv(64).startswith(b"HTTP/1.1"):
                        break
            except OSError:
                time.sleep(0.1)
            if process.poll() is not None:
                raise RuntimeError(f"the server ended: {log.read_text()[-300:]}")
        else:
            raise RuntimeError(f"the server did not start: {log.read_text()[-300:]}")
        time.sleep(1.5)  # the other worker
        yield process.pid
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def family(pid: int) -> list[int]:
    """A process and its living children, and theirs."""
    found, waiting = [], [pid]
    while waiting:
        one = waiting.pop()
        try:
            told = [tasks.read_text() for tasks in Path(f"/proc/{one}/task").glob("*/children")]
        except OSError:
            continue
        found.append(one)
        waiting += [int(child) for text in told for child in text.split()]
    return found


def cpu_seconds(pid: int) -> float:
    """User and system time of a process and its living children."""
    ticks = 0
    for one in family(pid):
        try:
            fields = Path(f"/proc/{one}/stat").read_text().rsplit(")", 1)[1].split()
            ticks += int(fields[11]) + int(fields[12])
        except OSError:
            continue
    return ticks / os.sysconf("SC_CLK_TCK")


def memory(pid: int) -> tuple[float, float]:
    """Resident memory of one process in MB: all of it, and with each shared page divided by those who share it."""
    told = {}
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]:
        name, value = line.split(":")
        told[name] = int(value.split()[0]) / 1000 * 1.024
    return told["Rss"], told["Pss"]


def largest_worker(pid: int) -> tuple[float, float]:
    """Memory of the largest process of a server, the supervisor left out where there are workers."""
    workers = [one for one in family(pid) if one != pid] or [pid]
    return max(memory(one) for one in workers)


def plain_environment(**more: str) -> dict[str, str]:
    """Ours without the operator's settings or anybody's Amazon keys."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("SES_DESK_", "AWS_", "STREAMLIT_"))}
    return {**kept, **more}
