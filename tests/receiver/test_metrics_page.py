"""What /metrics tells: how fast batches are stored, how large they are, what is held, when each topic was last heard."""

import re
import time

from receiving import Desk, Line, on_both
from sns_signer import ses_event

from core.errors import Unavailable
from core.store import callbacks, depths
from core.store.depths import Depth

pytestmark = on_both


def figures(desk: Desk) -> dict[str, float]:
    answer = desk.call("GET", "/metrics")
    assert answer.status == 200
    lines = answer.body.decode().splitlines()
    return {
        line.rsplit(" ", 1)[0]: float(line.rsplit(" ", 1)[1]) for line in lines if not line.startswith("#")
    }


def test_a_batch_is_counted_with_its_size_and_time(post_office: Desk, line: Line) -> None:
    before = figures(post_office)
    for _ in range(3):
        post_office.post(line, post_office.signer.notification(line.arn, ses_event()))
    after = figures(post_office)
    assert after["ses_desk_batch_notifications_sum"] == before["ses_desk_batch_notifications_sum"] + 3
    assert after["ses_desk_commit_seconds_count"] > before["ses_desk_commit_seconds_count"]
    assert after["ses_desk_commit_seconds_sum"] > before["ses_desk_commit_seconds_sum"]
    assert after["ses_desk_intake_waiting"] == 0
    assert after["ses_desk_certificates_held"] == 1
    assert after["ses_desk_store_up"] == 1
    assert after["ses_desk_free_bytes"] > 0


def test_it_is_counted_how_often_a_certificate_was_at_hand(post_office: Desk, line: Line) -> None:
    def lookups() -> tuple[float, float]:
        told = figures(post_office)
        places = ("hand", "elsewhere")
        at_hand, not_at_hand = (told[f'ses_desk_certificate_lookups_total{{at="{at}"}}'] for at in places)
        return at_hand, not_at_hand

    before = lookups()
    for _ in range(3):
        post_office.post(line, post_office.signer.notification(line.arn, ses_event()))
    assert lookups() == (before[0] + 3, before[1])
    strange = post_office.signer.notification(line.arn, ses_event())
    strange["SigningCertURL"] = strange["SigningCertURL"].replace(".pem", "0.pem")
    assert post_office.post(line, strange).status == 503
    assert lookups() == (before[0] + 3, before[1] + 1)


def test_queues_are_told_as_the_worker_last_saw_them(post_office: Desk) -> None:
    depths.note(post_office.store, [Depth(7, "dead-letters", 12, 3, 1_780_000_000_000)])
    told = figures(post_office)
    assert told['ses_desk_queue_messages{kind="dead-letters",queue="7",state="waiting"}'] == 12
    assert told['ses_desk_queue_messages{kind="dead-letters",queue="7",state="hidden"}'] == 3
    assert told['ses_desk_queue_seen_seconds{kind="dead-letters",queue="7"}'] == 1_780_000_000
    depths.note(post_office.store, [])
    assert not any("queue=" in name for name in figures(post_office))


def test_a_topic_says_by_its_number_when_it_was_last_heard(post_office: Desk, line: Line) -> None:
    silent = post_office.line()
    post_office.post(
        line, post_office.signer.notification(line.arn, ses_event("Bounce", "jo.doe@example.org"))
    )
    numbers = {
        each.name: callbacks.topics(post_office.store, each.connection_id)[0].id for each in (line, silent)
    }
    after = figures(post_office)
    at = after[f'ses_desk_topic_last_event_seconds{{topic="{numbers[line.name]}"}}']
    assert abs(time.time() - at) < 60
    assert f'ses_desk_topic_last_event_seconds{{topic="{numbers[silent.name]}"}}' not in after
    text = post_office.call("GET", "/metrics").body.decode()
    assert "example.org" not in text and "arn:aws" not in text and line.token not in text
    assert set(re.findall(r'topic="([^"]*)"', text)) >= {str(numbers[line.name])}


def test_a_batch_that_cannot_be_stored_is_counted_and_a_store_that_is_away_said(
    post_office: Desk, line: Line, monkeypatch
) -> None:
    def away(*_: object) -> None:
        raise Unavailable("The database cannot be reached.")

    before = figures(post_office)
    monkeypatch.setattr("core.receiver.intake.record_all", away)
    message = post_office.signer.notification(line.arn, ses_event())
    assert post_office.post(line, message).status == 503
    monkeypatch.setattr(callbacks, "last_heard", away)
    after = figures(post_office)
    assert after["ses_desk_batches_failed_total"] == before["ses_desk_batches_failed_total"] + 1
    assert after["ses_desk_batch_notifications_sum"] == before["ses_desk_batch_notifications_sum"]
    assert after["ses_desk_store_up"] == 0
