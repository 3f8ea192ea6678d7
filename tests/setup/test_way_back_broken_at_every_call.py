"""The way back of a set-up broken at every single call, by every kind of trouble in its turn: taken up again, nothing of ours is left."""

import functools

import pytest
from breaking import EVERY, Bench, Chosen, Counter, clean, counted, text, troubles


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
