"""The set-up broken at every single call: taken up again it ends as if nothing had happened.

Every call meets one kind of trouble, each kind in its turn, and another kind for each of the three ways on. The other two
are in test_rolled_back_at_every_call.py and test_way_back_broken_at_every_call.py, so that several workers share them.
`make torture TORTURE=saga` lets every kind meet every call.
"""

import functools

import pytest
from breaking import EVERY, SMALL, Bench, Chosen, clean, text, troubles


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
