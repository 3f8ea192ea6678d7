"""Under a steady load nothing grows that should not: descriptors, threads, the write-ahead log, memory (F31)."""

from collections.abc import Callable

import pytest
from outpost import Load, Outpost
from sizes import sizes

BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
WARM, MORE = 150, 450  # messages
OPENED = 8  # descriptors of one or two connections that the store's pool had not needed before
LOG, MEMORY = (
    128_000_000,
    16_000_000,
)  # bytes; 450 messages kept for good in memory with all that hangs on them would show


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_after_four_times_as_many_messages_a_receiver_is_as_large_as_before(
    database: str, make_outpost: Callable[[str], Outpost]
) -> None:
    outpost = make_outpost(database)
    post = outpost.start()
    with Load(outpost, [post.port]) as load:
        load.wait_for(WARM)
        warm = sizes(outpost, post)
        load.wait_for(MORE)
        after = sizes(outpost, post)
    assert after.descriptors <= warm.descriptors + OPENED
    assert after.threads <= warm.threads + 2
    assert after.memory <= warm.memory + MEMORY
    assert after.log < LOG
    tally = outpost.tally()
    assert set(load.answers) == {200} and load.acknowledged <= set(tally.ids) and tally.whole
