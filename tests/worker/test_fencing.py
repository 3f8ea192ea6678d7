"""A worker that slept longer than its lease writes nothing of the job that another has taken over: each effect once (F26)."""

import json
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from servers import ROOT, environment
from shops import until
from sleeper import LEASE

from core.errors import Unavailable
from core.store import leases, meta
from core.store.engine import Store

NOW, MINUTE = 1_780_000_000_000, 60_000


@dataclass
class Sleeper:
    """A running worker, what it said, and the gate before its effect."""

    process: "subprocess.Popen[str]"
    gate: Path
    said: list[str]

    def says(self, word: str, times: int = 1) -> None:
        until(lambda: sum(line.startswith(word) for line in self.said) >= times, 60)


@pytest.fixture
def start(store: Store, tmp_path: Path) -> Iterator[object]:
    begun: list[Sleeper] = []

    def go() -> Sleeper:
        gate = tmp_path / f"gate{len(begun)}"
        url = store.engine.url.render_as_string(hide_password=False)
        process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("sleeper.py")), url, str(tmp_path), str(gate)],
            cwd=ROOT, env=environment(tmp_path, PYTHONPATH=str(ROOT)), stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert process.stdout is not None
        begun.append(Sleeper(process, gate, []))
        reading = threading.Thread(target=begun[-1].said.extend, args=(process.stdout,), daemon=True)
        reading.start()
        return begun[-1]

    yield go
    for each in begun:
        each.process.kill()
        each.process.wait()


def effects(store: Store) -> list[int]:
    """Who wrote one, in order."""
    return list(json.loads(meta.get(store, "effects") or "[]"))


def test_stopped_for_longer_than_its_lease_and_woken_it_repeats_no_effect(store: Store, start) -> None:
    meta.put(store, "asked", "1")
    first = start()
    first.says("begun")
    first.process.send_signal(signal.SIGSTOP)
    second = start()
    second.says("begun")  # only once the lease has ended
    second.gate.touch()
    second.says("done")
    assert effects(store) == [second.process.pid]
    first.gate.touch()
    first.process.send_signal(signal.SIGCONT)
    first.says("refused")
    assert any(leases.LOST in line for line in first.said)
    assert effects(store) == [second.process.pid]
    for asked in (2, 3):  # and both are good for the next ones
        meta.put(store, "asked", str(asked))
        until(lambda asked=asked: len(effects(store)) == asked, 60)
    time.sleep(2 * LEASE / 1000)
    assert len(effects(store)) == 3


def test_killed_before_its_effect_another_does_it_once(store: Store, start) -> None:
    meta.put(store, "asked", "1")
    first = start()
    first.says("begun")
    first.process.kill()
    second = start()
    second.gate.touch()
    second.says("done")
    assert effects(store) == [second.process.pid]


def test_what_is_written_under_a_lost_lease_is_not_stored(store: Store) -> None:
    with store.write() as conn:
        mine = leases.acquire(conn, "job", "alice", NOW, MINUTE)
        assert mine == 1
    hers = leases.leased(store, "job", mine)
    meta.put(hers, "fact", "hers")
    with store.write() as conn:
        assert leases.acquire(conn, "job", "bob", NOW + 2 * MINUTE, MINUTE) == 2
        assert not leases.renew(conn, "job", mine, NOW + 9 * MINUTE)
    with pytest.raises(Unavailable, match="taken this job over"):
        meta.put(hers, "fact", "hers again")
    with pytest.raises(Unavailable), hers.write():
        pass
    assert meta.get(store, "fact") == "hers"
    assert leases.is_held(store, "job", NOW + 3 * MINUTE - 1)  # nor did she prolong his


def test_nobody_takes_the_lease_while_its_effect_is_being_written(store: Store) -> None:
    with store.write() as conn:
        fence = leases.acquire(conn, "job", "alice", NOW, MINUTE)
    order: list[str] = []

    def take() -> None:
        with store.write() as conn:
            assert leases.acquire(conn, "job", "bob", NOW + 2 * MINUTE, MINUTE) == 2
        order.append("taken")

    with leases.leased(store, "job", fence or 0).write() as conn:
        taking = threading.Thread(target=take)
        taking.start()
        time.sleep(0.5)
        meta.put(conn, "fact", "written")
        order.append("written")
    taking.join(10)
    assert order == ["written", "taken"] and meta.get(store, "fact") == "written"


def test_a_number_that_was_given_back_is_never_given_out_again(store: Store) -> None:
    for number, holder in enumerate(("alice", "bob", "alice", "carol"), 1):
        with store.write() as conn:
            assert leases.acquire(conn, "job", holder, NOW, MINUTE) == number
            assert not leases.still_held(conn, "job", number - 1)
            leases.release(conn, "job", holder)
        assert not leases.is_held(store, "job", NOW)
