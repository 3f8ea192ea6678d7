"""The ground of a set-up (see grounds.py), and its desk as the one the screens work with."""

from collections.abc import Iterator

import pytest
from grounds import Ground, ground
from servers import add_cast

from core import lifespan
from core.desk import Desk

__all__ = ["ground"]


@pytest.fixture
def own_desk(ground: Ground) -> Iterator[Desk]:
    """Screens in this folder's tests work with the ground's desk."""
    from pages.parts import setup_run

    add_cast(ground.desk.store)
    lifespan.use(ground.desk)
    setup_run._runs().clear()
    yield ground.desk
    lifespan.use(None)
