"""A desk with one demo connection whose user may care for its own keys (see tests/drill/drilling.py), on both databases."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from drilling import Yard, yard

from core.demo.running import Running
from core.store.engine import Store


@pytest.fixture
def ground(amazon: Running, tmp_path: Path, store: Store) -> Iterator[Yard]:
    with yard(amazon, tmp_path, store) as made:
        yield made
