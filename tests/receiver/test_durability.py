"""Nothing is answered 2xx before it is durable: killed without warning under load, and seen by the order of system calls."""

import http.client
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from receiving import Line
from sns_signer import ACCOUNT, REGION, Signer, ses_event

from core import moment
from core.settings import Settings
from core.store import callbacks, connections, open_store
from core.store import store as open_settled_store
from core.store.tables import Connection

ROOT = Path(__file__).resolve().parent.parent.parent
CYCLES = int(os.environ.get("SES_DESK_KILL_CYCLES", "25"))
SHIM = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>
static int out = -1;
static void note(const char *what) {
  if (out < 0) { const char *p = getenv("ORDER_FILE"); if (!p) return; out = open(p, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600); }
  ssize_t (*real)(int, const void *, size_t) = dlsym(RTLD_NEXT, "write");
  real(out, what, strlen(what));
}
static void synced(int fd) {
  char link[64], path[512]; snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t n = readlink(link, path, sizeof path - 1); if (n < 0) return; path[n] = 0;
  if (strstr(path, "-wal")) note("synced wal\n"); else note("synced other\n");
}
static void answered(const void *data, size_t size) {
  if (size > 12 && !memcmp(data, "HTTP/1.1 200", 12)) note("answered 200\n");
}
int fdatasync(int fd) { int (*real)(int) = dlsym(RTLD_NEXT, "fdatasync"); int r = real(fd); if (!r) synced(fd); return r; }
int fsync(int fd) { int (*real)(int) = dlsym(RTLD_NEXT, "fsync"); int r = real(fd); if (!r) synced(fd); return r; }
ssize_t write(int fd, const void *b, size_t n) { answered(b, n); ssize_t (*real)(int, const void *, size_t) = dlsym(RTLD_NEXT, "write"); return real(fd, b, n); }
ssize_t send(int fd, const void *b, size_t n, int f) { answered(b, n); ssize_t (*real)(int, const void *, size_t, int) = dlsym(RTLD_NEXT, "send"); return real(fd, b, n, f); }
ssize_t writev(int fd, const struct iovec *v, int n) { if (n > 0) answered(v[0].iov_base, v[0].iov_len); ssize_t (*real)(int, const struct iovec *, int) = dlsym(RTLD_NEXT, "writev"); return real(fd, v, n); }
ssize_t sendmsg(int fd, const struct msghdr *m, int f) { if (m->msg_iovlen > 0) answered(m->msg_iov[0].iov_base, m->msg_iov[0].iov_len); ssize_t (*real)(int, const struct msghdr *, int) = dlsym(RTLD_NEXT, "sendmsg"); return real(fd, m, f); }
"""


class Office:
    """A receiver in a process of its own, on a data folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.signer = folder, Signer()
        self.signer.save(folder / "certificates")
        now = moment.now()
        arn = f"arn:aws:sns:{REGION}:{ACCOUNT}:ses-durable"
        store = open_settled_store(Settings(data_dir=folder / "data"))
        with store.write() as conn:
            made = connections.add(
                conn, Connection(uuid="u", name="c", region=REGION, created_at=now, updated_at=now)
            )
            callback_id = callbacks.add(conn, made.id or 0, "t" * 40, False, None, now)
            callbacks.pin(conn, callback_id, arn, now)
        store.close()
        self.line = Line(made.id or 0, callback_id, "t" * 40, arn, "c")

    def start(self, *before: str, **more: str) -> tuple[subprocess.Popen[str], int]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("SES_DESK_", "AWS_"))}
        settings = {
            "SES_DESK_DATA_DIR": str(self.folder / "data"), "SES_DESK_CERTIFICATE_DIR": str(self.folder / "certificates"),
        }  # fmt: skip
        process = subprocess.Popen(
            [*before, sys.executable, "-m", "core.receiver", "--port", "0"],
            cwd=ROOT, env={**kept, **settings, **more}, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        assert process.stdout is not None
        words = process.stdout.readline()
        return process, int(words.rsplit(":", 1)[1])

    def message(self, number: int) -> tuple[str, bytes, dict[str, str]]:
        signed = self.signer.notification(self.line.arn, ses_event("Delivery", f"r{number}@example.com"))
        return signed["MessageId"], self.signer.body(signed), self.signer.headers(signed)

    def stored(self) -> list[str]:
        store = open_store(f"sqlite:///{self.folder / 'data' / 'ses-desk.db'}")
        try:
            with store.read() as conn:
                assert conn.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
                ids = [
                    str(row[0]) for row in conn.exec_driver_sql("SELECT sns_message_id FROM notifications")
                ]
                events = conn.exec_driver_sql("SELECT count(*) FROM events").scalar()
                delivered = conn.exec_driver_sql(
                    "SELECT sum(delivered) FROM rollups WHERE dimension = '' AND grain = 'd' AND cohort = 's'"
                ).scalar()
            assert events == len(ids) == (delivered or 0)
            return ids
        finally:
            store.close()


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


@pytest.mark.timeout(900)
def test_every_answered_message_survives_a_kill_without_warning(office: Office) -> None:
    acknowledged: set[str] = set()
    chance = random.Random(20)
    stock = [office.message(number) for number in range(400)]
    for _cycle in range(CYCLES):
        process, port = office.start()
        over = threading.Event()

        def post(share: int, port: int = port, over: threading.Event = over) -> None:
            wire = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            for number in range(share, 10**9, 4):
                if over.is_set():
                    return
                name, body, headers = stock[number % len(stock)] if number % 3 else office.message(number)
                try:
                    wire.request("POST", office.line.path, body, headers)
                    answer = wire.getresponse()
                    answer.read()
                    if answer.status == 200:
                        acknowledged.add(name)
                except (OSError, http.client.HTTPException):
                    wire.close()
                    time.sleep(0.01)

        threads = [threading.Thread(target=post, args=(share,)) for share in range(4)]
        before = len(acknowledged)
        for thread in threads:
            thread.start()
        until = time.monotonic() + 20
        while len(acknowledged) < before + 4 and time.monotonic() < until and before < 400:
            time.sleep(0.01)
        time.sleep(chance.uniform(0.05, 0.25))
        process.send_signal(signal.SIGKILL)
        process.wait()
        over.set()
        for thread in threads:
            thread.join()
    stored = office.stored()
    assert len(acknowledged) > CYCLES
    assert acknowledged <= set(stored)
    assert len(stored) == len(set(stored))


def posted(office: Office, port: int, number: int) -> None:
    """One after the other, so that each answer has a write of its own before it."""
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            break
        except OSError:
            time.sleep(0.1)
    wire = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    for n in range(number):
        _, body, headers = office.message(n)
        wire.request("POST", office.line.path, body, headers)
        answer = wire.getresponse()
        assert answer.read() == b'{"status":"stored"}'
    wire.close()


def check_order(steps: list[str], number: int) -> None:
    """Before every answer, and after the answer before it, the write-ahead log was synced."""
    first = steps.index("answered 200")
    assert "synced wal" in steps[:first]
    synced, answers = False, 0
    for step in steps:
        if step == "synced wal":
            synced = True
        elif step == "answered 200":
            assert synced, f"answer {answers} came before its sync"
            synced, answers = False, answers + 1
    assert answers == number


def test_every_answer_comes_after_its_sync_by_a_recording_wrapper(office: Office, tmp_path: Path) -> None:
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        pytest.skip("No C compiler for the recording wrapper: apt-get install gcc")
    source, library, order = tmp_path / "order.c", tmp_path / "order.so", tmp_path / "order.txt"
    source.write_text(SHIM)
    subprocess.run(
        [compiler, "-shared", "-fPIC", "-O1", "-w", "-o", library, source, "-ldl"], check=True, timeout=60
    )
    process, port = office.start(LD_PRELOAD=str(library), ORDER_FILE=str(order))
    try:
        posted(office, port, 30)
    finally:
        process.terminate()
        process.wait(20)
    check_order(order.read_text().split("\n"), 30)


def test_every_answer_comes_after_its_sync_by_strace(office: Office, tmp_path: Path) -> None:
    strace = shutil.which("strace")
    if strace is None or subprocess.run([strace, "-o", "/dev/null", "true"], capture_output=True).returncode:
        pytest.skip("strace is missing or not allowed here")
    trace = tmp_path / "trace"
    calls = "trace=fdatasync,fsync,write,writev,sendto,sendmsg"
    process, port = office.start(strace, "-f", "-y", "-s", "16", "-e", calls, "-o", str(trace))
    try:
        posted(office, port, 20)
    finally:
        process.send_signal(signal.SIGTERM)
        subprocess.run(["kill", "-TERM", *children(process.pid)], check=False)
        process.wait(20)
    steps, open_syncs = [], set()
    for entry in trace.read_text(errors="replace").splitlines():
        thread = entry.split(" ", 1)[0]
        if re.search(r"f(data)?sync\(\d+<[^>]*-wal>", entry):
            if "unfinished" in entry:
                open_syncs.add(thread)
            elif "= 0" in entry:
                steps.append("synced wal")
        elif re.search(r"<\.\.\. f(data)?sync resumed>.*= 0", entry) and thread in open_syncs:
            open_syncs.discard(thread)
            steps.append("synced wal")
        elif "HTTP/1.1 200" in entry:
            steps.append("answered 200")
    check_order(steps, 20)


def children(pid: int) -> list[str]:
    path = Path(f"/proc/{pid}/task/{pid}/children")
    return path.read_text().split() if path.exists() else []
