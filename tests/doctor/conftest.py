"""A desk with one demo connection, its receiver on loopback: what the Doctor looks at (see tests/drill/drilling.py)."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from drilling import Yard, yard

from core.demo.running import Running


@pytest.fixture
def ground(amazon: Running, tmp_path: Path) -> Iterator[Yard]:
    with yard(amazon, tmp_path) as made:
        yield made
