"""The receiver with ten million events present against the empty store: the same messages, the same minutes, in turn.

The store is filled row by row in the order of time up to now, so that its indexes are as full as in one that grew; it
is read once before, so that what memory can hold is in memory, as on a machine that did not just start.
"""

import shutil
import statistics
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.contestants import TOKEN, add_callback, ours
from benchmarks.corpus import Signer, signed, write_requests
from benchmarks.figure import Figure, could_not_run, figure
from benchmarks.filled import filled
from benchmarks.serving import build_load, measure

SIZE = 10_000_000
ROUNDS = 3


def figures(quick: bool = False) -> Iterator[Figure]:
    """Throughput, CPU and latency."""
    size, count, rounds = (100_000, 2_000, 1) if quick else (SIZE, 30_000, ROUNDS)
    target = "at least 0.7 of the empty store"
    folder = Path(tempfile.mkdtemp(prefix="present-bench-"))
    try:
        signer = Signer()
        signer.save(folder / "certificates")
        load = build_load(folder)
        data = filled(size)
        add_callback(data, connection_id=1)
        bytes_there = (data / "ses-desk.db").stat().st_size
        for number in range(rounds):
            write_requests(
                folder / f"{number}", f"/sns/{TOKEN}", signed(signer, count, "2", seed=100 + number)
            )
        _read(data / "ses-desk.db")
        full, empty = [], []
        for number in range(rounds):
            with ours(folder, folder / f"{number}", data) as server:
                full.append(measure(load, server, count))
            with ours(folder, folder / f"{number}") as server:
                empty.append(measure(load, server, count))
        versus = "the same messages into an empty store"
        yield figure(
            "receiver-throughput with 10M events present", [one.rate for one in full], "messages/s", versus, [one.rate for one in empty],
            target, least=0.7, note=f"{size:,} events, {bytes_there / 1e9:.1f} GB, the indexes filled row by row; rows = 2xx",
        )  # fmt: skip
        yield figure(
            "receiver-cpu with 10M events present", [one.cpu for one in full], "microseconds of CPU per message", versus,
            [one.cpu for one in empty], "reported",
        )  # fmt: skip
        yield figure(
            "receiver-p99 with 10M events present", [one.p99 for one in full], "ms, saturated", versus, [one.p99 for one in empty],
            "at most 150 ms", within=150, note=f"longest answer {max(one.worst for one in full):.0f} ms; p50 {statistics.median(one.p50 for one in full):.0f} ms",
        )  # fmt: skip
    except Exception as error:
        yield could_not_run("receiver-throughput with 10M events present", "messages/s", target, error)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _read(path: Path) -> None:
    with path.open("rb") as file:
        while file.read(1 << 24):
            pass
