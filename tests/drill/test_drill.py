"""A fire drill on a whole chain: every hop is seen, nothing of it counts, and nothing of it stays."""

import pytest
from amazon import ALICE, BOB, MALLORY, VERA
from drilling import Yard, until

from core import moment
from core.drill import drill, hops, progress
from core.drill.passed import last_passed
from core.errors import BadInput, Conflict, NotAllowed, NotFound
from core.store import audit, drills, rates, suppressions

WAYS = ["configuration-set", "identity"]
MAIL_HOPS = [hops.ACCEPTED, hops.EVENT, hops.DELIVERED, hops.SIGNED, hops.STORED, hops.KEPT_OUT]


@pytest.mark.parametrize("how", WAYS)
def test_a_whole_chain_passes_and_every_hop_ticks_with_its_seconds(ground: Yard, how: str) -> None:
    ground.listen(how)
    shown = ground.passes()
    assert [piece.scenario for piece in shown.pieces] == ["success", "bounce", "complaint", "suppressionlist"]
    for piece in shown.pieces:
        names = [hop.name for hop in piece.hops]
        assert names == MAIL_HOPS + ([] if piece.scenario == "success" else [hops.MARKED, hops.CLEARED])
        assert all(
            hop.state == "Arrived" and hop.seconds is not None and hop.seconds >= 0 for hop in piece.hops
        )
    assert last_passed(ground.desk.store, ground.number) == shown.ended_at
    assert ground.amazon.amazon.mail, "real mail went to the simulator"


@pytest.mark.parametrize("how", WAYS)
def test_the_drill_without_mail_proves_everything_from_the_topic_on(ground: Yard, how: str) -> None:
    ground.listen(how)
    before = len(ground.amazon.amazon.mail)
    shown = ground.passes("publish")
    assert len(ground.amazon.amazon.mail) == before
    assert [hop.name for hop in shown.pieces[0].hops][:2] == [hops.PUBLISHED_TO_US, hops.DELIVERED]
    assert last_passed(ground.desk.store, ground.number) == shown.ended_at


@pytest.mark.parametrize("kind", ["mail", "publish"])
def test_a_drill_never_changes_a_rate(ground: Yard, kind: str) -> None:
    ground.listen("configuration-set")
    ground.passes(kind)
    today = moment.now() // moment.DAY
    for cohort in ("sent", "event"):
        row = rates.total(ground.desk.store, [ground.number], today - 1, today, cohort)
        assert not any((row.sent, row.delivered, row.bounced_permanent, row.complained))


def test_addresses_are_marked_as_drill_while_it_runs_and_taken_off_when_it_ends(ground: Yard) -> None:
    ground.listen("identity")
    ground.region.identities["example.com"].topics.pop("Delivery")  # so that the drill does not end by itself
    begun = ground.start()
    store, address = ground.desk.store, "bounce@simulator.amazonses.com"
    until(lambda: ground.look(begun) and "drill" in suppressions.reasons(store, ground.number, address))
    progress.end(store, begun.id or 0, moment.now())
    assert suppressions.reasons(store, ground.number, address) == {}
    kept = suppressions.get(store, ground.number, address)
    assert kept is not None and kept.reason == "drill" and kept.removed_at is not None
    late = progress.progress(
        store, begun.id or 0, moment.now()
    )  # a look from another tab marks nothing again
    assert late.over and not late.passed and suppressions.reasons(store, ground.number, address) == {}


def test_only_one_drill_of_a_connection_runs_and_one_that_hangs_makes_room(ground: Yard) -> None:
    ground.listen("identity")
    ground.region.identities["example.com"].topics.clear()
    first = ground.start()
    with pytest.raises(Conflict):
        ground.start()
    later = moment.now() + hops.PATIENCE + 5_000
    second = drill.start(ground.desk, ground.connection, "publish", BOB, later)
    assert second.id != first.id
    ended = drills.by_id(ground.desk.store, first.id or 0)
    assert ended is not None and ended.state == "failed"


def test_a_drill_left_alone_is_ended_by_the_worker_with_its_marks(ground: Yard) -> None:
    ground.listen("identity")
    ground.region.identities["example.com"].topics.pop("Delivery")
    begun = ground.start()
    store, address = ground.desk.store, "bounce@simulator.amazonses.com"
    until(lambda: ground.look(begun) and suppressions.reasons(store, ground.number, address))
    assert progress.end_those_left(store, moment.now()) == 0
    assert progress.end_those_left(store, begun.started_at + progress.LONGEST + 1) == 1
    ended = drills.by_id(store, begun.id or 0)
    assert ended is not None and ended.state == "failed"
    assert suppressions.reasons(store, ground.number, address) == {}


def test_the_worker_notes_a_drill_that_passed_while_nobody_looked(ground: Yard) -> None:
    ground.listen("identity")
    ground.start()
    until(lambda: progress.end_those_left(ground.desk.store, moment.now()))
    assert last_passed(ground.desk.store, ground.number) is not None


def test_nothing_ticks_that_was_not_seen(ground: Yard) -> None:
    ground.listen("identity")
    ground.region.topics[ground.arn].subscriptions.clear()
    begun = ground.gets_stuck()
    shown = ground.look(begun)
    for piece in shown.pieces:
        assert [hop.name for hop in piece.hops if hop.state == "Arrived"] == [hops.ACCEPTED]


def test_viewers_and_those_who_may_not_see_the_connection_cannot_drill(ground: Yard) -> None:
    ground.listen("identity")
    with pytest.raises(NotAllowed):
        ground.start(actor=VERA)
    with pytest.raises(NotFound):
        ground.start(actor=MALLORY)
    with pytest.raises(BadInput):
        drill.start(ground.desk, ground.connection, "smoke", ALICE, moment.now())
    assert drills.recent(ground.desk.store, ground.number) == []


def test_without_a_topic_the_drill_without_mail_says_what_to_do(ground: Yard) -> None:
    with pytest.raises(BadInput, match="Set up"):
        ground.start("publish")


def test_a_refused_mail_ends_the_sending_and_names_amazons_reason(ground: Yard) -> None:
    ground.listen("identity")
    ground.region.sending = False
    begun = ground.start()
    shown = ground.look(begun)
    assert shown.stuck and len(shown.pieces) == 1 and shown.pieces[0].stuck_at == hops.ACCEPTED
    assert shown.pieces[0].finding and shown.pieces[0].finding.reference == "sending-suspended"


def test_a_mail_refused_for_speed_is_sent_once_more_and_each_mail_goes_out_once(
    ground: Yard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drill, "PAUSE", 0.01)
    ground.listen("identity")
    ground.amazon.amazon.faults.add({"service": "sesv2", "action": "SendEmail", "name": "rate", "count": 2})
    before = len(ground.amazon.amazon.mail)
    ground.passes()
    assert len(ground.amazon.amazon.mail) - before == 4


def test_the_audit_trail_names_who_drilled_and_how_it_went_and_no_address(ground: Yard) -> None:
    ground.listen("identity")
    ground.passes()
    told = audit.recent(ground.desk.store, 50)
    actions = [(one.actor, one.action) for one in told]
    assert ("bob", "drill-started") in actions and ("bob", "drill-passed") in actions
    assert not any("@" in one.detail for one in told if one.action.startswith("drill"))
