"""The rows of a set-up on both databases: written in order, noted, standing until undone, gone with the connection."""

from core.setup.hold import job_of
from core.store import connections, leases, set_ups
from core.store.engine import Store
from core.store.tables import Connection, SetUp, SetUpStep

NOW = 1_800_000_000_000


def test_a_set_up_stands_step_by_step_and_goes_with_its_connection(store: Store) -> None:
    with store.write() as conn:
        row = Connection(uuid="", name="Shop", region="eu-west-1", created_at=NOW, updated_at=NOW)
        shop = connections.add(conn, row).id or 0
        steps = [
            SetUpStep(set_up_id=0, connection_id=shop, position=place, key=key, at=NOW)
            for place, key in enumerate(("topic", "signature", "subscription"))
        ]
        number = set_ups.begin(
            conn, SetUp(connection_id=shop, choices="{}", created_at=NOW, changed_at=NOW), steps
        )
    kept = set_ups.steps(store, number)
    assert [step.key for step in kept] == ["topic", "signature", "subscription"]
    assert set_ups.standing(store, shop) == []
    with store.write() as conn:
        set_ups.note(conn, kept[0].id or 0, {"state": "made", "subject": "arn:aws:sns:…"}, NOW + 1)
        set_ups.note(conn, kept[2].id or 0, {"state": "trying"}, NOW + 2)
        set_ups.to_state(conn, number, "stopped", NOW + 3)
    assert [(step.key, step.state, step.at) for step in set_ups.standing(store, shop)] == [
        ("topic", "made", NOW + 1),
        ("subscription", "trying", NOW + 2),
    ]
    assert [(each.state, each.changed_at) for each in set_ups.of_connection(store, shop)] == [
        ("stopped", NOW + 3)
    ]
    with store.write() as conn:
        connections.remove(conn, shop)
    assert set_ups.by_id(store, number) is None and set_ups.steps(store, number) == []


def test_a_hold_is_seen_while_it_lasts(store: Store) -> None:
    with store.write() as conn:
        leases.acquire(conn, job_of(7), "one", NOW, 60_000)
    assert leases.is_held(store, job_of(7), NOW + 59_999)
    assert not leases.is_held(store, job_of(7), NOW + 60_000) and not leases.is_held(store, job_of(8), NOW)
