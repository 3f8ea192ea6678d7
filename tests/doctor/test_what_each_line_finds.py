"""Each finding of the Doctor's own checks, brought about by the real thing."""

import json
from typing import Any

import pytest
from amazon import ALICE, BOB
from drilling import Yard

from core import moment
from core.admin import machine as admin
from core.demo.running import Running
from core.doctor import machine, unsubscribe
from core.doctor import round as rounds
from core.doctor.line import Line
from core.doctor.patient import Patient
from core.links import LinkKeys
from core.store import certificates, leases, list_settings
from core.store.turn import moved_note
from core.unsubscribe.chosen import Look
from core.vault import open_vault


def found(lines: dict[str, Line], name: str) -> str:
    """The reference of a line's finding, "" when there is none."""
    said = lines[name].finding
    return said.reference if said else ""


def of(check: Any, ground: Yard, **settings: Any) -> dict[str, Line]:
    """The lines of one check, on this ground, perhaps with other settings."""
    from core.connect import access
    from core.desk import Desk

    chosen = ground.desk.settings.model_copy(update=settings)
    desk = Desk(ground.desk.store, ground.desk.vault, chosen)
    way = access.of(desk.store, desk.vault, desk.settings, ground.connection)
    return {line.key: line for line in check(Patient(desk, ground.connection, way, moment.now()))}


def test_a_machine_in_order_and_one_that_nobody_works_on(ground: Yard) -> None:
    lines = of(machine.check, ground)
    assert {
        lines[key].state for key in ("store", "vault", "link-keys", "audit", "certificates", "clock")
    } == {"ok"}
    assert found(lines, "worker") == "worker-not-at-work" and found(lines, "members") == "nobody-signs-in"
    assert found(lines, "public-url") == "public-url-not-right"
    with ground.desk.store.write() as conn:
        leases.acquire(conn, "watch", "host-1", moment.now(), 60_000)
    lines = of(machine.check, ground, public_url="https://mail.example.com")
    assert found(lines, "worker") == found(lines, "public-url") == ""


def test_a_queue_that_nobody_looked_into_is_blamed_on_the_worker_only_after_a_while(ground: Yard) -> None:
    from core.doctor import events
    from core.store import queues

    ground.listen("identity")
    arn = "arn:aws:sqs:eu-west-1:000000000000:left-alone"
    with ground.desk.store.write() as conn:
        queues.add(conn, ground.number, arn, f"{arn}/url", "dead-letters", moment.now())
    young = of(events.check, ground)["queue-1"]
    assert (young.state, young.finding) == ("unknown", None)
    with ground.desk.store.write() as conn:
        conn.exec_driver_sql("UPDATE queues SET created_at = created_at - 660000")
    old = of(events.check, ground)
    assert (old["queue-1"].state, found(old, "queue-1")) == ("unknown", "queue-not-emptied")


def test_a_full_disk(ground: Yard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admin, "free_at", lambda _: 1024)
    assert found(of(machine.check, ground), "disk") == "disk-nearly-full"


def test_lost_link_keys_break_the_links_in_sent_mail(ground: Yard) -> None:
    LinkKeys(ground.desk.store, ground.desk.settings).for_making()
    assert of(unsubscribe.check, ground)["links"].state == "ok"
    (ground.desk.settings.folder / "link.keys").unlink()
    assert found(of(machine.check, ground), "link-keys") == "link-keys-lost"
    assert found(of(unsubscribe.check, ground), "links") == "link-keys-lost"


def test_a_store_that_was_moved_away(ground: Yard) -> None:
    assert ground.desk.store.turn is not None
    moved_note(ground.desk.store.turn.path).write_text("postgresql://elsewhere\n")
    assert found(of(machine.check, ground), "store") == "store-not-whole"
    moved_note(ground.desk.store.turn.path).unlink()


def test_an_audit_trail_that_somebody_edited(ground: Yard) -> None:
    from core.store import audit

    with ground.desk.store.write() as conn:
        audit.append(conn, "alice", "something", "somewhere", {}, moment.now())
        conn.exec_driver_sql("UPDATE audit SET actor = 'mallory' WHERE id = (SELECT max(id) FROM audit)")
    assert found(of(machine.check, ground), "audit") == "audit-changed"


def test_a_certificate_that_cannot_be_read(ground: Yard) -> None:
    certificates.put(
        ground.desk.store, "https://sns.eu-west-1.amazonaws.com/x.pem", "no certificate", moment.now()
    )
    assert found(of(machine.check, ground), "certificates") == "certificates-end"


def test_a_clock_that_is_off_and_one_that_cannot_be_compared(
    ground: Yard, amazon: Running, monkeypatch: Any
) -> None:
    monkeypatch.setattr(amazon.amazon.world.tuning, "clock_offset", -600_000)
    assert found(of(machine.check, ground), "clock") == "clock-differs"
    monkeypatch.setattr(amazon.amazon.world.tuning, "clock_offset", 0)

    def nobody(_: Any) -> int:
        raise OSError("no route")

    monkeypatch.setattr(machine, "ahead", nobody)
    line = of(machine.check, ground)["clock"]
    assert line.state == "unknown" and line.finding and line.finding.reference == "clock-not-compared"


def test_a_vault_without_its_keys_is_said_and_everything_of_amazons_is_skipped(ground: Yard) -> None:
    from core.desk import Desk

    (ground.desk.settings.folder / "vault.keys").unlink()
    shut = Desk(ground.desk.store, open_vault(ground.desk.settings, ground.desk.store), ground.desk.settings)
    assert shut.vault.state == "locked"
    lines = {
        line.name: line for line in rounds.round(shut, ground.connection, BOB, moment.now()) if line.ended
    }
    assert lines["keys/who"].state == "fail" and lines["account/group"].state == "skipped"
    assert found(lines, "machine/vault") == "vault-locked"


def test_an_unsubscribe_page_that_nobody_can_reach(ground: Yard) -> None:
    assert found(of(unsubscribe.check, ground), "page") == "unsubscribe-no-public-url"
    assert (
        found(of(unsubscribe.check, ground, public_url="http://mail.example.com"), "page")
        == "unsubscribe-not-https"
    )
    inside = of(unsubscribe.check, ground, public_url="https://192.168.1.10")["page"]
    assert inside.state == "fail" and inside.finding and inside.finding.reference == "unsubscribe-not-public"


def test_tests_without_the_header(ground: Yard) -> None:
    with ground.desk.store.write() as conn:
        list_settings.change(conn, ground.number, moment.now(), page=Look(on_tests=False).as_json())
    assert found(of(unsubscribe.check, ground), "headers") == "one-click-off"


def test_amazons_own_subscription_management_is_in_order(ground: Yard) -> None:
    with ground.desk.store.write() as conn:
        list_settings.change(conn, ground.number, moment.now(), contact_list="readers")
    lines = of(unsubscribe.check, ground)
    assert lines["links"].state == lines["headers"].state == "ok" and lines["page"].state == "skipped"


def test_a_quota_that_is_nearly_used(ground: Yard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ground.region, "max_24_hours", 1.0)
    ground.client("sesv2").send_email(
        FromEmailAddress="news@example.com", Destination={"ToAddresses": ["success@example.com"]},
        Content={"Simple": {"Subject": {"Data": "x"}, "Body": {"Text": {"Data": "x"}}}},
    )  # fmt: skip
    lines = {
        line.name: line
        for line in rounds.round(ground.desk, ground.connection, ALICE, moment.now(), ["account"])
        if line.ended
    }
    assert found(lines, "account/account") == "quota-nearly-used"


def test_a_topic_whose_policy_cannot_be_weighed_is_couldnt_check(ground: Yard) -> None:
    ground.listen("identity")
    statement = {
        "Effect": "Allow", "Principal": {"Service": "ses.amazonaws.com"}, "Action": "SNS:Publish", "Resource": ground.arn,
        "Condition": {"DateLessThan": {"aws:CurrentTime": "2100-01-01T00:00:00Z"}},
    }  # fmt: skip
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    ground.client("sns").set_topic_attributes(
        TopicArn=ground.arn, AttributeName="Policy", AttributeValue=policy
    )
    lines = {
        line.name: line
        for line in rounds.round(ground.desk, ground.connection, ALICE, moment.now(), ["events"])
        if line.ended
    }
    assert lines["events/chain"].state == "unknown" and found(lines, "events/chain") == "topic-policy-unclear"
