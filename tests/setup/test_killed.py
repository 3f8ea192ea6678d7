"""The process that applies a set-up killed with SIGKILL: another takes it up once its lease has run out, or rolls it back.

Unlike a walk that breaks off by an error, the dead one gives nothing back: its lease stands, its step is half written.
"""

from typing import Any

import pytest
from breaking import SMALL, WHOLE, Bench, text
from houses import House
from killing import Walker, after_its_lease

from core.aws.access import Access
from core.errors import Conflict
from core.setup.saga import Made, current

ASKS = ("Get", "List", "Describe")


@pytest.fixture(autouse=True)
def neighbours(house: House, way: Access) -> None:
    """What others made in the same account: a bench that is made after it compares it as well."""
    way.client("sns").create_topic(Name="of-somebody-else")
    way.client("sqs").create_queue(QueueName="of-somebody-else")


def unbroken(bench: Bench, chosen: tuple[str, str]) -> tuple[str, list[Any], list[str]]:
    """The world after a set-up that nobody killed, what we hold as ours of it, and the calls it took."""
    number = bench.begin(*chosen)
    bench.house.amazon.amazon.calls.clear()
    bench.house.apply(number)
    calls = bench.house.calls()
    return text(bench.house.world()), ours(bench.house.made()), calls


def ours(made: list[Made]) -> list[Any]:
    return [(one.key, one.subject.rpartition("/")[0], one.state, one.drift) for one in made]


def changing(calls: list[str]) -> list[int]:
    """Which calls change something."""
    return [at for at, call in enumerate(calls) if not call.partition(":")[2].startswith(ASKS)]


def goes_on(bench: Bench, number: int, back: bool, whole: tuple[str, list[Any]], where: str) -> None:
    """Nobody may touch it while the dead one's lease stands; then it ends like the unbroken one, or with nothing left."""
    house = bench.house
    shown = current(house.store, house.connection.id or 0)
    assert shown is not None and shown.busy and shown.state == "running", where
    with pytest.raises(Conflict):
        house.undo(number) if back else house.apply(number)
    with after_its_lease(bench.monkeypatch):
        if back:
            assert not [line for line in house.undo(number) if line.state == "failed"], where
            assert (text(house.world()), house.made()) == (bench.before, []), where
        else:
            assert bench.finished(number) == "done", where
            assert (text(house.world()), ours(house.made())) == whole, where


def test_killed_after_any_step_it_is_taken_up_again_or_rolled_back(bench: Bench, walker: Walker) -> None:
    world, made, _ = unbroken(bench, WHOLE)
    keys = [line.key for line in bench.house.apply(bench.number()) if line.state != "running"]
    assert len(keys) > 8
    for place, key in enumerate(keys):
        for back in (False, True)[: 1 + place % 2]:
            bench.reset()
            number = bench.begin(*WHOLE)
            walker.killed_after(number, key)
            goes_on(bench, number, back, (world, made), f"after {key}, back: {back}")


def test_killed_before_it_hears_what_it_changed_it_is_taken_up_again_or_rolled_back(
    bench: Bench, walker: Walker
) -> None:
    world, made, calls = unbroken(bench, WHOLE)
    for place, at in enumerate(changing(calls)):
        bench.reset()
        number = bench.begin(*WHOLE)
        walker.killed_at(number, at)
        assert bench.house.calls() == calls[: at + 1], "it was killed elsewhere"
        goes_on(bench, number, bool(place % 2), (world, made), f"at {calls[at]}, back: {place % 2}")


@pytest.mark.postgres
@pytest.mark.parametrize("module_store", ["postgresql"], indirect=True, scope="module")
def test_on_postgresql_one_that_was_killed_is_taken_up_again_or_rolled_back(
    bench: Bench, walker: Walker
) -> None:
    world, made, calls = unbroken(bench, SMALL)
    at = next(at for at in changing(calls) if calls[at] == "sns:Subscribe")
    for back in (False, True):
        bench.reset()
        number = bench.begin(*SMALL)
        walker.killed_at(number, at)
        goes_on(bench, number, back, (world, made), f"at {calls[at]}, back: {back}")
