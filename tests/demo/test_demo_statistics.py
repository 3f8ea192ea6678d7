"""What the demo Amazon counts agrees with what it told, over every way to ask; and it can be told what to have counted."""

import json
from collections import Counter
from datetime import UTC, datetime
from typing import Any

from core.demo import sample, statistics
from core.demo.world import Region

NOW = 1_790_000_000_000  # a day of September 2026


def test_the_samples_counts_are_those_of_the_mail_it_tells_of() -> None:
    told: Counter[str] = Counter()
    first = NOW // statistics.QUARTER - statistics.KEPT
    for at, notification in sample._notifications(1, 1, NOW, 20):
        if at // statistics.QUARTER < first:
            continue
        event = json.loads(notification.message)
        body = event.get("bounce", {})
        told["Bounces"] += body.get("bounceType") == "Permanent"
        told["Complaints"] += "complaint" in event
        told["Sends"] += event.get("eventType") == "Send"
    points = sample.counts(NOW)
    summed = {name: sum(point.get(name, 0) for point in points.values()) for name in statistics.NAMES}
    assert told["Bounces"] == summed["Bounces"] > 20
    assert told["Complaints"] == summed["Complaints"] > 0
    assert told["Sends"] < summed["DeliveryAttempts"]
    assert min(points) >= first


def test_both_apis_say_what_was_counted_and_nothing_older_than_two_weeks(wire: Any, region: Region) -> None:
    now = wire.running.amazon.now()
    quarter = now // statistics.QUARTER
    region.points.clear()
    points = {
        quarter - 4: {"DeliveryAttempts": 100, "Bounces": 5},
        quarter - statistics.KEPT - 9: {"Bounces": 1},
    }
    wire.press("POST", "statistics", {"points": points})
    said = wire.client("ses").get_send_statistics()["SendDataPoints"]
    moment = datetime.fromtimestamp((quarter - 4) * statistics.QUARTER / 1000, UTC)
    assert said == [
        {"Timestamp": moment, "DeliveryAttempts": 100, "Bounces": 5, "Complaints": 0, "Rejects": 0}
    ]
    wire.press("POST", "statistics", {"points": {quarter - 4: {"Bounces": 2}}, "add": True})
    metric = {"Namespace": "AWS/SES", "MetricName": "Bounce"}
    found = wire.client("cloudwatch").get_metric_data(
        MetricDataQueries=[{"Id": "b", "MetricStat": {"Metric": metric, "Period": 900, "Stat": "Sum"}}],
        StartTime=(now - 86_400_000) / 1000,
        EndTime=now / 1000,
    )["MetricDataResults"][0]
    assert (found["Timestamps"], found["Values"]) == ([moment], [7])
    assert wire.press("POST", "statistics", {"points": {quarter: {"Opens": 1}}}) == 400


def test_a_bounce_for_good_is_counted_and_listed_but_a_soft_one_and_the_simulators_are_neither(
    wire: Any, region: Region
) -> None:
    region.points.clear()
    sent = wire.send("reader@example.org", source="a@example.com")
    simulated = wire.send("bounce@simulator.amazonses.com", source="a@example.com")

    def bounce(message_id: str, kind: str, address: str) -> None:
        row = {"emailAddress": address, "status": "5.1.1"}
        body = {"bounceType": kind, "bounceSubType": "General", "bouncedRecipients": [row]}
        wire.press("POST", "happen", {"message_id": message_id, "kind": "Bounce", "body": body})

    bounce(sent, "Transient", "reader@example.org")
    bounce(simulated, "Permanent", "bounce@simulator.amazonses.com")
    assert "reader@example.org" not in region.suppressed
    bounce(sent, "Permanent", "Reader@Example.org")
    point = Counter[str]()
    for each in region.points.values():
        point.update(each)
    assert point == {"DeliveryAttempts": 1, "Bounces": 1}
    assert region.suppressed["reader@example.org"].reason == "BOUNCE"
    assert "bounce@simulator.amazonses.com" not in region.suppressed


def test_what_was_attempted_in_the_last_day_stands_in_the_quota(wire: Any, region: Region) -> None:
    quarter = wire.running.amazon.now() // statistics.QUARTER
    region.points.clear()
    region.sent.clear()
    points = {quarter - 200: {"DeliveryAttempts": 500}, quarter - 8: {"DeliveryAttempts": 40}}
    for _ in range(2):  # told twice, sent once
        wire.press("POST", "statistics", {"points": points})
    assert wire.client("sesv2").get_account()["SendQuota"]["SentLast24Hours"] == 40.0
