"""The reasons of one address: any history of putting on and taking off keeps what was promised."""

import threading

from hypothesis import given
from hypothesis import strategies as st
from told_by_amazon import NOW, account

from core.store import suppressions
from core.store.engine import Store
from core.store.standing import RANK, Cause, added, causes_of, entry, released, standing

reasons = st.sampled_from(RANK)
steps = st.lists(st.tuples(st.booleans(), reasons, st.integers(1, 50)), max_size=14)


def history(told: list[tuple[bool, str, int]]) -> dict[str, Cause]:
    """Put on and take off, one step a tick from 100 on; events happened so many ticks before they came in."""
    causes: dict[str, Cause] = {}
    for now, (on, reason, ago) in enumerate(told, 100):
        at = now - ago if reason in ("bounce", "complaint") else now
        causes = (added(causes, reason, Cause(at, ago)) if on else released(causes, reason, now)) or causes
    return causes


@given(steps)
def test_an_address_is_on_the_list_just_while_a_reason_stands_and_the_row_tells_all_of_them(told) -> None:
    causes = history(told)
    if not causes:
        return
    row = entry(1, "a@x.example", causes, 200)
    assert causes_of(row) == causes
    stands = standing(causes)
    assert (row.removed_at is None) == bool(stands)
    if stands:
        assert row.reason == next(reason for reason in RANK if reason in stands)
        assert row.since == min(cause.since for cause in stands.values())


@given(steps)
def test_taking_off_one_reason_never_takes_off_another(told) -> None:
    causes = history(told)
    for reason in RANK:
        after = released(causes, reason, 300)
        if after is not None:
            assert set(standing(causes)) - set(standing(after)) == {reason}


@given(steps)
def test_an_empty_list_is_filled_again_only_by_what_happened_after_the_removal(told) -> None:
    causes: dict[str, Cause] = {}
    last_removal = None
    for now, (on, reason, ago) in enumerate(told, 100):
        at = now - ago if reason in ("bounce", "complaint") else now
        before = bool(standing(causes))
        causes = (added(causes, reason, Cause(at)) if on else released(causes, reason, now)) or causes
        if on and not before and standing(causes) and last_removal is not None:
            assert at > last_removal
        if before and not standing(causes):
            last_removal = now


@given(
    st.lists(st.tuples(st.sampled_from(["bounce", "complaint"]), st.integers(1, 50)), min_size=1, max_size=8),
    st.randoms(),
)
def test_events_in_any_order_give_the_same_row(told, chance) -> None:
    rows = set()
    for _ in range(3):
        causes: dict[str, Cause] = {}
        for reason, at in told:
            causes = added(causes, reason, Cause(at, at)) or causes
        rows.add(entry(1, "a@x.example", causes, 200))
        chance.shuffle(told)
    assert len(rows) == 1


def test_several_who_write_about_one_address_at_once_lose_nothing(store: Store) -> None:
    shop = account(store)
    reasons = ("bounce", "complaint", "unsubscribe")
    ready, failed = threading.Barrier(len(reasons)), []

    def write(reason: str) -> None:
        try:
            ready.wait(10)
            for turn in range(15):
                with store.write() as conn:
                    suppressions.suppress(conn, shop.id, f"p{turn}@x.example", reason, NOW + turn)
        except Exception as error:
            failed.append(error)

    writers = [threading.Thread(target=write, args=(reason,)) for reason in reasons]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    assert not failed
    for turn in range(15):
        assert set(suppressions.reasons(store, shop.id, f"p{turn}@x.example")) == set(reasons)
