"""Under a steady load nothing grows that should not: descriptors, threads, the write-ahead log, memory (F31)."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from outpost import Load, Outpost, Post
from sizes import Sizes, sizes

BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
WARM, MORE = 150, 450  # messages
LOG, MEMORY = (
    128_000_000,
    16_000_000,
)  # bytes; 450 messages kept for good in memory with all that hangs on them would show


def at_rest(outpost: Outpost, post: Post) -> Sizes:
    """Its sizes while nobody posts, at the calmest of some moments: what is under way holds a descriptor or two of its own."""
    seen = []
    for _ in range(20):
        time.sleep(0.05)
        seen.append(sizes(outpost, post))
    return min(seen, key=lambda one: one.descriptors)


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_after_four_times_as_many_messages_a_receiver_is_as_large_as_before(
    database: str, make_outpost: Callable[[str], Outpost]
) -> None:
    outpost = make_outpost(database)
    post = outpost.start()
    with Load(outpost, [post.port]) as first:
        first.wait_for(WARM)
        with ThreadPoolExecutor(
            16
        ) as pool:  # many at once, so that the store's pool has opened what it may need
            list(pool.map(lambda _: post.get("/readyz"), range(200)))
    warm = at_rest(outpost, post)
    with Load(outpost, [post.port]) as second:
        second.wait_for(MORE)
    after = at_rest(outpost, post)
    assert after.descriptors <= warm.descriptors + 2
    assert after.threads <= warm.threads + 2
    assert after.memory <= warm.memory + MEMORY
    assert after.log < LOG
    tally = outpost.tally()
    assert set(first.answers) == set(second.answers) == {200} and tally.whole
    assert first.acknowledged | second.acknowledged <= set(tally.ids)
