"""Real argon2id hashes, at a fraction of the cost: these tests sign in hundreds of times."""

from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher

from core.members import hashes

CHEAP = PasswordHasher(time_cost=1, memory_cost=256, parallelism=1)
NOBODY = CHEAP.hash("a password that nobody has")


@pytest.fixture(autouse=True)
def cheap_hashes(request: pytest.FixtureRequest) -> Iterator[None]:
    """Cheaper settings, but for the tests that ask about the real ones by their name."""
    if "costs_what" in request.node.name:
        yield
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hashes, "HASHER", CHEAP)
        patch.setattr(hashes, "NOBODY", NOBODY)
        yield
