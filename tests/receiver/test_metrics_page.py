"""What /metrics tells: how fast batches are stored, how large they are, what is held, when each topic was last heard."""

import re
import time

from receiving import Desk, Line, on_both
from sns_signer import ses_event

from core.errors import Unavailable
from core.store import callbacks

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
    monkeypatch.setattr("core.receiver.intake._record_all", away)
    message = post_office.signer.notification(line.arn, ses_event())
    assert post_office.post(line, message).status == 503
    monkeypatch.setattr(callbacks, "last_heard", away)
    after = figures(post_office)
    assert after["ses_desk_batches_failed_total"] == before["ses_desk_batches_failed_total"] + 1
    assert after["ses_desk_batch_notifications_sum"] == before["ses_desk_batch_notifications_sum"]
    assert after["ses_desk_store_up"] == 0
