"""The set-up broken at every single call, by every kind of trouble in its turn, and rolled back: nothing of ours is left."""

import functools

import pytest
from breaking import EVERY, Bench, Chosen, clean, text, troubles


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
