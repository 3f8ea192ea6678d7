"""The set-up broken at every single call: taken up again it ends as if nothing had happened, rolled back likewise.

Every call meets one kind of trouble, each kind in its turn, and another kind for each of the three ways on.
`make torture TORTURE=saga` lets every kind meet every call.
"""

import functools
import os
from collections.abc import Iterator
from typing import Any

import pytest
from breaking import TELL, Bench, Counter, counted, product, rotating, text
from houses import House

from core.aws import access, client, pace
from core.setup import own_queues, waiting

WHOLE, SMALL, QUIET = ("configuration-set", "both"), ("identity", "https"), ("identity", "https", False)
EVERY = pytest.mark.parametrize("chosen", [WHOLE, SMALL, QUIET], ids=("whole", "small", "forwarding-off"))
Chosen = tuple[str, str] | tuple[str, str, bool]


def troubles(calls: int, begin: int) -> list[tuple[int, str]]:
    """Which call meets what: a rotation that covers every kind, or the full product."""
    return product(calls) if os.environ.get(TELL) else rotating(calls, begin)


@pytest.fixture
def bench(house: House, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    """Clients are made once, and give up soon: a thousand walks are a lot."""
    made: dict[Any, Any] = {}

    def kept(service: str, credentials: Any, region: str, *given: Any, **more: Any) -> Any:
        name = (service, region, str(sorted(more.items())))
        if name not in made:
            if more.get("read_seconds") == client.READ_SECONDS:
                more["read_seconds"] = 0.4
            made[name] = client.client(service, credentials, region, *given, **more)
        return made[name]

    monkeypatch.setattr(waiting, "PATIENCE", 10.0)
    monkeypatch.setattr(own_queues, "EMPTY", 0)
    monkeypatch.setattr(pace, "SLOW_FOR", 0.0)  # one walk that was throttled slows no other
    monkeypatch.setattr(access, "client", kept)
    bench = Bench(house, monkeypatch)
    yield bench
    bench.reset()


def clean(bench: Bench, chosen: Chosen, monkeypatch: Any) -> tuple[str, list[str]]:
    """The world after a set-up that nothing disturbed, and its calls."""
    with counted(monkeypatch, Counter()) as counter:
        number = bench.begin(*chosen)
        bench.house.apply(number)
    return text(bench.house.world()), counter.calls


@EVERY
def test_a_broken_set_up_is_taken_up_again(
    bench: Bench, chosen: Chosen, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, calls = clean(bench, chosen, monkeypatch)
    for at, kind in troubles(len(calls), 0):
        bench.reset()
        number = bench.begin(*chosen)
        bench.broken(functools.partial(bench.house.apply, number), kind, at)
        where = f"{kind} at call {at}, {calls[at]}"
        assert bench.finished(number) == "done", where
        assert text(bench.house.world()) == whole, where


@pytest.mark.postgres
@pytest.mark.parametrize("module_store", ["postgresql"], indirect=True, scope="module")
def test_on_postgresql_a_broken_set_up_is_taken_up_again_or_rolled_back(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is written down between the calls is the same there; so every third call, one kind of trouble."""
    whole, calls = clean(bench, SMALL, monkeypatch)
    for at in range(0, len(calls), 3):
        bench.reset()
        number = bench.begin(*SMALL)
        bench.broken(functools.partial(bench.house.apply, number), "power cut after", at)
        if at % 2:
            assert bench.finished(number) == "done", calls[at]
            assert text(bench.house.world()) == whole, calls[at]
        else:
            assert not [line for line in bench.house.undo(number) if line.state == "failed"], calls[at]
            assert text(bench.house.world()) == bench.before, calls[at]


@EVERY
def test_a_broken_set_up_is_rolled_back_with_nothing_left(
    bench: Bench, chosen: Chosen, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, calls = clean(bench, chosen, monkeypatch)
    for at, kind in troubles(len(calls), 5):
        bench.reset()
        number = bench.begin(*chosen)
        bench.broken(functools.partial(bench.house.apply, number), kind, at)
        where = f"{kind} at call {at}, {calls[at]}"
        assert not [line for line in bench.house.undo(number) if line.state == "failed"], where
        assert text(bench.house.world()) == bench.before, where
        assert not bench.house.made(), where


@EVERY
def test_a_broken_roll_back_is_taken_up_again(
    bench: Bench, chosen: Chosen, monkeypatch: pytest.MonkeyPatch
) -> None:
    clean(bench, chosen, monkeypatch)
    with counted(monkeypatch, Counter()) as counter:
        bench.house.undo(bench.number())
    for at, kind in troubles(len(counter.calls), 9):
        bench.reset()
        number = bench.begin(*chosen)
        bench.house.apply(number)
        bench.broken(functools.partial(bench.house.undo, number), kind, at)
        where = f"{kind} at call {at} of the way back, {counter.calls[at]}"
        assert not [line for line in bench.house.undo(number) if line.state == "failed"], where
        assert text(bench.house.world()) == bench.before, where
