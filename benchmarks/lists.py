"""The suppression list at its size: asking the API about one address and about a thousand, and importing a long file.

The receiver answers in a process of its own, over one kept connection. The import runs in a process of its own, too, so
that its memory can be told: a file ten times as long must not need more.
"""

import http.client
import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.figure import ROOT, Figure, figure
from benchmarks.servers import PATIENCE, environment, free_port
from core import moment
from core.desk import Desk
from core.members.actor import Cli
from core.settings import Settings
from core.store import api_tokens, connections, store
from core.store.bulk import write_rows
from core.store.rows import table
from core.store.standing import Entry
from core.store.tables import Connection, Suppression
from core.vault import open_vault

ASKED, PIECE = 1_000, 50_000
LIMIT = 5.0  # ms
TOKEN = "benchmark-token-" + "x" * 32
NAME = "Benchmark"


def figures(quick: bool) -> Iterator[Figure]:
    """Look-ups against the limit, and the import of a long file against one a tenth as long."""
    size = 100_000 if quick else 10_000_000
    with tempfile.TemporaryDirectory() as folder:
        fill(Path(folder), size)
        with receiver(Path(folder)) as port:
            one, many = asked(port, size)
    limit = f"at most {LIMIT:g} ms"
    yield figure(
        f"suppression look-up through the API, {size:,} addresses", one, "ms", "limit", [LIMIT], limit, most=1,
        note=f"median of {len(one)}, half of them on the list; p99 {_late(one):.1f} ms",
    )  # fmt: skip
    yield figure(
        f"look-up of 1,000 addresses at once, {size:,} addresses", many, "ms", "limit", [250.0], "at most 250 ms", most=1,
        note=f"median of {len(many)}; p99 {_late(many):.1f} ms",
    )  # fmt: skip
    lines = 20_000 if quick else 1_000_000
    long, short = imported(lines), imported(lines // 10)
    seconds = long["look"] + long["take"]
    yield figure(
        f"import of {lines:,} addresses", [seconds], "s", "limit", [180.0], "minutes: at most 180 s", most=1,
        note=f"looking {long['look']:.1f} s, writing in one transaction {long['take']:.1f} s, file of {long['bytes'] / 1e6:.0f} MB",
    )  # fmt: skip
    yield figure(
        f"memory of an import of {lines:,} addresses", [long["memory"]], "MB", f"import of {lines // 10:,}", [short["memory"]],
        "flat: at most 1.25 times", most=1.25,
    )  # fmt: skip


def fill(folder: Path, size: int) -> None:
    """A store with so many addresses on one connection's list, and a token to ask with."""
    opened, now = store(Settings(data_dir=folder)), moment.now()
    columns = Entry._fields
    with opened.write() as conn:
        made = connections.add(
            conn, Connection(uuid="", name=NAME, region="eu-west-1", created_at=now, updated_at=now)
        )
        api_tokens.add(conn, "benchmark", TOKEN, None, now)
    for start in range(0, size, PIECE):
        rows = [
            tuple(
                Entry(
                    made.id or 0,
                    address(number),
                    "bounce",
                    now,
                    now - size + number,
                    None,
                    number,
                    None,
                    None,
                )
            )
            for number in range(start, min(start + PIECE, size))
        ]
        with opened.write() as conn:
            write_rows(conn, table(Suppression), columns, rows, "")
    opened.close()


def address(number: int) -> str:
    """The address of this number, in order."""
    return f"reader{number:09d}@domain{number % 977}.example"


@contextmanager
def receiver(folder: Path) -> Iterator[int]:
    """The receiver alone on that store; its port."""
    port = free_port()
    words = [
        sys.executable,
        "-m",
        "core.receiver",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--workers",
        "1",
    ]
    process = subprocess.Popen(
        words, cwd=ROOT, env=environment(SES_DESK_DATA_DIR=str(folder)), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )  # fmt: skip
    try:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
                line.request("GET", "/readyz")
                if line.getresponse().status == 200:
                    break
            except OSError:
                time.sleep(0.05)
        else:
            raise RuntimeError("the receiver was not ready in time")
        yield port
    finally:
        process.terminate()
        process.wait(20)


def asked(port: int, size: int) -> tuple[list[float], list[float]]:
    """Milliseconds of single questions, and of questions about a thousand; every answer is checked."""
    chance = random.Random(3)
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    one, many = [], []
    for turn in range(ASKED):
        there = turn % 2 == 0
        wanted = address(chance.randrange(size)) if there else f"nobody{chance.random()}@domain1.example"
        answer, took = _ask(line, "GET", f"/api/v1/suppressions/{wanted}?connection={NAME}")
        assert answer["suppressed"] is there, wanted
        one.append(took)
    for _ in range(20):
        body = json.dumps({"addresses": [address(chance.randrange(2 * size)) for _ in range(1000)]})
        answer, took = _ask(line, "POST", f"/api/v1/suppressions/lookup?connection={NAME}", body)
        assert len(answer["suppressions"]) == 1000
        many.append(took)
    return one[100:], many


def _ask(
    line: http.client.HTTPConnection, method: str, path: str, body: str | None = None
) -> tuple[dict, float]:
    begun = time.perf_counter()
    line.request(method, path, body, {"Authorization": f"Bearer {TOKEN}"})
    answer = line.getresponse()
    told = answer.read()
    took = (time.perf_counter() - begun) * 1000
    assert answer.status == 200, told
    return json.loads(told), took


def _late(values: list[float]) -> float:
    return statistics.quantiles(values, n=100)[-1]


def imported(lines: int) -> dict[str, float]:
    """What the import of so many lines took, in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.lists", folder, str(lines)], cwd=ROOT, env=environment(), capture_output=True, text=True,
        )  # fmt: skip
    if done.returncode:
        raise RuntimeError(done.stderr[-300:])
    return dict(json.loads(done.stdout.splitlines()[-1]))


def _import(folder: Path, lines: int) -> dict[str, float]:
    from core.lists import importing

    chance = random.Random(5)
    file = folder / "list.csv"
    with file.open("w") as out:
        out.write("name;email\n")
        for number in range(lines):
            out.write(
                f"Reader {number};reader{chance.getrandbits(48):x}.{number}@domain{number % 977}.example\n"
            )
    settings = Settings(data_dir=folder / "desk")
    opened, now = store(settings), moment.now()
    with opened.write() as conn:
        made = connections.add(
            conn, Connection(uuid="", name=NAME, region="eu-west-1", created_at=now, updated_at=now)
        )
    desk = Desk(opened, open_vault(settings, opened), settings)
    begun = time.perf_counter()
    with file.open("rb") as raw:
        seen = importing.look(desk, made, raw, Cli())
    looked = time.perf_counter()
    put, _ = importing.take(desk, made, seen, "list.csv", Cli(), now)
    taken = time.perf_counter()
    assert put == lines, (put, lines)
    (peak,) = [
        line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")
    ]
    memory = int(peak.split()[1]) / 1024  # not ru_maxrss, which a child inherits
    return {"look": looked - begun, "take": taken - looked, "memory": memory, "bytes": file.stat().st_size}


if __name__ == "__main__":
    print(json.dumps(_import(Path(sys.argv[1]), int(sys.argv[2]))))
