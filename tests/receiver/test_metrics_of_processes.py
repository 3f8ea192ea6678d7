"""Several receiver processes behind one port tell their figures as one: whichever is asked, the sum is the same and never falls."""

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from outpost import Outpost, Post
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from core.receiver.shared import Shared

MESSAGES, LOOKS = 30, 12


@pytest.fixture
def outpost(tmp_path: Path) -> Iterator[Outpost]:
    made = Outpost(tmp_path)
    yield made
    made.close()


def figures(text: str) -> dict[str, float]:
    lines = (line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    return {name: float(value) for name, value in lines}


def stored(post: Post) -> float:
    """How many were received and stored, on a connection of its own: any of the processes may answer."""
    status, text = post.get("/metrics")
    assert status == 200
    return figures(text).get('ses_desk_sns_requests_total{result="stored",status="200"}', 0.0)


def test_whichever_process_is_asked_tells_of_all(outpost: Outpost) -> None:
    post = outpost.start(words=["--workers", "2"])
    assert all(post.send(outpost.message(number)) == 200 for number in range(MESSAGES))
    until, seen = time.monotonic() + 30, [0.0]
    while seen[-LOOKS:] != [MESSAGES] * LOOKS:
        assert time.monotonic() < until, seen
        seen.append(stored(post))
    assert seen == sorted(seen) and seen[-1] == MESSAGES
    told = figures(post.get("/metrics")[1])
    assert told["ses_desk_batch_notifications_sum"] == told["ses_desk_sns_seconds_count"] == MESSAGES
    assert told['ses_desk_sns_seconds_bucket{le="+Inf"}'] == MESSAGES
    assert told["ses_desk_certificates_held"] in (1, 2)
    assert told["ses_desk_store_up"] == 1


def process(folder: Path, number: int) -> tuple[Shared, Counter, Gauge, Histogram]:
    registry = CollectorRegistry()
    shared = Shared(folder, registry)
    shared._own = folder / f"{number}.json"
    return (
        shared,
        Counter("came", "words", ["what"], registry=registry),
        Gauge("waiting", "words", registry=registry),
        Histogram("took", "words", registry=registry, buckets=(1, 2)),
    )


def test_counts_of_a_process_that_ended_stay_and_what_it_had_waiting_goes(tmp_path: Path) -> None:
    one, other = process(tmp_path, 1), process(tmp_path, 2)
    for (_, came, waiting, took), number in ((one, 1), (other, 2)):
        came.labels("a").inc(number)
        waiting.set(number)
        took.observe(number)
    other[1].labels("b").inc(5)
    other[0].tell()
    told = figures(generate_latest(one[0]).decode())
    assert told['came_total{what="a"}'] == 3 and told['came_total{what="b"}'] == 5 and told["waiting"] == 3
    assert told['took_bucket{le="1.0"}'] == 1 and told['took_bucket{le="2.0"}'] == 2 == told["took_count"]
    assert not any("created" in name for name in told)
    old = time.time() - 60
    os.utime(tmp_path / "2.json", (old, old))
    told = figures(generate_latest(one[0]).decode())
    assert told['came_total{what="a"}'] == 3 and told["waiting"] == 1


def test_what_cannot_be_read_or_written_is_left_out(tmp_path: Path) -> None:
    shared, came, _, _ = process(tmp_path, 1)
    came.labels("a").inc()
    (tmp_path / "2.json").write_text("{half")
    assert figures(generate_latest(shared).decode())['came_total{what="a"}'] == 1
    assert json.loads((tmp_path / "1.json").read_text())
    gone, _, _, _ = process(tmp_path / "gone", 3)
    gone.tell()
    assert generate_latest(gone) == b""
