"""Of a connection one drill runs at a time, on either database and whoever presses at once; and its keys may do it all."""

import threading
from pathlib import Path
from uuid import uuid4

import pytest
from amazon import ALICE, BOB
from drilling import IRELAND, Yard, yard

from core import moment
from core.chain import ours
from core.chain.fix import fix
from core.chain.weak import weak_links
from core.connect.policy import FEATURES, policy
from core.demo.running import Running
from core.drill.stuck import FOUND, why_stuck
from core.setup import saga
from core.setup.choices import Choices
from core.setup.plan import plan
from core.store import connections, drills
from core.store.engine import Store
from core.store.tables import Connection


def test_of_two_who_press_at_once_one_gets_a_drill(store: Store) -> None:
    with store.write() as conn:
        row = Connection(uuid=str(uuid4()), name="a", region=IRELAND, created_at=1, updated_at=1)
        number = connections.add(conn, row).id or 0
    got: list[int | None] = []
    ready = threading.Barrier(4)

    def press() -> None:
        ready.wait()
        with store.write() as conn:
            got.append(drills.begin(conn, number, "mail", "bob", 1))

    hands = [threading.Thread(target=press) for _ in range(4)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    assert sorted(one is None for one in got) == [False, True, True, True]
    begun = next(one for one in got if one is not None)
    with store.write() as conn:
        assert drills.end(conn, begun, "passed", "[]", 7) and not drills.end(conn, begun, "failed", "[]", 8)
        assert drills.begin(conn, number, "mail", "bob", 9) is not None
    assert drills.last_passed(store, number) == 7


def test_a_drill_passes_on_either_database(amazon: Running, tmp_path: Path, store: Store) -> None:
    with yard(amazon, tmp_path, store) as ground:
        ground.listen("configuration-set")
        ground.passes()
        ground.passes("publish")


def test_keys_with_the_policy_we_offer_may_set_up_drill_look_and_mend(
    ground: Yard, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = next(iter(ground.amazon.amazon.world.keys.values()))
    monkeypatch.setattr(key, "policy", policy(list(FEATURES), "000000000000", IRELAND))
    desk, line, now = ground.desk, ground.connection, moment.now()
    planned = plan(desk, line, Choices("configuration-set", "https", "example.com"), ALICE, now)
    number = saga.begin(desk, line, planned, ALICE, now)
    assert list(saga.apply(desk, line, number, ALICE))[-1].state in ("made", "changed", "reused")
    ground.passes()
    ground.passes("publish")
    chain, wanted = ours.look(desk, line)
    assert weak_links(chain, wanted) == [] and chain.unread == {}
    name = wanted.configuration_set
    monkeypatch.setitem(
        ground.region.configuration_sets[name].options, "SendingOptions", {"SendingEnabled": False}
    )
    begun = ground.gets_stuck()
    first = why_stuck(desk, begun, BOB, now)[0]
    assert (first.finding.reference, first.checked) == ("configuration-set-paused", FOUND)
    assert "again" in fix(desk, line, first.finding.reference, first.where, ALICE, now)
    ground.passes_again()
