"""Outposts on SQLite and on a PostgreSQL of their own, which these tests may kill."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from elephant import Elephant
from outpost import Outpost


@pytest.fixture(scope="session")
def _elephant() -> Iterator[Elephant]:
    try:
        own = Elephant(fsync=False)  # no power is cut here
    except FileNotFoundError as missing:
        pytest.skip(str(missing))
    own.start()
    yield own
    own.close()


@pytest.fixture
def elephant(_elephant: Elephant) -> Elephant:
    """A PostgreSQL that runs, whatever the test before did to it."""
    _elephant.start()
    return _elephant


@pytest.fixture
def database(request: pytest.FixtureRequest) -> str:
    """ "" for SQLite, or the URL of a fresh PostgreSQL database: parametrize with BOTH, indirect."""
    return "" if request.param == "sqlite" else str(request.getfixturevalue("elephant").database())


@pytest.fixture
def make_outpost(tmp_path: Path) -> Iterator[Callable[[str], Outpost]]:
    """Makes outposts; what they started ends with the test."""
    made: list[Outpost] = []

    def make(url: str = "") -> Outpost:
        made.append(Outpost(tmp_path / f"post{len(made)}", url))
        return made[-1]

    yield make
    for each in made:
        each.close()
