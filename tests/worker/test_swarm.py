"""Two receivers and four queue workers on one PostgreSQL, some of them killed: every count equal (F26)."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from elephant import Elephant
from outpost import Outpost
from swarm import swarm


@pytest.fixture
def outpost(tmp_path: Path) -> Iterator[Outpost]:
    try:
        own = Elephant(fsync=False)
    except FileNotFoundError as missing:
        pytest.skip(str(missing))
    own.start()
    made = Outpost(tmp_path, own.database())
    yield made
    made.close()
    own.close()


@pytest.mark.postgres
def test_whoever_is_killed_every_report_is_taken_once_and_counted_once(outpost: Outpost) -> None:
    load, told = swarm(outpost, kills=3, batch=15)
    assert told.whole, told
    tally = outpost.tally()
    assert load.acknowledged <= set(tally.ids) and tally.whole
    assert set(load.answers) <= {200, 503}
