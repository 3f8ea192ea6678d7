"""What may happen to the process itself: asked to stop under load, few descriptors, little memory, a clock that jumps, killed (F1, F7, F28, F29, F30)."""

import os
import random
import resource
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
from elephant import Elephant
from outpost import Load, Outpost, free_port
from receiving import Desk, desk, nobody_else_writes
from sns_signer import Signer, ses_event

from core import moment
from core.moment import HOUR, SECOND
from core.receiver.intake import PATIENCE
from core.receiver.listening import DRAIN
from core.store import leases
from core.store.engine import Store, open_store

BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
Make = Callable[[str], Outpost]
KILLS = 5
LEAVE = DRAIN + PATIENCE + 25  # seconds: what a stop may take at the very most, and the other core's business


@pytest.mark.postgres
def test_killed_without_warning_on_postgresql_it_loses_nothing_acknowledged(
    elephant: Elephant, make_outpost: Make
) -> None:
    """On SQLite: receiver/test_durability."""
    outpost, port, chance = make_outpost(elephant.database()), free_port(), random.Random(20)
    post = outpost.start(port)
    with Load(outpost, [port]) as load:
        for _ in range(KILLS):
            load.wait_for(4)
            time.sleep(chance.uniform(0.05, 0.25))
            post.kill()
            post = outpost.start(port)
        load.wait_for(4)
    assert set(load.answers) <= {200, 503}
    tally = outpost.tally()
    assert load.acknowledged <= set(tally.ids) and tally.whole


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_asked_to_stop_under_load_it_finishes_what_it_has_and_loses_nothing(
    database: str, make_outpost: Make
) -> None:
    outpost, port = make_outpost(database), free_port()
    post = outpost.start(port)
    with Load(outpost, [port]) as load:
        for _ in range(2):
            load.wait_for(10)
            assert post.ask_to_stop(within=LEAVE) == 0
            post = outpost.start(port)
        load.wait_for(5)
    assert set(load.answers) <= {200, 503}
    tally = outpost.tally()
    assert load.acknowledged <= set(tally.ids) and tally.whole


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_asked_to_stop_while_the_store_is_silent_it_answers_whoever_waits_and_ends(
    database: str, make_outpost: Make
) -> None:
    outpost = make_outpost(database)
    post = outpost.start()
    assert post.send(outpost.message()) == 200
    store = open_store(outpost.store_url)
    steady = threading.Thread(target=_never_done, args=(post.port,), daemon=True)
    with ThreadPoolExecutor(4) as pool, nobody_else_writes(store):
        steady.start()
        waiting = [pool.submit(post.send, outpost.message(number), LEAVE) for number in range(1, 5)]
        time.sleep(3)  # long enough for them to be let in
        assert post.ask_to_stop(LEAVE) == 0
        answers = [each.result() for each in waiting]
    store.close()
    assert answers == [503] * 4, "each was answered, and nothing was said to be stored"
    receiver = outpost.start()
    assert receiver.send(outpost.message(5)) == 200
    assert outpost.tally().whole


def _never_done(port: int) -> None:
    """A body that comes fast enough for the guard, and takes two minutes: nobody waits that long for it."""
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), 60) as wire:
        wire.sendall(b"POST /sns/x HTTP/1.1\r\nHost: a\r\nContent-Length: 300000\r\n\r\n")
        for _ in range(240):
            wire.sendall(b"x" * 1250)
            time.sleep(0.5)


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_with_few_descriptors_it_lives_on_and_serves_again(database: str, make_outpost: Make) -> None:
    outpost = make_outpost(database)

    def few() -> None:
        resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))

    post = outpost.start(before=few)
    message = outpost.message()
    assert post.send(message) == 200
    idle: list[socket.socket] = []
    for _ in range(100):
        with suppress(OSError):
            idle.append(socket.create_connection(("127.0.0.1", post.port), 5))
    assert len(idle) > 64
    with suppress(
        OSError
    ):  # refused, hung up on or told 503: nothing but a 2xx would be wrong for what is not stored
        assert post.send(outpost.message(1), timeout=2) in (200, 503)
    for wire in idle:
        wire.close()
    assert post.process.poll() is None
    until = time.monotonic() + 30
    status = 0
    while status != 200 and time.monotonic() < until:
        with suppress(OSError):
            status = post.send(outpost.message(2), timeout=5)
    assert status == 200
    tally = outpost.tally()
    assert tally.whole and len(tally.ids) >= 2


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_with_hardly_any_memory_left_nothing_acknowledged_is_lost(database: str, make_outpost: Make) -> None:
    outpost = make_outpost(database)
    post = outpost.start()
    with Load(outpost, [post.port], threads=8) as load:
        load.wait_for(8)
        used = int(Path(f"/proc/{post.process.pid}/statm").read_text().split()[0]) * os.sysconf(
            "SC_PAGE_SIZE"
        )
        _, hard = resource.prlimit(post.process.pid, resource.RLIMIT_AS)
        resource.prlimit(post.process.pid, resource.RLIMIT_AS, (used, hard))
        time.sleep(1.5)
        if (
            post.process.poll() is None
        ):  # it may end, as the kernel would have it; then somebody starts it again
            resource.prlimit(post.process.pid, resource.RLIMIT_AS, (hard, hard))
        else:
            load.ports[:] = [outpost.start().port]
        load.wait_for(8)
    assert set(load.answers) <= {200, 503}
    tally = outpost.tally()
    assert load.acknowledged <= set(tally.ids) and tally.whole


@pytest.mark.parametrize("jump", [HOUR, -HOUR, 24 * HOUR])
def test_a_clock_that_jumps_loses_nothing(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, jump: int
) -> None:
    signer, shift, true = Signer(), [0], moment.now
    monkeypatch.setattr(moment, "now", lambda: true() + shift[0])
    with desk(store, signer.save(tmp_path / "certificates"), signer) as office:
        line = office.line()
        for shift[0] in (0, jump, 0):
            answer = office.post(line, signer.notification(line.arn, ses_event("Delivery")))
            assert answer.status == 200
        assert office.call("GET", "/readyz").status == 200
        assert office.count("events", line) == 3
        assert _marked(office, line) == {0}


def _marked(office: Desk, line: object) -> set[int]:
    """The flags of the first and the last event, which came while the clock was right."""
    rows = office.rows("events", line)  # type: ignore[arg-type]
    return {int(rows[0]["flags"]), int(rows[-1]["flags"])}


def test_a_lease_of_a_clock_that_ran_ahead_does_not_stop_the_work_for_long(store: Store) -> None:
    now = moment.now()
    with store.write() as conn:
        assert leases.acquire(conn, "job", "fast", now + 24 * HOUR, 60 * SECOND) == 1
    assert not leases.is_held(store, "job", now)
    with store.write() as conn:
        assert leases.acquire(conn, "job", "right", now, 60 * SECOND) == 2
        assert leases.acquire(conn, "job", "other", now, 60 * SECOND) is None
        assert not leases.still_held(conn, "job", 1)
