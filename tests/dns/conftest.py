"""An internet of names on loopback, new for each test."""

from collections.abc import Iterator

import pytest
from nameserver import Names, serving


@pytest.fixture
def names() -> Iterator[Names]:
    with serving() as here:
        yield here
