"""The set-up on the demo Amazon, both ways and by every intake: planned, made, read back, used, undone."""

from typing import Any

import pytest
from houses import House

from core.setup import saga

WAYS = [(way, intake) for way in ("configuration-set", "identity") for intake in ("https", "queue", "both")]


def states(lines: Any) -> dict[str, str]:
    return {line.key: line.state for line in lines}


@pytest.mark.parametrize(("way", "intake"), WAYS)
def test_the_whole_chain_is_made_read_back_and_taken_away_again(house: House, way: str, intake: str) -> None:
    before = house.world()
    planned = house.plan(way=way, intake=intake)
    assert planned.blocked is None and not planned.to_agree
    assert house.world() == before, "a plan changes nothing"
    number = house.begin(way=way, intake=intake)
    lines = house.apply(number)
    assert set(states(lines).values()) <= {"made", "changed"}, [
        each for each in lines if each.state == "failed"
    ]
    read_back = list(saga.verify(house.desk, house.connection, number))
    assert not [line for line in read_back if line.state == "failed"]
    assert not [one.drift for one in house.made() if one.drift]
    assert [line for line in house.undo(number) if line.state == "failed"] == []
    assert house.world() == before
    assert house.made() == []
