"""What stops at our own door is told from what never came: nobody answers, it was refused, or it could not be checked."""

import time
from typing import Any

import pytest
import sqlalchemy as sa
from drilling import Yard
from test_after_set_up import set_up

from core import moment
from core.drill import hops, progress
from core.drill.progress import Progress
from core.drill.stuck import FOUND, RULED_OUT
from core.receiver.certificates import Certificates
from core.receiver.refused import later
from core.store import drills, findings
from core.store.engine import Store
from core.store.space import Room
from core.store.tables import Drill
from core.watch import feed


def shown(ground: Yard, begun: Drill) -> Progress:
    late = moment.now() + hops.PATIENCE + 1_000
    return progress.progress(ground.desk.store, begun.id or 0, late)


def ticked(ground: Yard, begun: Drill) -> dict[str, str]:
    return {hop.name: hop.state for hop in shown(ground, begun).pieces[0].hops}


def standing(ground: Yard) -> list[str]:
    return [row.reference for row in findings.standing(ground.desk.store, [ground.number])]


@pytest.mark.parametrize("way", ["configuration-set", "identity"])
def test_a_receiver_that_is_down_is_named_while_sns_still_tries_again(ground: Yard, way: str) -> None:
    set_up(ground, way)
    ground.close_the_door()
    begun = ground.gets_stuck()
    first = ground.causes(begun)[0]
    assert (first.finding.reference, first.checked, first.hop) == (
        "callback-no-answer",
        FOUND,
        hops.DELIVERED,
    )
    assert first.finding.known and "127.0.0.1" in first.finding.evidence["address"]


def test_a_door_that_answers_is_ruled_out(ground: Yard) -> None:
    set_up(ground, "configuration-set")
    ended = ground.passes()
    drill = drills.by_id(ground.desk.store, ended.drill_id)
    assert drill is not None
    ruled = [one.finding.reference for one in ground.causes(drill) if one.checked == RULED_OUT]
    assert "callback-no-answer" in ruled


@pytest.mark.parametrize("kind", ["mail", "publish"])
def test_a_report_with_a_bad_signature_ticks_delivered_and_is_crossed_at_the_signature(
    ground: Yard, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    set_up(ground, "configuration-set")
    signer = ground.amazon.amazon.signer
    signed = signer.sign
    monkeypatch.setattr(
        signer, "sign", lambda message, version: signed({**message, "Message": "another"}, version)
    )
    begun = ground.gets_stuck(kind)
    for piece in shown(ground, begun).pieces:
        hop = {each.name: each for each in piece.hops}
        assert hop[hops.DELIVERED].state == "Arrived" and piece.stuck_at == hops.SIGNED
        assert "refused" in hop[hops.SIGNED].words and hop[hops.STORED].state == "Waiting"
    causes = ground.causes(begun)
    assert (causes[0].finding.reference, causes[0].hop) == ("report-refused", hops.SIGNED)
    assert "signature" in causes[0].finding.evidence["why"]
    assert not {"callback-not-reached", "callback-no-answer", "drill-nothing-found"} & {
        one.finding.reference for one in causes if one.checked == FOUND
    }
    assert "report-refused" in standing(ground)
    monkeypatch.setattr(signer, "sign", signed)
    ground.passes_again()
    feed.listen_for(ground.desk.store, ground.connection, moment.now())
    assert "report-refused" not in standing(ground)


def test_a_signing_certificate_that_cannot_be_had_is_named(
    ground: Yard, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_up(ground, "configuration-set")

    async def away(*_: Any) -> None:
        raise later("certificate-unavailable", "The signing certificate cannot be had.")

    monkeypatch.setattr(Certificates, "find", away)
    real_topic(ground.desk.store, ground.arn)
    begun = ground.gets_stuck()
    first = ground.causes(begun)[0]
    assert (first.finding.reference, first.checked, first.hop) == (
        "certificate-unavailable",
        FOUND,
        hops.SIGNED,
    )
    assert first.finding.evidence["host"] == "sns.eu-west-1.amazonaws.com"
    assert ticked(ground, begun)[hops.DELIVERED] == "Arrived"


def real_topic(store: Store, arn: str) -> None:
    """The topic as one of Amazon's own: its certificate is looked for, not taken from the row."""
    with store.engine.begin() as conn:
        conn.execute(
            sa.text("UPDATE topics SET demo = false, certificate_pem = NULL WHERE arn = :arn"), {"arn": arn}
        )
    time.sleep(1.1)  # the receiver holds a callback for a second


def test_a_full_disk_is_named(ground: Yard, monkeypatch: pytest.MonkeyPatch) -> None:
    set_up(ground, "configuration-set")
    monkeypatch.setattr(Room, "short", property(lambda self: True))
    begun = ground.gets_stuck()
    found = [(one.finding.reference, one.hop) for one in ground.causes(begun) if one.checked == FOUND]
    assert ("disk-nearly-full", hops.STORED) in found
