"""What the long soak measures with: posts that keep to a schedule, and an onlooker that misses nothing forgotten (F31)."""

import http.client
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from outpost import Message, Outpost

from benchmarks.torture.onlooker import Onlooker
from benchmarks.torture.row import reckoned
from benchmarks.torture.steady import Steady, p99
from core import moment
from core.moment import DAY, SECOND
from core.store import retention
from core.store.engine import open_store
from core.worker.forgetting import forget_of

BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
STALL = 0.5  # seconds without an answer to anybody


class Stalling(Steady):
    """Whoever posts in a certain half second waits until it is over."""

    def _once(self, wire: http.client.HTTPConnection, message: Message) -> bool:
        since = time.monotonic() - self.begun
        if 0.5 < since < 0.5 + STALL:
            time.sleep(0.5 + STALL - since)
        self.last = time.monotonic()
        return True


def test_posts_that_are_held_up_are_made_up_for_and_timed_from_when_they_were_due(tmp_path: Path) -> None:
    with Stalling(Outpost(tmp_path), [1], threads=4, rate=100, seconds=2) as load:
        load.finish(within=20)
    assert len(load.took) == load.planned == 200
    assert load.reached == pytest.approx(100, rel=0.05)
    held_up = [one for one in load.took if 0.55 < one[0] < 0.75]
    assert len(held_up) >= 15 and min(seconds for _, seconds in held_up) > 0.2
    assert p99(load.took) > 0.3


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_what_is_forgotten_meanwhile_counts_and_what_is_lost_or_twice_shows(
    database: str, make_outpost: Callable[[str], Outpost], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "LEAST_OUTCOME_DAYS", 1)
    outpost = make_outpost(database)
    onlooker, store, post = Onlooker(outpost), open_store(outpost.store_url), outpost.start()
    with store.write() as conn:
        retention.change(conn, outpost.connection_id, message_days=1, event_days=1)
    load = Steady(outpost, [post.port])
    for _ in range(2):
        for _ in range(3):
            message = outpost.message()
            assert post.send(message) == 200
            load.acknowledged.add(message[0])
        onlooker.look()
        assert forget_of(store, outpost.connection_id, moment.now() + DAY + SECOND) > 0
    store.close()
    left, seen = outpost.tally(), onlooker.tally()
    onlooker.close()
    assert (len(left.ids), left.events, left.delivered) == (1, 1, 6)
    assert (len(seen.ids), seen.events, seen.delivered) == (6, 6, 6)
    assert reckoned("", 1, load, seen).met
    load.acknowledged.add("never stored")
    assert reckoned("", 1, load, seen).lost == 1
    twice = type(seen)((*seen.ids, seen.ids[0]), seen.events, seen.delivered)
    assert reckoned("", 1, load, twice).duplicated >= 1
